"""Arrays that lie in several segments of an index, read as if each were one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.types import Rows

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each row of an index stands: in which of its segments (n,), and at which row of that (n,)."""

    segment: Rows
    local: Rows

    def __len__(self) -> int:
        return len(self.segment)

    def stacked(self, sizes: Sequence[int]) -> Rows:
        """Where each row stands, (n,), when the segments, of these ``sizes``, lie one below the other."""
        return starts_of(sizes)[self.segment] + self.local

    def rows_in(self, segment: int, size: int) -> Rows:
        """The row of each of a segment's ``size`` own rows, (size,); -1 for one that was dropped."""
        rows = np.full(size, -1, dtype=np.int64)
        here = np.flatnonzero(self.segment == segment)
        rows[self.local[here]] = here
        return rows


class Stacked:
    """Arrays one below the other, (sum of their lengths, ...), without a copy of them.

    Takes slices that lie within one of the arrays, and arrays of numbers.
    """

    def __init__(self, parts: Sequence[Array]) -> None:
        self._parts = parts
        self.offsets = starts_of(list(map(len, parts)))

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def __getitem__(self, index: slice | Rows) -> Array:
        if isinstance(index, slice):
            start, stop = int(index.start), int(index.stop)
            part = self._part(start) if start < stop else 0
            offset = int(self.offsets[part])
            return self._parts[part][start - offset : stop - offset] if start < stop else self._parts[0][:0]
        if len(self._parts) == 1:
            found: Array = np.asarray(self._parts[0])[index]
            return found
        first = self._parts[0]
        found = np.empty((len(index), *first.shape[1:]), dtype=first.dtype)
        parts = np.searchsorted(self.offsets, index, side="right") - 1
        for part in np.unique(parts):
            here = parts == part
            found[here] = self._parts[part][index[here] - self.offsets[part]]
        return found

    def _part(self, row: int) -> int:
        return int(np.searchsorted(self.offsets, row, side="right")) - 1


class SegmentedArrays:
    """The arrays of an index by name, with the ``placement`` of its rows.

    An array named ``..._start`` tells where each row's part of other arrays begins, and the end of the last.
    """

    def __init__(self, segments: Sequence[Mapping[str, Array]], placement: Placement) -> None:
        self._segments = segments
        self.placement = placement

    def parts(self, name: str) -> list[Array]:
        """An array of each segment."""
        return [segment[name] for segment in self._segments]

    def stacked(self, name: str) -> Stacked:
        """The arrays of all segments, one below the other."""
        return Stacked(self.parts(name))

    def rows(self, name: str) -> Array:
        """An array that has a row for each of the index, in its order; no copy where it lies so in one segment."""
        stacked = self.stacked(name)
        wanted = self.placement.stacked(list(map(len, self.parts(name))))
        whole = len(self._segments) == 1 and np.array_equal(wanted, np.arange(len(stacked)))
        return self._segments[0][name] if whole else stacked[wanted]

    def ranges(self, name: str) -> tuple[Rows, Rows]:
        """Where each row's part begins in the stacked arrays, (n,), and where it ends, (n,)."""
        starts = self.starts(name)
        rows = self.placement.stacked([len(start) - 1 for start in self.parts(name)])
        return starts[rows], starts[rows + 1]

    def starts(self, name: str) -> Rows:
        """One ``..._start`` for the stacked arrays, of every row of every segment, dropped or not."""
        return starts_of(np.concatenate([np.diff(start) for start in self.parts(name)]))


def starts_of(lengths: Sequence[int] | Rows) -> Rows:
    """Where each part of these lengths begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def ranges(first: Rows, last: Rows) -> Rows:
    """The numbers from each ``first`` up to its ``last``, one range after the other."""
    lengths = last - first
    offsets = np.cumsum(lengths) - lengths
    numbers: Rows = np.arange(int(lengths.sum())) + np.repeat(first - offsets, lengths)
    return numbers
