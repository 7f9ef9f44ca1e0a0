"""Small charts as inline SVG, without any text that comes from a user; colours are left to the page's CSS."""

from __future__ import annotations

from collections.abc import Sequence

STEP, HEIGHT, MARGIN = 32, 120, 20  # pixels: a bin, the tallest bar, room above and below


def interval_bar(mean: float, low: float, high: float) -> str:
    """A bar from 0 to ``mean`` with its interval as a whisker; all from 0 to 1. It fills the width it is given."""
    left, middle, right = (f"{100 * share:.2f}" for share in (low, mean, high))
    return (
        f'<svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" '
        f'aria-label="{mean:.3f}, between {low:.3f} and {high:.3f}">'
        f'<rect class="track" width="100" height="16"/><rect class="value" width="{middle}" height="16"/>'
        f'<path class="whisker" d="M{left} 8H{right}M{left} 4V12M{right} 4V12"/></svg>'
    )


def histogram(
    bins: Sequence[str], series: Sequence[Sequence[int]], *, edges: bool = False, about: str
) -> str:
    """Counts per bin, one bar a series side by side, each with its number above.

    ``bins`` label the middle of each bin; with ``edges`` they label the edges and are one more than the bins.
    """
    tallest = max(1, *(count for counts in series for count in counts))
    thickness = (STEP - 6) / len(series)
    floor = HEIGHT + MARGIN
    shapes = []
    for order, counts in enumerate(series):
        for place, count in enumerate(counts):
            if count:
                height = HEIGHT * count / tallest
                x = place * STEP + 3 + order * thickness + MARGIN
                shapes.append(
                    f'<rect class="series{order}" x="{x:.1f}" y="{floor - height:.1f}" '
                    f'width="{thickness - 1:.1f}" height="{height:.1f}"/>'
                    f'<text x="{x + thickness / 2:.1f}" y="{floor - height - 4:.1f}">{count}</text>'
                )
    offset = MARGIN + (0 if edges else STEP / 2)
    labels = [
        f'<text x="{place * STEP + offset}" y="{floor + 16}">{label}</text>'
        for place, label in enumerate(bins)
    ]
    width = len(series[0]) * STEP + 2 * MARGIN
    return (
        f'<svg class="histogram" viewBox="0 0 {width} {floor + MARGIN + 4}" role="img" aria-label="{about}">'
        f'{"".join(shapes)}<path class="axis" d="M{MARGIN} {floor}H{width - MARGIN}"/>{"".join(labels)}</svg>'
    )
