"""A page of a PDF as a picture, drawn in a process of its own with limits on time and memory.

A PDF comes from anywhere: what it does to the library that draws it must not reach this process. The process gets
[page, quotes, width] as a line of JSON and the file's bytes; it gives a line of JSON and the picture's bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from rag.errors import SourceError
from rag.web.page_pictures.page_image import PageImage, page_image

_SECONDS = 20
_MEGABYTES = 1_500
_BROKEN = "this page can't be shown as a picture (drawing it took too long or broke down): open the file itself"


def picture_of(data: bytes, page: int, quotes: Sequence[str], width: int = 1000) -> PageImage:
    """As ``page_image.page_image``. Raises SourceError, also if it takes too long or the process breaks down."""
    from rag.index.worker import (
        child_environment,  # the process that draws has no use for it
        creation_flags,  # the process that draws has no use for it
    )

    request = json.dumps([page, list(quotes), width]).encode("ascii") + b"\n" + data
    # -P: whatever lies in the folder the user works in is never imported.
    command = [sys.executable, "-P", "-m", "rag.web.page_pictures.drawn_apart"]
    try:
        done = subprocess.run(
            command,
            input=request,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=child_environment(os.environ),
            creationflags=creation_flags(),
        )
        line, _, png = done.stdout.partition(b"\n")
        answer = json.loads(line)
        if "problem" in answer:
            raise SourceError(str(answer["problem"]))
        return PageImage(png, answer["width"], answer["height"], tuple(map(_mark, answer["marks"])), answer["pages"])
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(_BROKEN) from error


def _mark(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    x, y, width, height = map(float, numbers)
    return x, y, width, height


def main() -> None:
    """Draws one page."""
    _limit()
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    page, quotes, width = json.loads(line)
    png = b""
    try:
        image = page_image(data, page, quotes, width)
        png = image.png
        answer = {"width": image.width, "height": image.height, "marks": image.marks, "pages": image.pages}
    except SourceError as error:
        answer = {"problem": str(error)}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + png)


def _limit() -> None:
    if sys.platform != "win32":
        import resource
        import signal

        signal.alarm(_SECONDS + 5)  # should nobody be there to end it
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MEGABYTES * 1_000_000
        if sys.platform == "linux":  # macOS does not take this limit
            resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
