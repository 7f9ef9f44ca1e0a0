"""Whether work takes time in proportion to its size: by ratios of processor time, which a busy machine leaves alone."""

from __future__ import annotations

import time
from collections.abc import Callable

_FACTOR = 4
_MOST = 9.0  # four times the size: 4 where time is in proportion, 16 where it goes with the square
_TOO_SHORT = 0.01  # seconds; what takes less says nothing
_TRIES = 3  # a collection of garbage may fall into one of two short runs


def assert_in_proportion(work: Callable[[int], object], size: int) -> None:
    """``work(n)`` at ``size`` and at four times that."""
    for attempt in range(_TRIES):
        small, large = _seconds(work, size), _seconds(work, _FACTOR * size)
        if large < _MOST * max(small, _TOO_SHORT):
            return
        assert attempt + 1 < _TRIES, f"{_FACTOR} times the size took {large / small:.1f} times as long"


def _seconds(work: Callable[[int], object], size: int) -> float:
    begun = time.process_time()
    work(size)
    return time.process_time() - begun
