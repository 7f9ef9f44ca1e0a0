"""What a self-contained report is made of: its style, the page, tables, and charts as inline SVG.

All arguments are HTML already: callers escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --paper: #fff;
  --panel: #f5f7f9; --one: #2563a8; --two: #c2600a; --bad: #a8322a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4af; --line: #373e47;
  --paper: #14171b; --panel: #1d2126; --one: #6aa9ec; --two: #f0a04b; --bad: #f08a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
h4 { font-size: .875rem; margin: .75rem 0 0; }
p { margin: .25rem 0; }
small, dt, .soft { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0; }
dd { margin: 0; }
.row { display: grid; grid-template-columns: minmax(12rem, 24rem) 1fr 9rem; gap: 0 1rem; align-items: center;
  padding: .3rem 0; border-top: 1px solid var(--line); }
.row small { display: block; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line);
  vertical-align: top; overflow-wrap: normal; }
th { font-weight: 600; white-space: nowrap; }
th.number { text-align: right; }
td.wide { min-width: 18rem; }
article { background: var(--panel); border-left: 3px solid var(--bad); padding: .75rem 1rem;
  margin: .75rem 0; }
article h3 { margin: 0; }
summary { cursor: pointer; color: var(--soft); font-size: .875rem; margin-top: .5rem; }
blockquote { margin: .25rem 0 .5rem; padding-left: .75rem; border-left: 2px solid var(--line); }
.warning { border-left: 3px solid var(--two); padding-left: .75rem; }
.bar { display: block; width: 100%; height: 1rem; }
.track { fill: var(--panel); } .value { fill: var(--one); fill-opacity: .75; }
.whisker { stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; fill: none; }
.histogram { display: block; width: 100%; max-width: 34rem; }
.histogram text { font-size: 11px; text-anchor: middle; fill: var(--soft); }
.diagram { display: block; width: 100%; max-width: 22rem; }
.diagram text { font-size: 9px; fill: var(--soft); }
.diagonal { stroke: var(--soft); stroke-dasharray: 3 3; fill: none; }
.frame { fill: var(--panel); stroke: var(--line); }
.point { fill: var(--one); fill-opacity: .75; }
.axis { stroke: var(--line); } .series0 { fill: var(--one); } .series1 { fill: var(--two); }
.key::before { content: ""; display: inline-block; width: .75rem; height: .75rem; margin: 0 .4rem 0 0;
  background: var(--one); } .key1::before { background: var(--two); margin-left: 1rem; }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr auto; }
  .row .bar { grid-column: 1 / -1; order: 3; } }
"""

STEP, HEIGHT, MARGIN = 32, 120, 20  # pixels: a bin, the tallest bar, room above and below


def page(title: str, body: str) -> str:
    """A whole page that needs nothing from anywhere, and is not allowed to fetch anything."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table that scrolls within the page; ``head`` and ``rows`` hold whole cells (``<td>...``)."""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{"".join(head)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def interval_bar(mean: float, low: float, high: float) -> str:
    """A bar from 0 to ``mean`` with its interval as a whisker, all from 0 to 1; as wide as its place."""
    left, middle, right = (f"{100 * share:.2f}" for share in (low, mean, high))
    return (
        f'<svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" '
        f'aria-label="{mean:.3f}, between {low:.3f} and {high:.3f}">'
        f'<rect class="track" width="100" height="16"/><rect class="value" width="{middle}" height="16"/>'
        f'<path class="whisker" d="M{left} 8H{right}M{left} 4V12M{right} 4V12"/></svg>'
    )


def histogram(bins: Sequence[str], series: Sequence[Sequence[int]], *, edges: bool = False, about: str) -> str:
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
    labels = [f'<text x="{place * STEP + offset}" y="{floor + 16}">{label}</text>' for place, label in enumerate(bins)]
    width = len(series[0]) * STEP + 2 * MARGIN
    return (
        f'<svg class="histogram" viewBox="0 0 {width} {floor + MARGIN + 4}" role="img" aria-label="{about}">'
        f'{"".join(shapes)}<path class="axis" d="M{MARGIN} {floor}H{width - MARGIN}"/>{"".join(labels)}</svg>'
    )


def reliability_diagram(points: Sequence[tuple[float, float, int]]) -> str:
    """Points of (mean confidence, share that was so, how many): on the diagonal where confidence holds."""
    most = max((count for _, _, count in points), default=1)
    left, top, size = 30, 10, 200  # pixels
    drawn = "".join(
        f'<circle class="point" cx="{left + size * sure:.1f}" cy="{top + size * (1 - observed):.1f}" '
        f'r="{3 + 7 * (count / most) ** 0.5:.1f}"><title>confidence {sure:.2f}, observed {observed:.2f}, '
        f"answers {count}</title></circle>"
        for sure, observed, count in points
    )
    ticks = "".join(
        f'<text x="{left + size * share:.0f}" y="{top + size + 12}" text-anchor="middle">{share:g}</text>'
        f'<text x="{left - 5}" y="{top + size * (1 - share) + 3:.0f}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
    )
    about = "; ".join(f"confidence {sure:.2f}, observed {observed:.2f} of {count}" for sure, observed, count in points)
    return (
        f'<svg class="diagram" viewBox="0 0 {left + size + 15} {top + size + 30}" role="img" aria-label="{about}">'
        f'<rect class="frame" x="{left}" y="{top}" width="{size}" height="{size}"/>'
        f'<path class="diagonal" d="M{left} {top + size}L{left + size} {top}"/>{drawn}{ticks}'
        f'<text x="{left + size / 2:.0f}" y="{top + size + 24}" text-anchor="middle">confidence</text></svg>'
    )
