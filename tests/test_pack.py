"""Evidence packs: assembled from the library's own documents, written in every format and read back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import pytest
import rispy  # type: ignore[import-untyped]
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from docx.api import Document as OpenWord
from docx.oxml.ns import qn
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from rag.config import Settings
from rag.errors import QuestionsError, SourceError
from rag.library import Library as CaseLibrary
from rag.present.packs.collect import (
    CASE_CHANGED,
    CASE_GONE,
    LONGEST_QUOTE,
    Stacks,
    assemble,
    fingerprint,
    seals_of,
    words_changed,
)
from rag.present.packs.formats import PACK_FORMATS, pack_file
from rag.present.packs.markdown import pack_markdown
from rag.present.packs.references import pack_bibtex, pack_ris, year_of
from rag.present.packs.rows import COLUMNS, harmless, pack_csv
from rag.present.packs.write import write_pack
from rag.snapshot import Snapshot
from rag.sources.additions import Additions
from rag.types import (
    Answer,
    Asked,
    Block,
    Case,
    Citation,
    Collected,
    Document,
    Facet,
    FileRecord,
    Filter,
    IndexedDocument,
    OriginMap,
    Pack,
    Part,
    Place,
    Query,
    Span,
)
from rag.web.pack.view import pack_rich, packed_html

TEXT = (
    "Results\n"
    "Bookings before twelve weeks rose from 48% to 71% in Hull. Nurses said it helped.\n"
    "=Cost was £2,000 & {half} of it was rent_free.\n"
)
ROSE = "Bookings before twelve weeks rose from 48% to 71% in Hull."
HELPED = "Nurses said it helped."
COST = "=Cost was £2,000 & {half} of it was rent_free."
HULL = Document(
    doc_id="hull.txt",
    title="Early booking in Hull",
    text=TEXT,
    blocks=(
        Block("heading", 0, 7),
        Block("paragraph", 8, TEXT.index("=Cost") - 1, heading_path=("Early booking in Hull", "Results")),
        Block("paragraph", TEXT.index("=Cost"), len(TEXT) - 1, heading_path=("Early booking in Hull", "Results")),
    ),
    origin=OriginMap(),
    sha256="a" * 64,
    published="Updated July 2015",
    author="Hull City Council",
    parts=(Part(0, "page", "page 3"),),
)
EVIL = Document(
    "a_b%.txt", "50% & {more}: @home \\ ~ <b>", "- Danger\x01 here\n", (), OriginMap(), "b" * 64, published="undated"
)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return start, start + len(words)


CASE = Case(
    "hull.txt#1",
    "hull.txt",
    "Hull: early booking",
    ((8, len(TEXT)),),
    (
        Facet("place", "Hull", *span("Hull")),
        Facet("outcome", "measured", *span(ROSE)),
        Facet("outcome", "reported", *span(HELPED)),
        Facet("cost", "£2,000", *span(COST)),
    ),
)
FILES = (
    FileRecord("hull.txt", "indexed", sha256="a" * 64, documents=(IndexedDocument("hull.txt", "", "s", "k", 1, 1),)),
    FileRecord("a_b%.txt", "indexed", sha256="b" * 64, documents=(IndexedDocument("a_b%.txt", "", "s", "l", 0, 1),)),
)
ANSWERED = Collected(
    (Place("hull.txt", (span(ROSE), span(COST))),),
    Asked("Does early booking rise?", "answered", (Filter("place", "Hull"), Filter("outcome", "measured"))),
    note="Use in *section* 3.",
)
QUOTE = Collected((Place("a_b%.txt", ((0, 14),)),))
GONE = Collected((Place("gone.txt", ((0, 5),)),))
REFUSED = Asked("Who landed on the moon?", "none")
HULL_CHANGED = words_changed("hull.txt")
NEAR = Asked("And in Goole?", "closest", (Filter("community", "Women"),), "in Goole? booking")


def stacks(documents: Sequence[Document] = (HULL, EVIL), cases: Sequence[Case] = (CASE,)) -> Stacks:
    held = {document.doc_id: document for document in documents}

    def document(name: str) -> Document:
        if name not in held:
            raise SourceError(f"there is no {name}")
        return held[name]

    return Stacks(document, {case.case_id: case for case in cases}, FILES, {"a_b%.txt": "https://example.org/a_{b}"})


def packed(*items: Collected, shelf: Stacks | None = None, **about: Any) -> Pack:
    return assemble(shelf or stacks(), items, made="2026-11-22", **about)


@pytest.fixture
def pack() -> Pack:
    items = (ANSWERED, Collected(case="hull.txt#1", note="Ring them."), QUOTE, GONE)
    return packed(*items, unanswered=[REFUSED, NEAR], title="Booking: a case", purpose="For the board")


def test_words_are_the_documents_own(pack: Pack) -> None:
    group = pack.items[0].groups[0]
    assert (group.heading, group.outcome) == ("Hull: early booking", "measured")
    assert group.quotes[0].text == f"{ROSE} … {COST}"
    assert (group.quotes[0].page, group.quotes[0].section) == ("page 3", "Results")
    assert [(source.number, source.file) for source in pack.sources] == [(1, "hull.txt"), (2, "a_b%.txt")]
    assert pack.sources[1].address == "https://example.org/a_{b}"
    assert pack.items[2].groups[0].quotes[0].text == "- Danger\N{REPLACEMENT CHARACTER} here"
    assert pack.items[2].title == EVIL.title


def test_a_card_has_every_field_stated_or_not(pack: Pack) -> None:
    card = pack.items[1].case
    assert card
    fields = {field.kind: field for field in card.fields}
    assert len(fields) == 12
    assert [quote.text for quote in fields["outcome"].quotes] == [ROSE, HELPED]
    assert fields["outcome"].outcomes == ("measured", "reported")
    assert fields["lesson"].quotes == ()


def test_what_is_not_there_any_more_is_said(pack: Pack) -> None:
    assert pack.items[3].lost == ("‘gone.txt’ is not in the library any more.",)
    assert packed(Collected(case="no#1")).items[0].lost == (CASE_GONE,)
    for spans in ((), ((5, 5),), ((0, len(TEXT) + 1),)):
        item = packed(Collected((Place("hull.txt", spans),))).items[0]
        assert (item.groups, item.lost) == ((), (HULL_CHANGED,))
    long = replace(HULL, text="x" * (LONGEST_QUOTE + 1))
    item = packed(Collected((Place("hull.txt", ((0, LONGEST_QUOTE + 1),)),)), shelf=stacks([long])).items[0]
    assert item.lost == (HULL_CHANGED,)


def test_changed_words_are_never_passed_off_as_those_collected() -> None:
    sealed = replace(ANSWERED, seals=seals_of(stacks(), ANSWERED))
    assert packed(sealed).items[0].groups
    changed = replace(HULL, text=TEXT.replace("71%", "17%"))
    item = packed(sealed, shelf=stacks([changed])).items[0]
    assert (item.groups, item.lost) == ((), (HULL_CHANGED,))
    assert packed(sealed, shelf=stacks([])).items[0].lost == ("‘hull.txt’ is not in the library any more.",)
    card = Collected(case="hull.txt#1")
    sealed = replace(card, seals=seals_of(stacks(), card))
    assert packed(sealed).items[0].lost == ()
    assert packed(sealed, shelf=stacks([changed])).items[0].lost == (CASE_CHANGED,)
    assert seals_of(stacks(), GONE) == ("",)


def test_only_quotes_of_a_document_that_changed_are_withheld() -> None:
    both = replace(ANSWERED, places=(*ANSWERED.places, *QUOTE.places))
    both = replace(both, seals=seals_of(stacks(), both))
    shelves = {
        HULL_CHANGED: stacks([replace(HULL, text=TEXT.replace("71%", "17%")), EVIL]),
        "‘hull.txt’ is not in the library any more.": stacks([EVIL]),
    }
    for lost, shelf in shelves.items():
        item = packed(both, shelf=shelf).items[0]
        assert [group.heading for group in item.groups] == [EVIL.title]
        assert item.lost == (lost,)
    changed = packed(both, shelf=stacks([replace(d, text=d.text.swapcase()) for d in (HULL, EVIL)]))
    assert changed.items[0].lost == (HULL_CHANGED, words_changed("a_b%.txt"))
    text = pack_markdown(changed)
    assert "can be shown any more" in text
    assert "No quotes were collected" not in text
    assert "Answered by the quotes below" not in text


def test_the_fingerprint_is_that_of_the_documents() -> None:
    assert fingerprint(FILES) == fingerprint(FILES[::-1])
    assert re.fullmatch("[0-9a-f]{12}", fingerprint(FILES))
    others = (replace(FILES[0], sha256="c" * 64), FILES[1]), FILES[:1], ()
    assert len({fingerprint(files) for files in (FILES, *others)}) == 4


def test_markdown(pack: Pack) -> None:
    text = pack_markdown(pack)
    assert text.startswith("# Booking: a case\n\nFor the board\n\nMade on 22 November 2026 with Precedent.")
    assert f"Library fingerprint {pack.fingerprint} (2 documents): the same fingerprint means" in text
    assert "**Note:** Use in \\*section\\* 3." in text
    assert "**Searched:** Limited to Place: Hull; Strength of outcome: Measured" in text
    assert (
        "> “" + ROSE + " … =Cost was £2,000 & {half} of it was rent\\_free.” \\[1\\]\n>\n> Early booking in Hull, "
        in text
    )
    assert "Early booking in Hull, page 3, ‘Results’, Updated July 2015. File: hull.txt" in text
    assert "| What was learnt | *not stated* |" in text
    assert f"*Measured:* “{ROSE}”<br>*Reported:* “{HELPED}” \\[1\\], page 3, ‘Results’ |" in text
    refused = "And in Goole? (Limited to For whom: Women, with the words ‘in Goole? booking’)"
    assert f"- Who landed on the moon?\n- {refused} (only loosely related precedents were found)" in text
    assert "\\[1\\] Hull City Council. Early booking in Hull. Updated July 2015. File: hull.txt. Read on 22" in text
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert pack_markdown(packed(replace(QUOTE, note="1. first\n# second"))).count("**Note:** 1\\. first\n\n\\# second")


def test_csv_is_a_row_a_quote_and_a_field(pack: Pack) -> None:
    data = pack_file(pack, "csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["Words"] == f"{ROSE} … {COST}"
    assert (rows[0]["Page"], rows[0]["Source date"], rows[0]["Note"]) == ("page 3", "Updated July 2015", ANSWERED.note)
    card = [row for row in rows if row["Kind"] == "Case"]
    assert [row["Field"] for row in card].count("What came of it") == 2
    assert [row["Words"] for row in card if row["Field"] == "Cost"] == [f"'{COST}"]
    assert sum(row["Words"] == "not stated" for row in card) == 9
    assert [row["Question"] for row in rows if row["Kind"] == "Question not answered"] == [
        REFUSED.question,
        NEAR.question,
    ]
    assert [row["Words"] for row in rows if row["Field"] == "Title"] == ["Booking: a case"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@SUM", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"x{cell}") == f"x{cell}"


def read_bibtex(pack: Pack) -> Library:
    known = get_default_latex_context_db()
    braces = [MacroTextSpec(f"textbrace{side}", simplify_repl=brace) for side, brace in (("left", "{"), ("right", "}"))]
    known.add_context_category("braces", macros=braces)
    decoder = LatexNodes2Text(latex_context=known, math_mode="verbatim")
    return parse_string(pack_bibtex(pack), append_middleware=[LatexDecodingMiddleware(decoder=decoder)])


def test_bibtex_is_read_back(pack: Pack) -> None:
    read = read_bibtex(pack)
    assert read.failed_blocks == []
    assert [entry.key for entry in read.entries] == ["early2015", "more"]
    hull, evil = ({field.key: field.value for field in entry.fields} for entry in read.entries)
    assert (hull["title"], hull["author"], hull["year"]) == ("Early booking in Hull", "Hull City Council", "2015")
    assert (hull["howpublished"], hull["urldate"]) == ("File: hull.txt", "2026-11-22")
    assert f"library fingerprint {pack.fingerprint}" in hull["note"]
    assert "author" not in evil
    assert "year" not in evil
    assert evil["title"] == EVIL.title
    assert "File: a\\_b\\%.txt" in pack_bibtex(pack)
    assert "https://example.org/a_%7Bb%7D" in pack_bibtex(pack)


@pytest.mark.parametrize("title", ["Rates {before", "Rates} before", "}{ a \\{ b", "{{{"])
def test_unbalanced_braces_do_not_break_bibtex(title: str) -> None:
    odd = replace(HULL, title=title, author=title)
    items = (Collected((Place("hull.txt", ((0, 7),)),)), QUOTE)
    pack = packed(*items, shelf=stacks([odd, EVIL]))
    for entry in pack_bibtex(pack).split("@misc")[1:]:  # BibTeX itself counts every brace, escaped or not
        depths = list(accumulate({"{": 1, "}": -1}.get(char, 0) for char in entry.rstrip()))
        assert depths.index(0) == len(depths) - 1
    read = read_bibtex(pack)
    assert read.failed_blocks == []
    first, second = ({field.key: field.value for field in entry.fields} for entry in read.entries)
    assert (first["title"], first["author"], second["title"]) == (title, title, EVIL.title)


def test_two_sources_of_one_title_have_keys_of_their_own() -> None:
    twin = replace(HULL, doc_id="twin.txt")
    both = packed(
        *(Collected((Place(name, ((0, 7),)),)) for name in ("hull.txt", "twin.txt")), shelf=stacks([HULL, twin])
    )
    keys = re.findall(r"^@misc\{(.+),$", pack_bibtex(both), re.MULTILINE)
    assert keys == ["early2015", "early2015-2"]


def test_ris_is_read_back(pack: Pack) -> None:
    hull, evil = rispy.loads(pack_ris(pack))
    assert hull["type_of_reference"] == "GEN"
    assert (hull["title"], hull["authors"], hull["year"]) == (HULL.title, ["Hull City Council"], "2015")
    assert hull["access_date"] == "2026/11/22"
    assert hull["notes"][0].startswith("File: hull.txt. The source’s own date: Updated July 2015. Read on 22 November")
    assert (evil["type_of_reference"], evil["title"]) == ("WEB", EVIL.title)
    assert evil["urls"] == ["https://example.org/a_{b}"]


@pytest.mark.parametrize(
    ("published", "year"),
    [("Updated July 2015", "2015"), ("2008-2009", "2009"), ("2015-07-04", "2015"), ("ref 20155", ""), ("May", "")],
)
def test_years(published: str, year: str) -> None:
    assert year_of(published) == year


def test_word_holds_it_all(pack: Pack) -> None:
    data = pack_file(pack, "docx").data
    word = OpenWord(io.BytesIO(data))
    assert (word.core_properties.title, word.core_properties.author) == ("Booking: a case", "")
    assert word.core_properties.language == "en-GB"
    texts = {style: [p.text for p in word.paragraphs if p.style and p.style.name == style] for style in STYLES}
    assert texts["Title"] == ["Booking: a case"]
    assert texts["Heading 1"] == [
        "1. Does early booking rise?",
        "2. Hull: early booking",
        f"3. {EVIL.title}",
        "4. A quote that was collected",
        "Questions the library could not answer",
        "Sources",
        "About the quotations",
    ]
    assert texts["Heading 2"] == ["Hull: early booking"]
    assert texts["Quote"] == [f"“{ROSE} … {COST}”", "“- Danger\N{REPLACEMENT CHARACTER} here”"]
    assert texts["Quote Reference"][0] == (
        "[1] Early booking in Hull, page 3, ‘Results’, Updated July 2015. File: hull.txt"
    )
    assert texts["Not There Any More"] == list(pack.items[3].lost)
    assert texts["List Bullet"][0] == REFUSED.question
    assert texts["Source"][0].startswith("[1]\tHull City Council. Early booking in Hull.")
    (table,) = word.tables
    header = table.rows[0]._tr.trPr
    assert header is not None
    assert header.find(qn("w:tblHeader")) is not None
    cells = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert len(cells) == 13
    assert cells["What came of it"] == f"Measured: “{ROSE}”\nReported: “{HELPED}” [1], page 3, ‘Results’"
    assert cells["What was learnt"] == "not stated"
    footer = word.sections[0].footer.paragraphs[0]
    assert [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert pack.fingerprint in footer.text
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.testzip() is None


def test_word_takes_a_title_of_any_length() -> None:
    word = OpenWord(io.BytesIO(pack_file(packed(title="t" * 300), "docx").data))
    assert (word.core_properties.title, word.paragraphs[0].text) == ("t" * 255, "t" * 300)


STYLES = (
    "Title",
    "Heading 1",
    "Heading 2",
    "Quote",
    "Quote Reference",
    "Not There Any More",
    "List Bullet",
    "Source",
)


@pytest.mark.parametrize("ending", PACK_FORMATS)
def test_every_format_can_be_made_of_nothing_and_of_odd_names(ending: str) -> None:
    assert pack_file(packed(), ending).name == f"evidence-pack-2026-11-22.{ending}"
    odd = replace(EVIL, doc_id="\udcff\x00.txt", title="\udcff\x0b")
    item = Collected((Place(odd.doc_id, ((0, 8),)),), note="\x02")
    pack = packed(item, shelf=stacks([odd]), title="Überblick: ‘Ost’/../\x00")
    file = pack_file(pack, ending)
    assert file.name == f"uberblick-ost-2026-11-22.{ending}"
    assert file.data


class _Balanced(HTMLParser):
    """Which tags are open when the mark-up ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_mark_up_is_escaped_and_whole(pack: Pack) -> None:
    shown = packed_html(pack, [False, True])
    for html in (shown, pack_rich(pack)):
        assert _Balanced(html).open == []
        assert "<b>\n" not in html
        assert "&lt;b&gt;" in html
    assert shown.count('name="include"') == 2
    assert shown.count(" checked") == 1
    assert "Its card: 3 of 12 fields stated" in shown
    assert 'aria-label="Move up: Answer: Does early booking rise?" aria-disabled="true"' in shown
    assert "data-source" not in pack_rich(pack)
    assert "button" not in pack_rich(pack)


class _Asking(CaseLibrary):
    """Answers one question and refuses all others; its own snapshot."""

    settings = Settings(Path("seeds"), added=Path("none"))
    files = FILES
    document = staticmethod(stacks().document)

    def __init__(self) -> None:
        """Nothing is opened."""

    @property
    def snapshot(self) -> Snapshot:
        return cast("Snapshot", self)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        if question != "rise?":
            return Answer(Query(question, question), "none", 0.0, "")
        citation = Citation(1, "hull.txt", HULL.title, "", CASE.title, ROSE, (span(ROSE),))
        return Answer(Query(question, question), "answered", 0.9, "", citations=(citation,))

    def cases(self) -> list[Case]:
        return [CASE]


def test_a_pack_is_written_from_questions(tmp_path: Path) -> None:
    path = tmp_path / "pack.md"
    pack = write_pack(_Asking(), ["rise?", "moon?"], path, [CASE.case_id], title="Ours")
    assert [item.title for item in pack.items] == ["rise?", CASE.title]
    assert [asked.question for asked in pack.unanswered] == ["moon?"]
    assert path.read_text(encoding="utf-8").startswith("# Ours\n")
    with pytest.raises(QuestionsError, match=r"ends in one of \.docx"):
        write_pack(_Asking(), ["rise?"], tmp_path / "pack.pdf")
    with pytest.raises(QuestionsError, match="at least one"):
        write_pack(_Asking(), [], path)
    with pytest.raises(QuestionsError, match="name another file"):
        write_pack(_Asking(), ["rise?"], tmp_path / "no" / "pack.md")


def test_a_pack_of_questions_has_the_addresses_of_web_pages(tmp_path: Path) -> None:
    page = Additions(tmp_path).keep("page.html", b"", url="https://example.org/hull", retrieved="2026-11-01")
    library = _Asking()
    library.settings = Settings(Path("seeds"), added=tmp_path)
    library.files = (replace(FILES[0], addition=page.name), FILES[1])
    write_pack(library, ["rise?"], tmp_path / "pack.md")
    assert "https://example.org/hull. Read on" in (tmp_path / "pack.md").read_text(encoding="utf-8")


def test_a_title_that_is_too_long_is_declined(tmp_path: Path) -> None:
    write_pack(_Asking(), ["rise?"], tmp_path / "pack.docx", title="t" * 300)
    with pytest.raises(QuestionsError, match="301 characters: give one of 300 at most"):
        write_pack(_Asking(), ["rise?"], tmp_path / "pack.docx", title="t" * 301)


def test_csv_has_no_line_that_is_not_a_row(pack: Pack) -> None:
    assert {len(row) for row in csv.reader(io.StringIO(pack_csv(pack), newline=""))} == {len(COLUMNS)}
