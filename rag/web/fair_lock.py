"""A lock that nobody who waits for it is passed over for."""

from __future__ import annotations

import threading


class FairLock:
    """A lock that is given in the order of asking for it: a long piece of work can let others in between."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = 0  # the number the next who comes will draw
        self._served = 0

    def __enter__(self) -> None:
        with self._changed:
            mine = self._next
            self._next += 1
            self._changed.wait_for(lambda: self._served == mine)

    def __exit__(self, *_exception: object) -> None:
        with self._changed:
            self._served += 1
            self._changed.notify_all()

    def give_way(self) -> None:
        """Lets all who wait have their turn before the holder goes on."""
        self.__exit__()
        self.__enter__()
