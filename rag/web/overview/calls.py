"""The library at a glance."""

from __future__ import annotations

from typing import Any

from rag.web.calls import Reply, ServerFunction, text_of
from rag.web.live import Live


def overviewing(live: Live) -> list[ServerFunction]:
    """What the view 'The library at a glance' asks for."""

    def overview(payload: Any) -> Reply:
        """The view filled; "same" alone if the page has "seen" this state of the library."""
        state = live.state()
        if text_of(payload, "seen") == state:
            return {"done": True, "same": True}
        return {"done": True, "same": False, "state": state, "html": live.overview()}

    return [overview]
