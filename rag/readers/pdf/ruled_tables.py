"""Tables that are drawn with rules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rag.readers.pdf.shapes import Box, Line, Rule, Table, Word

_SNAP = 3.0  # points that rules may miss each other by
_MOST_RULES = 1500
_MOST_CELLS = 20_000
_FEW_ROWS = 2
_SHORT_CELL = 6  # words

Lines = Callable[[Sequence[Word]], list[Line]]


def ruled_tables(words: Sequence[Word], rules: Sequence[Rule], lines_of: Lines) -> tuple[list[Table], list[Word]]:
    """The tables drawn with rules, and the words outside all of them."""
    tables: list[Table] = []
    rest = list(words)
    for grid in _grids(rules):
        inside: list[Word] = []
        outside: list[Word] = []
        for word in rest:
            (inside if grid.box.holds(word) else outside).append(word)
        if not inside or _cuts_text(grid, inside):
            continue
        rows = grid.rows(inside, lines_of)
        if sum(len([cell for cell in row if cell]) > 1 for row in rows) < _FEW_ROWS and len(rows) < 3:
            continue
        if not any(len([cell for cell in row if cell]) > 1 for row in rows):
            continue  # a box around text
        tables.append(Table(grid.box, rows, min(word.order for word in inside)))
        rest = outside
    return tables, rest


def _by_line(cells: list[list[Line]]) -> list[list[list[Line]]]:
    """A row of cells that hold short lines level with each other is so many rows: not every table rules them."""
    places = _snapped([line.baseline for cell in cells for line in cell])
    lines = [line for cell in cells for line in cell]
    tall = sum(len(cell) > 2 for cell in cells)
    if tall < 2 or len(places) * tall > 1.4 * len(lines) or sum(len(n.words) for n in lines) > _SHORT_CELL * len(lines):
        return [cells]
    rows: list[list[list[Line]]] = [[[] for _ in cells] for _ in places]
    for index, cell in enumerate(cells):
        for line in cell:
            rows[bisect_right(places, line.baseline) - 1][index].append(line)
    return rows


def _cuts_text(grid: _Grid, words: Sequence[Word]) -> bool:
    """Whether words stand across the lines of a grid, or close on both sides: then they are no table's."""
    cut = parted = 0
    for last, word in pairwise(sorted(words, key=lambda w: w.order)):
        y = (word.top + word.bottom) / 2
        cut += grid.cell(word.x0 + 1, y) != grid.cell(word.x1 - 1, y)
        if abs(word.baseline - last.baseline) < 1 and grid.cell(last.x1 - 1, y) != grid.cell(word.x0 + 1, y):
            parted += 1
            cut += 0 < word.x0 - last.x1 < 0.45 * word.style.size
    return cut > 0.1 * max(len(words), 10) or cut > max(2, parted / 2)


@dataclass
class _Grid:
    """Where the columns and rows of a table part; ``level`` and ``upright`` are the rules that part them."""

    xs: list[float]
    ys: list[float]
    level: list[Rule]
    upright: list[Rule]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def rows(self, words: Sequence[Word], lines_of: Lines) -> list[list[list[Line]]]:
        """Each row's cells; cells that no rule parts are one, which stands where it begins."""
        columns = len(self.xs) - 1
        held: dict[int, list[Word]] = {}
        for word in words:
            held.setdefault(self.cell((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2), []).append(word)
        found: list[list[list[Line]]] = []
        for row in range(len(self.ys) - 1):
            owners = dict.fromkeys(self._owners[row * columns : (row + 1) * columns])
            cells = [lines_of(held.get(o, [])) if o // columns == row else [] for o in owners]
            if any(cells):
                found += _by_line(cells)
        return found

    def cell(self, x: float, y: float) -> int:
        """Which cell holds a point."""
        columns = len(self.xs) - 1
        column = min(max(bisect_right(self.xs, x) - 1, 0), columns - 1)
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return self._owners[row * columns + column]

    @cached_property
    def _owners(self) -> list[int]:
        """For each place of the grid the first place of its cell."""
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        owner = list(range(columns * rows))

        def first(place: int) -> int:
            while owner[place] != place:
                place = owner[place]
            return place

        walls = _crossings(self.upright, self.xs, self.ys, level=False)
        floors = _crossings(self.level, self.ys, self.xs, level=True)
        for row in range(rows):
            for column in range(columns):
                place = row * columns + column
                if column and (column, row) not in walls:
                    owner[max(first(place), first(place - 1))] = min(first(place), first(place - 1))
                if row and (row, column) not in floors:
                    above = first(place - columns)
                    owner[max(first(place), above)] = min(first(place), above)
        return [first(place) for place in range(columns * rows)]


def _crossings(rules: Sequence[Rule], across: list[float], along: list[float], *, level: bool) -> set[tuple[int, int]]:
    """(which line of the grid, which of its stretches) for every stretch that a rule covers."""
    found: set[tuple[int, int]] = set()
    middles = [(a + b) / 2 for a, b in pairwise(along)]
    for rule in rules:
        place = (rule.top + rule.bottom) / 2 if level else (rule.x0 + rule.x1) / 2
        start, end = (rule.x0, rule.x1) if level else (rule.top, rule.bottom)
        line = min(range(len(across)), key=lambda i: abs(across[i] - place))
        found |= {(line, i) for i, middle in enumerate(middles) if start - _SNAP <= middle <= end + _SNAP}
    return found


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """Rules that touch each other, as grids of two columns or more."""
    level = _joined([r for r in rules if r.level], level=True)
    upright = _joined([r for r in rules if not r.level], level=False)
    if len(level) > _MOST_RULES or len(upright) > _MOST_RULES:
        return []
    group = list(range(len(level) + len(upright)))

    def first(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for i, flat in enumerate(level):
        for j, tall in enumerate(upright):
            if _touch(flat, tall):
                group[first(len(level) + j)] = first(i)
    members: dict[int, list[int]] = {}
    for place in range(len(group)):
        members.setdefault(first(place), []).append(place)
    found = []
    for places in members.values():
        flats = [level[p] for p in places if p < len(level)]
        talls = [upright[p - len(level)] for p in places if p >= len(level)]
        grid = _grid(flats, talls)
        if grid:
            found.append(grid)
    return found


def _touch(flat: Rule, tall: Rule) -> bool:
    x, y = (tall.x0 + tall.x1) / 2, (flat.top + flat.bottom) / 2
    return flat.x0 - _SNAP <= x <= flat.x1 + _SNAP and tall.top - _SNAP <= y <= tall.bottom + _SNAP


def _grid(level: list[Rule], upright: list[Rule]) -> _Grid | None:
    if len(level) < 2 or not upright:
        return None
    xs = _snapped([(r.x0 + r.x1) / 2 for r in upright] + [min(r.x0 for r in level), max(r.x1 for r in level)])
    ys = _snapped(
        [(r.top + r.bottom) / 2 for r in level] + [min(r.top for r in upright), max(r.bottom for r in upright)]
    )
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MOST_CELLS:
        return None
    # The outer edges count as drawn.
    sides = [Rule(x, ys[0], x, ys[-1]) for x in (xs[0], xs[-1])]
    ends = [Rule(xs[0], y, xs[-1], y) for y in (ys[0], ys[-1])]
    return _Grid(xs, ys, level + ends, upright + sides)


def _snapped(places: list[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SNAP:
            found.append(place)
    return found


def _joined(rules: list[Rule], *, level: bool) -> list[Rule]:
    """Rules that go on with one another, as one."""

    def key(rule: Rule) -> tuple[int, float]:
        place = rule.top + rule.bottom if level else rule.x0 + rule.x1
        return round(place / 2 / _SNAP), rule.x0 if level else rule.top

    found: list[Rule] = []
    for rule in sorted(rules, key=key):
        last = found[-1] if found else None
        if last and key(last)[0] == key(rule)[0]:
            end, start = (last.x1, rule.x0) if level else (last.bottom, rule.top)
            if start <= end + _SNAP:
                bottom = last.bottom if level else max(last.bottom, rule.bottom)
                found[-1] = Rule(last.x0, last.top, max(last.x1, rule.x1), bottom)
                continue
        found.append(rule)
    return found
