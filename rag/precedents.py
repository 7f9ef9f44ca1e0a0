"""Which cases are like a situation that somebody describes: by problem, people, kind of place and means."""

from __future__ import annotations
