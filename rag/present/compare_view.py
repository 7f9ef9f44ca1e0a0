"""Two to five cases side by side."""

from __future__ import annotations


def compare_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">Compare</h2>'
