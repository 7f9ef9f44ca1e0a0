"""Questions that nothing here answered, or not well."""

from __future__ import annotations


def gaps_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">What people ask that is not here</h2>'
