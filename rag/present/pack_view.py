"""What was collected for a paper of one’s own, and the files made of it."""

from __future__ import annotations


def pack_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">Evidence pack</h2>'
