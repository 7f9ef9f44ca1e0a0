"""The cases of the library: filtered, found by what they tell, each as a card."""

from __future__ import annotations


def cases_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">Cases</h2>'
