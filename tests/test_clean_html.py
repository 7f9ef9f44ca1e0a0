"""HTML pages: what is kept, what is dropped, and where each character stands in the source."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.clean.blocks import Content
from rag.clean.html import looks_like_html, read_html

SEED = Path(__file__).parent.parent / "seeds" / "003_0d58f38b3c0f60fc.txt"

PROSE = (
    "The midwives met women at the children's centre every week, and the women told their neighbours about the "
    "meetings, so that more of them booked early, as the team had hoped when the work began."
)


def texts(page: Content) -> list[str]:
    return [" ".join(block.text.split()) for block in page.blocks]


def kinds(page: Content) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, text) for block, text in zip(page.blocks, texts(page), strict=True) if text]


def assert_traceable(source: str, page: Content) -> None:
    """Each character stands at its origin, or comes from a reference, white space or a tag there."""
    for block in page.blocks:
        assert len(block.text) == len(block.origin)
        assert list(block.origin) == sorted(block.origin)
        for char, place in zip(block.text, block.origin, strict=True):
            there = source[place]
            made_from_tag = there == "<" and char in " |\n:;,"
            assert there in (char, "&") or made_from_tag or (char.isspace() and there.isspace())


@pytest.fixture(scope="module")
def source() -> str:
    return SEED.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Content:
    return read_html(source)


class TestSeedPage:
    def test_title_and_date(self, page: Content) -> None:
        assert page.title == "West Midlands Knowledge and Action Partnership for Race Equity"
        assert page.published == "Last revised: Wed 10 Jul 2024"

    def test_keeps_the_account_in_order(self, page: Content) -> None:
        assert kinds(page)[0] == (
            "heading",
            2,
            "Tackling health inequalities within ethnic minority communities",
        )
        starts = [
            "A West Midlands university-community partnership led by",
            "In Britain, groups of people facing hardship",
            "To establish knowledge partnerships with minority ethnic communities",
            "Rather than approach these groups",
            "Through spending time developing relationships built on respect and trust",
            "Having established a strong partnership",
            "One of the main things that is different about this project",
            "Shazia, Bangladeshi Women’s Association",
            "Founding community partners of West Midlands",
        ]
        found = [text for kind, _, text in kinds(page) if kind != "heading"]
        assert [text[: len(start)] for text, start in zip(found, starts, strict=True)] == starts
        assert found[-1].endswith("UK Islamic Mission - Alum Rock.")

    def test_quotation_and_speaker_are_quotes(self, page: Content) -> None:
        quotes = [text for kind, _, text in kinds(page) if kind == "quote"]
        assert len(quotes) == 2
        assert quotes[0].endswith("Nothing is lost in translation.")
        assert quotes[1] == "Shazia, Bangladeshi Women’s Association"

    @pytest.mark.parametrize(
        "furniture",
        ["dataLayer", "Skip to", "Sign in", "cookie", "Find out more about joining", "Page contact", "Sitebuilder"],
    )
    def test_drops_furniture(self, page: Content, furniture: str) -> None:
        assert not [text for text in texts(page) if furniture.casefold() in text.casefold()]

    def test_every_character_is_traceable(self, source: str, page: Content) -> None:
        assert_traceable(source, page)

    @pytest.mark.parametrize("kept", [0.03, 0.2, 0.5, 0.62, 0.7, 0.75, 0.8, 0.9, 0.99])
    def test_cut_anywhere_gives_only_the_account(self, source: str, page: Content, kept: float) -> None:
        cut = source[: int(len(source) * kept)]
        found = read_html(cut)
        assert_traceable(cut, found)
        whole = "\n".join(texts(page))
        paragraphs = [text for kind, _, text in kinds(found) if kind == "paragraph" and len(text) > 100]
        assert all(text in whole for text in paragraphs)
        assert paragraphs or cut.find("A West Midlands university") < 0


class TestBlocks:
    def test_lists_nest(self) -> None:
        page = read_html(f"<p>{PROSE} They did:<ul><li>leaflets<li>visits<ol><li>weekly</ol><li>calls</ul>")
        assert kinds(page)[1:] == [
            ("item", 1, "leaflets"),
            ("item", 1, "visits"),
            ("item", 2, "weekly"),
            ("item", 1, "calls"),
        ]

    def test_table_rows(self) -> None:
        page = read_html(f"<p>{PROSE}<table><tr><th>Year<th>Booked<tr><td>2009<td><p>61%</p></table>")
        assert texts(page)[1:] == ["Year | Booked", "2009 | 61%"]

    def test_layout_table_is_no_table(self) -> None:
        page = read_html(f"<table><tr><td><h2>Aim</h2><p>{PROSE}</p></td><td><p>{PROSE}</p></td></tr></table>")
        assert kinds(page) == [("heading", 2, "Aim"), ("paragraph", 0, PROSE), ("paragraph", 0, PROSE)]

    def test_definition_list(self) -> None:
        page = read_html(f"<p>{PROSE}</p><dl><dt>Where<dd>Bromley<dt>When<dd>2010</dl>")
        assert kinds(page)[1:] == [("paragraph", 0, "Where: Bromley"), ("paragraph", 0, "When: 2010")]

    def test_definition_list_of_explanations(self) -> None:
        page = read_html(f"<p>{PROSE}</p><dl><dt>Outreach<dd>{PROSE} {PROSE} {PROSE}</dl>")
        assert kinds(page)[1:] == [("paragraph", 0, "Outreach"), ("item", 1, f"{PROSE} {PROSE} {PROSE}")]

    def test_quotation_with_footer_and_cite(self) -> None:
        page = read_html(
            f"<p>{PROSE}</p><blockquote><p>We were heard.</p><footer>A mother</footer></blockquote>"
            f"<blockquote>It helped. <cite>A midwife</cite></blockquote><p>{PROSE}</p>"
        )
        quotes = [text for kind, _, text in kinds(page) if kind == "quote"]
        assert quotes == ["We were heard.", "A mother", "It helped.", "A midwife"]

    def test_two_breaks_are_a_paragraph_one_a_blank(self) -> None:
        page = read_html(f"<div>{PROSE}<br>Then <b>it</b> grew.<br><br>{PROSE}</div>")
        assert texts(page) == [f"{PROSE} Then it grew.", PROSE]

    def test_figure_caption_is_marked(self) -> None:
        page = read_html(f"<p>{PROSE}</p><figure><img><figcaption>The team</figcaption></figure><p>{PROSE}</p>")
        assert [(block.role, block.text) for block in page.blocks if block.role] == [("caption", "The team")]

    def test_references_and_tags_inside_words(self) -> None:
        source = f"<p>{PROSE}</p><p>caf&eacute; &amp; s<b>h</b>op&#8217;s&nbsp;note<sup>1</sup> &unknown; &ampm</p>"
        page = read_html(source)
        assert texts(page)[1] == "café & shop’s note 1 &unknown; &m"
        assert_traceable(source, page)


class TestFurniture:
    @pytest.mark.parametrize(
        "furniture",
        [
            "<nav><a href=/>Home</a></nav>",
            "<header><a href=/>Our site</a></header>",
            "<div role=navigation>Sections</div>",
            "<div id=cookie-banner><p>We use cookies to make the site better.</p></div>",
            "<div class='comment-list'><p>I agree with this.</p></div>",
            "<p style='display: none'>Not to be seen</p>",
            "<p hidden>Not to be seen</p>",
            "<form><label>Name</label><input><button>Send</button></form>",
            "<script>var text = '<p>not text</p>';</script>",
            "<noscript>Please switch on JavaScript.</noscript>",
            "<ul class=breadcrumbs><li>Home<li>Cases</ul>",
            "<div class=box><h3><a href=/x>Another page</a></h3><p>What it is about.</p></div>",
            "<p><a href=/next>The next case</a></p>",
        ],
    )
    def test_is_dropped(self, furniture: str) -> None:
        page = read_html(f"<body>{furniture}<div><p>{PROSE}</p>{furniture}<p>{PROSE}</p></div>{furniture}</body>")
        assert texts(page) == [PROSE, PROSE]

    @pytest.mark.parametrize(
        "wrapper",
        ["<form>", "<div class=page-with-sidebar>", "<div class='content no-comments'>", "<div class=widget>"],
    )
    def test_name_of_a_wrapper_does_not_matter(self, wrapper: str) -> None:
        assert texts(read_html(f"<body>{wrapper}<p>{PROSE}</p>")) == [PROSE]

    def test_links_in_sentences_and_own_lists_stay(self) -> None:
        page = read_html(
            f"<div><p>{PROSE} See <a href=/r>the report</a>.</p><h2>Sources</h2>"
            "<ul><li><a href=/a>First report</a></ul></div>"
        )
        assert texts(page) == [f"{PROSE} See the report.", "Sources", "First report"]

    def test_page_of_teasers_is_kept(self) -> None:
        cards = "".join(f"<div><h3><a href=/{n}>Case {n}</a></h3><p>{PROSE}</p></div>" for n in range(4))
        assert len(texts(read_html(f"<main>{cards}</main>"))) >= 4


class TestTitleAndDate:
    @pytest.mark.parametrize(
        ("head", "body", "title"),
        [
            ("<title>Old name | Our site</title>", "<h1>New <i>name</i></h1>", "New name"),
            ("<title>Early booking | Our site</title>", "", "Early booking"),
            ("<title>Well-being</title>", "", "Well-being"),
            ("<title>T</title><meta property=og:title content='Open &amp; shared'>", "", "Open & shared"),
            ("", "", ""),
        ],
    )
    def test_title(self, head: str, body: str, title: str) -> None:
        assert read_html(f"<head>{head}</head><body>{body}<p>{PROSE}</p>").title == title

    @pytest.mark.parametrize(
        ("markup", "published"),
        [
            ("<footer>Last updated: 3 May 2019 by us</footer>", "Last updated: 3 May 2019"),
            ("<p>Published on <b>12 June 2010</b></p>", "Published on 12 June 2010"),
            ("<meta property=article:published_time content=2015-07-01>", "2015-07-01"),
            ("<time itemprop=datePublished datetime=2015-07-01>1 July 2015</time>", "1 July 2015"),
            ("<p>A report published in May 2010 says so.</p>", ""),
        ],
    )
    def test_published(self, markup: str, published: str) -> None:
        assert read_html(f"<body><p>{PROSE}</p>{markup}").published == published


@pytest.mark.parametrize(
    ("source", "is_html"),
    [
        ("Title\n<!DOCTYPE html><p>x", True),
        ("<html lang=en>", True),
        ("cut>\n<p>One</p> <p>two</p></div>", True),
        ("", False),
        ("Fewer than < 5 and > 3; see <https://example.org> or <br>", False),
        ("# Markdown\n\n<div><p>One</p><p>two</p></div>", False),
        ("# Markdown\n\nA [link](x) and `<p>` in code", False),
    ],
)
def test_looks_like_html(source: str, is_html: bool) -> None:
    assert looks_like_html(source) is is_html


@pytest.mark.parametrize("source", ["", " ", "\0", "<", "<!--", "<p", "&", "</", "<html>", "<title>x", "<a b='"])
def test_nothing_to_read(source: str) -> None:
    assert_traceable(source, read_html(source))


def test_title_alone_is_no_account() -> None:
    page = read_html("<html><head><title>Early booking in Bromley</title><meta name=descr")
    assert (page.title, page.blocks) == ("Early booking in Bromley", ())


PIECES = (
    "<div>|<b><font color=1><p>|<table><tr><td>|<svg>|<ul><li>x|<a href=x><p>|<!--|<a b='|</|&amp|<td>x|<nav></nav>|"
    "<h3><a href=x>y</a></h3>|<header>|<br>|<h1>x"
)


@pytest.mark.parametrize("piece", PIECES.split("|"))
def test_time_grows_with_size_only(piece: str) -> None:
    source = f"<p>{PROSE}</p>" + piece * (300_000 // len(piece))
    start = time.perf_counter()
    page = read_html(source)
    assert time.perf_counter() - start < 20
    assert texts(page)[0] == PROSE


words = st.text(st.characters(codec="utf-8"), max_size=12)
references = st.sampled_from(
    ["&amp;", "&lt", "&eacute;", "&#8217;", "&#x1F600;", "&notit;", "&NotEqualTilde;", "&#0;", "& "]
)
TAGS = (
    "<p> </p> <div> </div> <b> </b> <i> <a> </a> <ul> <li> </ul> <table> <tr> <td> </td> "
    "</table> <br> <br/> <h1> </h1> <h2> </h2> <blockquote> </blockquote> <cite> <sup> <!-- --> <script> </script> "
    "<title> </title> <svg> </svg> <!doctype> <span> <p/class='a>b'> <td/=x> <a/href=x> "
    "<div/id=menu> <figcaption> <dl> <dt> <dd> <select> "
    "<textarea> <template> <math> <body> </body> </html> <frameset> <p"
)
tags = st.sampled_from(TAGS.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.lists(words | references | tags | st.just(PROSE), max_size=25).map("".join))
def test_every_character_is_traceable(source: str) -> None:
    assert_traceable(source, read_html(source))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abc &é’;#\r\n\t\0", min_size=1, max_size=20), min_size=1, max_size=5))
def test_text_of_a_simple_page_is_kept(paragraphs: list[str]) -> None:
    source = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = read_html(source)
    assert_traceable(source, page)
    expected = [" ".join(p.split()) for p in paragraphs if p.strip() and "&" not in p]
    found = texts(page)
    assert [text for text in expected if text not in found] == []
