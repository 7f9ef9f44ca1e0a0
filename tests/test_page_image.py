"""Pages as pictures, and where quotes stand on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from rag.errors import SourceError
from rag.web.page_pictures.page_image import page_image
from tests.pdf_files import column, pdf, text

LINES = ["The service visits every vil-", "lage twice a year and asks", "families what they need."]


def test_a_quote_is_marked_line_by_line() -> None:
    image = page_image(pdf(column(100, 421, LINES, step=20)), 1, ["every village  twice a year"], width=595)
    assert (image.width, image.height, image.pages) == (595, 842, 1)
    assert Image.open(io.BytesIO(image.png)).size == (595, 842)
    first, second = image.marks
    # 'The service visits ' comes before the first mark; the second begins at the left edge of the text.
    assert first[0] > second[0] == pytest.approx(100 / 595, abs=0.002)
    assert first[1] * 842 < 421 < (first[1] + first[3]) * 842  # the first baseline is the middle of the page
    assert (second[1] - first[1]) * 842 == pytest.approx(20, abs=0.1)


def test_the_marks_follow_a_turned_page() -> None:
    upright = page_image(pdf(text(100, 700, "Luton")), 1, ["Luton"], width=500)
    turned = page_image(pdf(text(100, 700, "Luton"), page="/Rotate 90"), 1, ["Luton"], width=500)
    assert turned.width > turned.height
    (x, y, w, h), (tx, ty, tw, th) = upright.marks[0], turned.marks[0]
    assert (tx, ty, tw, th) == pytest.approx((1 - y - h, x, h, w))


def test_a_quote_that_goes_on_to_the_next_page_is_marked_on_both() -> None:
    data = pdf(column(100, 100, LINES[:2]), column(100, 700, LINES[2:]))
    quote = "twice a year and asks families what they need."
    assert len(page_image(data, 1, [quote]).marks) == 1
    assert len(page_image(data, 2, [quote]).marks) == 1


def test_what_does_not_stand_on_the_page_is_not_marked() -> None:
    assert page_image(pdf(column(100, 700, LINES)), 1, ["something else altogether", "…"]).marks == ()


def test_parts_of_a_quote_with_an_ellipsis_are_marked_each() -> None:
    marks = page_image(pdf(column(100, 700, LINES)), 1, ["The service … they need"]).marks
    assert len(marks) == 2


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(SourceError, match="no page 2, only 1"):
        page_image(pdf(text(100, 700, "Luton")), 2, [])
    with pytest.raises(SourceError, match="open the file itself"):
        page_image(b"%PDF-1.4 nothing", 1, [])
