"""The library at a glance."""

from __future__ import annotations

from rag.web.calls import Call, Reply, Text, View


class Glance(Call):
    """The state of the library that the page has ``seen``."""

    seen: Text = ""


class OverviewCalls(View):
    """What the view 'The library at a glance' asks for."""

    def overview(self, call: Glance) -> Reply:
        """The view filled; "same" alone if the page has seen this state of the library."""
        state = self._live.state()
        if call.seen == state:
            return {"done": True, "same": True}
        return {"done": True, "same": False, "state": state, "html": self._live.overview()}
