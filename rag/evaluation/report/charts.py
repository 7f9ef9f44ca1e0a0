"""Charts of the reports, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.text.templates import render

_STEP, _HEIGHT, _MARGIN = 32, 120, 20  # pixels: a bin, the tallest bar, room above and below
_FLOOR = _HEIGHT + _MARGIN
_TEMPLATE = "evaluation/report/charts.html"


@dataclass(frozen=True, slots=True)
class Bar:
    """A count, drawn."""

    series: int
    count: int
    x: float
    width: float
    height: float

    @property
    def y(self) -> float:
        """Its upper end."""
        return _FLOOR - self.height

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + (self.width + 1) / 2


def histogram(bins: Sequence[str], series: Sequence[Sequence[int]], *, edges: bool = False, about: str) -> Markup:
    """Counts per bin, one bar a series side by side, each with its number above.

    ``bins`` label the middle of each bin; with ``edges`` they label the edges and are one more than the bins.
    """
    tallest = max(1, *(count for counts in series for count in counts))
    thickness = (_STEP - 6) / len(series)
    bars = [
        Bar(order, count, place * _STEP + 3 + order * thickness + _MARGIN, thickness - 1, _HEIGHT * count / tallest)
        for order, counts in enumerate(series)
        for place, count in enumerate(counts)
        if count
    ]
    offset = _MARGIN + (0 if edges else _STEP / 2)
    width = len(series[0]) * _STEP + 2 * _MARGIN
    return render(
        _TEMPLATE,
        "histogram",
        width=width,
        height=_FLOOR + _MARGIN + 4,
        bars=bars,
        axis=f"M{_MARGIN} {_FLOOR}H{width - _MARGIN}",
        labels=[(place * _STEP + offset, _FLOOR + 16, label) for place, label in enumerate(bins)],
        about=about,
    )


def rank_histogram(ranks: Sequence[int | None], beyond: str, *, about: str) -> Markup:
    """How often each rank up to ten was the first that is right; ``beyond`` labels the rest."""
    counts = [*(ranks.count(rank) for rank in range(1, 11)), sum(not rank or rank > 10 for rank in ranks)]
    return histogram([*map(str, range(1, 11)), beyond], [counts], about=about)


def reliability_diagram(points: Sequence[tuple[float, float, int]]) -> Markup:
    """Points of (mean confidence, share that was so, how many): on the diagonal where confidence holds."""
    most = max((count for _, _, count in points), default=1)
    left, top, size = 30, 10, 200  # pixels

    def across(share: float) -> float:
        return left + size * share

    def down(share: float) -> float:
        return top + size * (1 - share)

    return render(
        _TEMPLATE,
        "reliability",
        left=left,
        top=top,
        size=size,
        points=[
            (
                across(sure),
                down(observed),
                3 + 7 * (count / most) ** 0.5,
                f"confidence {sure:.2f}, observed {observed:.2f}, answers {count}",
            )
            for sure, observed, count in points
        ],
        ticks=[(f"{share:g}", across(share), down(share) + 3) for share in (0, 0.5, 1)],
        about="; ".join(f"confidence {sure:.2f}, observed {seen:.2f} of {count}" for sure, seen, count in points),
    )
