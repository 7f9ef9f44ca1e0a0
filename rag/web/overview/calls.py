"""The library at a glance."""

from __future__ import annotations

from rag.web.calls import Reply, Seen, View, unless_seen


class OverviewCalls(View):
    """What the view 'The library at a glance' asks for."""

    @unless_seen
    def overview(self, _: Seen) -> Reply:
        """The view filled."""
        return {"done": True, "same": False, "html": self._live.overview()}
