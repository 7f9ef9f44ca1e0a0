"""Filters beside Ask and Cases."""
