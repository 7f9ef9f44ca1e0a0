"""How much the library holds, where and when the work was, about what and for whom."""

from __future__ import annotations


def overview_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">The library at a glance</h2>'
