"""A page of a PDF as a picture, drawn in a process of its own with limits on time and memory.

A PDF comes from anywhere: what it does to the library that draws it must not reach this process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rag.errors import RagError, SourceError
from rag.index.sandbox.child import Parent, serve
from rag.web.page_pictures.page_image import PageImage, page_image

_BROKEN = "this page can't be shown as a picture (drawing it took too long or broke down): open the file itself"


def picture_of(
    data: bytes, page: int, quotes: Sequence[str], width: int = 1000, *, seconds: float = 20, megabytes: int = 1_500
) -> PageImage:
    """As ``page_image.page_image``. Raises SourceError, also if it takes too long or the process breaks down."""
    from rag.index.sandbox.process import LostError, Sandbox  # the process that draws has no use for it

    try:
        with Sandbox(__name__, seconds=seconds, megabytes=megabytes) as sandbox:
            drawn = b"".join(body for _, body in sandbox.ask([page, list(quotes), width], data))
        line, _, png = drawn.partition(b"\n")
        answer = json.loads(line)
        if "problem" not in answer:
            marks = tuple(map(_mark, answer["marks"]))
            return PageImage(png, answer["width"], answer["height"], marks, page, answer["pages"])
    except (LostError, RagError, OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(_BROKEN) from error
    raise SourceError(str(answer["problem"]))


def _mark(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    x, y, width, height = map(float, numbers)
    return x, y, width, height


def draw(parent: Parent, about: Any, data: bytes) -> None:
    """Draws one page: gives a line of JSON and the picture's bytes."""
    page, quotes, width = about
    png = b""
    try:
        image = page_image(data, page, quotes, width)
        png = image.png
        answer = {"width": image.width, "height": image.height, "marks": image.marks, "pages": image.pages}
    except SourceError as error:
        answer = {"problem": str(error)}
    parent.gave(json.dumps(answer).encode("ascii") + b"\n" + png)


if __name__ == "__main__":
    serve(draw)
