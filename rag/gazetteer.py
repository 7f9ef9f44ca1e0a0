"""Where the places are that a case may name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its ``region`` (an English region, 'Scotland', 'Wales', 'Northern Ireland', else ''), its country, and
    where it is in degrees.
    """

    name: str
    region: str
    country: str
    latitude: float
    longitude: float


def spot(place: str) -> Spot | None:
    """The spot of a place as a case words it ('Westminster, London'); None if it is not known."""
    return None
