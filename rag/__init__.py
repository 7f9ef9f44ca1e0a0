"""Precedent: cited answers and precedents from case studies, on your own machine."""
