"""Words of a page become lines, tables and columns, in the order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag.readers.pdf.aligned_tables import aligned_tables
from rag.readers.pdf.markers import is_marker
from rag.readers.pdf.ruled_tables import ruled_tables
from rag.readers.pdf.shapes import Box, HasBox, Line, Rule, Table, Word, around

_TAB = 1.9  # a blank wider than so many letter sizes parts what stands in one line
_LOOSE = 0.75  # the same where the file does not go on with the next word
_MARKER_TAB = 5.0  # the same behind a bullet or number
_UNLIKE = 1.8  # letters so much larger than others are of another line: a number set beside several lines
_ROOMY = 2.3  # lines further apart than so many letter sizes are not of one block
_MOST_NUMBERS = 100  # a page
_GUTTER = 6.0  # points between columns, at least


@dataclass
class Flow(HasBox):
    """Lines that stand below one another, with the edges of the column they stand in."""

    lines: list[Line]
    left: float
    right: float

    @property
    def box(self) -> Box:  # type: ignore[override]
        return around(self.lines)

    @property
    def order(self) -> int:
        return min(line.order for line in self.lines)


Piece = Flow | Table


def laid_out(words: Sequence[Word], rules: Sequence[Rule]) -> list[Piece]:
    """What stands on the page, in reading order."""
    tables, rest = ruled_tables(words, rules, lines_of)
    rows = _rows(rest)
    more, single = aligned_tables([_parted(row) for row in rows])
    tables += more
    return _put_together(_ordered([*tables, *_blocks(single, tables)]))


def _put_together(pieces: Sequence[Piece]) -> list[Piece]:
    """Flows that stand one below the other in their column as one: not every file has a column's lines together."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if not (isinstance(last, Flow) and isinstance(piece, Flow)):
            found.append(piece)
        elif last.right == piece.right and _below(last.lines[-1], piece.lines[0]):
            last.lines += piece.lines
        else:
            found.append(piece)
    return found


def lines_of(words: Sequence[Word]) -> list[Line]:
    """The words as lines, whatever blanks stand between them, from top to bottom."""
    return [Line(_in_order(row)) for row in _rows(words)]


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a baseline, from top to bottom, each row from left to right."""
    rows: list[list[Word]] = []
    base: Word | None = None  # the largest word of the row: others may be raised or lowered beside it
    for word in sorted(words, key=lambda w: (w.baseline, w.x0)):
        if base and _same_row(base, word):
            rows[-1].append(word)
            base = max(base, word, key=lambda w: w.style.size)
        else:
            rows.append([word])
            base = word
    for row in rows:
        row.sort(key=lambda w: w.x0)
    return rows


def _same_row(base: Word, word: Word) -> bool:
    large = max(base.style.size, word.style.size)
    small = min(base.style.size, word.style.size)
    raised = small < 0.8 * large <= 1.6 * small
    return abs(word.baseline - base.baseline) <= max(0.5 * large if raised else 0.3 * small, 1.0)


def _parted(row: list[Word]) -> list[Line]:
    """A row's words as lines: parted at wide blanks, and at narrower ones where the file goes on elsewhere."""
    parts = [[row[0]]]
    end = row[0].x1
    for last, word in pairwise(row):
        size = min(last.style.size, word.style.size)
        goes_on = abs(word.order - last.order) == 1
        marked = len(parts[-1]) == 1 and is_marker(last.text)
        unlike = max(last.style.size, word.style.size) > _UNLIKE * size and (not goes_on or last.text.isdigit())
        if unlike or word.x0 - end > size * (_MARKER_TAB if marked else _TAB if goes_on else _LOOSE):
            parts.append([])
        parts[-1].append(word)
        end = max(end, word.x1)
    return [Line(_in_order(part)) for part in parts]


def _in_order(row: list[Word]) -> list[Word]:
    """Words that stand from left to right as they are read: Arabic and Hebrew from the right."""
    if not any(word.right_to_left for word in row):
        return row
    if 2 * sum(word.right_to_left for word in row) >= len(row):
        runs: list[list[Word]] = []
        for word in row:
            if runs and not word.right_to_left and not runs[-1][-1].right_to_left:
                runs[-1].append(word)
            else:
                runs.append([word])
        return [word for run in reversed(runs) for word in run]
    return [word for _, run in groupby(row, lambda w: w.right_to_left) for word in _run_in_order(list(run))]


def _run_in_order(run: list[Word]) -> list[Word]:
    return run[::-1] if run[0].right_to_left else run


def _blocks(lines: Sequence[Line], tables: Sequence[Table]) -> list[Flow]:
    """Lines that the file has one after the other, and the page one below the other."""
    numbers = [line for line in lines if len(line.text) < 4 and line.text.strip(".").isdigit()]
    usual = sorted(line.size for line in lines)[len(lines) // 2] if lines else 0.0
    large = {id(line) for line in numbers[:_MOST_NUMBERS] if line.size > 1.3 * usual}
    flows: list[Flow] = []
    for line in sorted((n for n in lines if id(n) not in large), key=lambda found: found.order):
        last = flows[-1].lines[-1] if flows else None
        if last and _below(last, line) and not any(last.top < t.top and t.bottom < line.bottom for t in tables):
            flows[-1].lines.append(line)
        else:
            flows.append(Flow([line], 0.0, 0.0))
    for line in numbers:
        if id(line) in large and not _numbered(line, flows):
            flows.append(Flow([line], 0.0, 0.0))
    return flows


def _numbered(number: Line, flows: list[Flow]) -> bool:
    """Makes a number that stands large beside several lines of text the first word of that text."""
    middle = (number.top + number.bottom) / 2
    beside = [f for f in flows if f.top <= middle <= f.bottom and 0 <= f.x0 - number.x1 < 1.5 * number.size]
    if beside:
        text = min(beside, key=lambda f: f.x0)
        text.lines[0] = Line([*number.words, *text.lines[0].words])
    return bool(beside)


def _below(upper: Line, lower: Line) -> bool:
    size = max(upper.size, lower.size)
    overlap = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    return 0.4 * size < lower.baseline - upper.baseline <= _ROOMY * size and overlap > 0


def _ordered(pieces: list[Piece]) -> list[Piece]:
    """Columns one after the other, what spans them where it stands."""
    done: list[Piece] = []
    todo: list[list[Piece]] = [pieces]
    while todo:
        group = todo.pop()
        if len(group) < 2:
            done += _placed(group, group)
            continue
        bands = _merged(_bands(group))
        if len(bands) > 1:
            if all(len(band) == 1 for band in bands):
                done += _placed([band[0] for band in bands], group)
            else:
                for band in bands:
                    if len(band) == 1:
                        _placed(band, group)
                todo += [*reversed(bands)]
            continue
        columns = _columns(group)
        if len(columns) == 1:  # one overlaps the other: as the file has them
            done += _placed(sorted(group, key=lambda piece: piece.order), group)
        else:
            todo += [*reversed(columns)]
    return done


def _placed(pieces: Sequence[Piece], column: Sequence[Piece]) -> list[Piece]:
    """The pieces, told how wide the column is that they stand in."""
    if not pieces:
        return []
    box = around(column)
    for piece in pieces:
        if isinstance(piece, Flow) and piece.right == 0.0:
            piece.left, piece.right = box.x0, box.x1
    return list(pieces)


def _bands(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by the level stripes of the page that no white stripe crosses."""
    bands: list[list[Piece]] = []
    bottom = 0.0
    for piece in sorted(pieces, key=lambda p: p.top):
        if bands and piece.top < bottom - 0.15 * min(bottom - bands[-1][0].top, piece.bottom - piece.top):
            bands[-1].append(piece)
            bottom = max(bottom, piece.bottom)
        else:
            bands.append([piece])
            bottom = piece.bottom
    return bands


def _columns(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by the upright stripes of the page that a gutter parts."""
    columns: list[list[Piece]] = []
    right = 0.0
    for piece in sorted(pieces, key=lambda p: p.x0):
        if columns and piece.x0 < right + _GUTTER:
            columns[-1].append(piece)
            right = max(right, piece.x1)
        else:
            columns.append([piece])
            right = piece.x1
    return columns


def _merged(bands: list[list[Piece]]) -> list[list[Piece]]:
    """Bands that share a gutter, as one: their columns are read to the end before the next column."""
    found: list[list[Piece]] = []
    waiting: list[list[Piece]] = []  # bands of one column below those of several: part of them if more follow
    for band in bands:
        several = len(_columns(band)) > 1
        if not found or not _share_gutter(found[-1], [p for w in waiting for p in w] + band):
            found += [*waiting, band]
            waiting = []
        elif several or _comes_before(band, found[-1]):
            for held in waiting:
                found[-1] += held
            found[-1] += band
            waiting = []
        elif len(_columns(found[-1])) > 1:
            waiting.append(band)
        else:
            found.append(band)
    return found + waiting


def _share_gutter(upper: Sequence[Piece], lower: Sequence[Piece]) -> bool:
    """Whether both lie in the same columns, and one of them in several."""
    above, below = len(_columns(upper)), len(_columns(lower))
    return max(above, below) > 1 and len(_columns([*upper, *lower])) >= max(2, min(above, below))


def _comes_before(band: Sequence[Piece], columns: Sequence[Piece]) -> bool:
    """Whether the file has the band before the last column of those above: the first column goes on in it."""
    parts = _columns(columns)
    if len(parts) < 2:
        return False
    last = max(piece.order for piece in parts[-1])
    overlaps_last = max(p.x1 for p in band) > min(p.x0 for p in parts[-1])
    return max(piece.order for piece in band) < last and not overlaps_last
