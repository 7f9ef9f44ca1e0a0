"""Kinds of files told by content; spreadsheets, books, mails, archives and Markdown made here and read back."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from collections.abc import Mapping

import pytest

from rag.errors import SourceError, UnsupportedSourceError
from rag.readers import media, text_kinds
from rag.readers.archive import check_container, unpacked
from rag.readers.blocks import Content, RawBlock
from rag.readers.by_kind import READERS, content_of
from rag.readers.clean import clean
from rag.readers.decode import decode, decode_bytes
from rag.readers.media import media_type_of
from rag.types import Document, Problem, SourceFile
from tests.growth import assert_in_proportion

PROSE = "The midwives met women at the children’s centre every week, and the women told their neighbours.\n"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/></Types>'
)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def ole(*names: str) -> bytes:
    """An old Office file's first bytes and directory."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return head + b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in names)


def workbook(rows: Mapping[str, Mapping[str, str]], *, styles: str = "", hidden: str = "", extra: str = "") -> bytes:
    """An XLSX of one sheet a name; a cell is XML: its place -> '<c>' without its place."""
    names = list(rows)
    states = {name: ' state="hidden"' if name == hidden else "" for name in names}
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheets = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"{states[n]}/>' for i, n in enumerate(names, start=1))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members = {
        "[Content_Types].xml": TYPES.format("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relation}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        + "".join(
            f'<Relationship Id="r{i}" Type="{relation}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        + f'<Relationship Id="s" Type="{relation}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f"<styleSheet {main}>{styles}</styleSheet>",
    }
    for number, cells in enumerate(rows.values(), start=1):
        by_row: dict[int, list[str]] = {}
        for place, cell in cells.items():
            by_row.setdefault(int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), []).append(
                cell.replace("<c", f'<c r="{place}"', 1)
            )
        body = "".join(f'<row r="{row}">{"".join(found)}</row>' for row, found in sorted(by_row.items()))
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet {main}><sheetData>{body}</sheetData>{extra}</worksheet>"
        )
    return zipped(members)


def words(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def labels(document: Document) -> list[str]:
    return [part.label for part in document.parts]


def assert_in_source(document: Document, source: str) -> None:
    """Each character stands in the source where the map says; some letters were made capitals, some blanks added."""
    for index, char in enumerate(document.text):
        found = source[document.origin.to_source(index)]
        assert char.isspace() or found.casefold() == char.casefold() or found == "&" or char in ",:", (index, char)


class TestMediaTypes:
    @pytest.mark.parametrize(
        ("name", "data", "kind"),
        [
            ("a.txt", b"%PDF-1.4 ...", media.PDF),
            ("a.pdf", b"\r\njunk of a mail gateway\r\n%PDF-1.7\n1 0 obj\nendobj", media.PDF),
            ("a.pdf", PROSE.encode(), text_kinds.PLAIN),
            ("about.txt", b"Each of these files begins with %PDF-1.4 and goes on.", text_kinds.PLAIN),
            ("a.txt", b"<!DOCTYPE html><p>Hello</p>", text_kinds.HTML),
            ("a", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html xmlns="y"></html>', text_kinds.HTML),
            ("a.html", PROSE.encode(), text_kinds.PLAIN),
            ("a.html", b"<p>One line.", text_kinds.HTML),
            ("a.md", b"# Title\n\n<p>a</p><p>b</p><p>c</p>", text_kinds.MARKDOWN),
            ("a.txt", b"---\ntitle: Walks\n---\nText", text_kinds.MARKDOWN),
            ("a.txt", b"# Walks\n\nSee [the page](https://example.org/a).\n", text_kinds.MARKDOWN),
            ("a.txt", b"Name\tPlace\nWalks\tLuton\nTalks\tLeeds\n", text_kinds.CSV),
            ("a.csv", b"Name;Cost\nWalks;1,5\n", text_kinds.CSV),
            ("a.txt", b"Leeds, York and Hull, too.\nWe met, and left.\nIt was, in all, good.\n", text_kinds.PLAIN),
            ("a.txt", b"From: A <a@b.org>\nTo: c@d.org\nSubject: Walks\n\nText", text_kinds.EML),
            ("a.txt", b"From: Ann\nTo everybody who came: thank you.\n", text_kinds.PLAIN),
            (
                "page.mht",
                b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\nSubject: Walks\r\n"
                b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n',
                text_kinds.MHTML,
            ),
            ("a.xml", b"<?xml version='1.0'?><feed><p>a</p><p>b</p><p>c</p></feed>", text_kinds.XML),
            ("a.txt", b'[{"a": 1}]', text_kinds.JSON),
            ("a.txt", b"[1] A footnote. [2]", text_kinds.PLAIN),
            ("a.txt", b"[" * 60000, text_kinds.JSON),
            ("a.js", b"document.write('<p>a</p><p>b</p><p>c</p>')", text_kinds.PROGRAM),
            ("a.txt", b"MZ is short for something.", text_kinds.PLAIN),
            ("a.docx", zipped({"notes.txt": PROSE}), media.ZIP),
            ("a.zip", zipped({"[Content_Types].xml": TYPES.format("w", "wordprocessingml.document")}), media.DOCX),
            ("a.zip", zipped({"[Content_Types].xml": TYPES.format("p", "presentationml.slideshow")}), media.PPTX),
            ("a", zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), media.ODT),
            ("a", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), media.ODS),
            ("a", zipped({"mimetype": "application/epub+zip"}), media.EPUB),
            ("a.docx", zipped({"word/document.xml": "x" * 999})[:90], media.DOCX),
            ("a.docx", ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), media.PROTECTED),
            ("a.xls", ole("Root Entry", "WordDocument", "Workbook"), media.DOC),
            ("a.doc", ole("Root Entry", "Workbook"), media.XLS),
            ("a", ole("Root Entry", "PowerPoint Document"), media.PPT),
            ("a", ole("Root Entry", "__properties_version1.0"), media.MSG),
            ("a.doc", b"{\\rtf1 Hello}", "application/rtf"),
            ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(40)), "image/png"),
            ("", b"", text_kinds.PLAIN),
        ],
    )
    def test_is_told_by_content(self, name: str, data: bytes, kind: str) -> None:
        assert media_type_of(name, data) == kind

    @pytest.mark.parametrize(
        ("data", "what_to_do"),
        [
            (ole("WordDocument"), "save it as .docx"),
            (ole("PowerPoint Document"), "save it as .pptx"),
            (ole("__properties_version1.0"), "save it as .eml"),
            (ole("EncryptedPackage"), "save a copy without"),
            (b"{\\rtf1 Hello}", "save it as .docx"),
            (b"7z\xbc\xaf\x27\x1c" + bytes(30), "as .zip"),
            (b'{"a": 1}', "JSON"),
            (b"\xff\xd8\xff" + bytes(30), "picture"),
        ],
    )
    def test_what_is_not_read_is_told_what_to_do(self, data: bytes, what_to_do: str) -> None:
        with pytest.raises(SourceError, match=what_to_do) as error:
            content_of(SourceFile("a", data), media_type_of("a", data))
        assert error.value.status == ("failed" if b"Encrypted" in data.replace(b"\0", b"") else "unsupported")

    @pytest.mark.parametrize("kind", sorted(READERS))
    def test_readers_refuse_nonsense_politely(self, kind: str) -> None:
        """Every reader gets a file that only claims its kind: it answers, or says what is wrong."""
        noise = random.Random(7).randbytes(3000)
        for data in (b"", noise, b"PK\x03\x04" + noise, PROSE.encode()):
            try:
                content = content_of(SourceFile("a", data), kind)
            except SourceError as error:
                assert str(error)
            else:
                assert isinstance(content.blocks, tuple)


class TestEncodings:
    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Women’s “drop in” café – every Tuesday", "mac_roman"),
            ("Women’s “drop in” café – every Tuesday", "utf-16-le"),
            ("Women’s “drop in” café – every Tuesday", "utf-16-be"),
            ("Встречи проходили каждую неделю в детском центре, и женщины рассказывали соседям о прививках.", "koi8-r"),
            ("会議は毎週子どもセンターで開かれ、女性たちは近所の人に話しました。予防接種の相談もありました。", "cp932"),
            ("会議は毎週子どもセンターで開かれ、女性たちは近所の人に話しました。", "iso2022_jp"),
        ],
    )
    def test_are_recognised(self, text: str, encoding: str) -> None:
        assert decode_bytes(text.encode(encoding)) == text

    def test_one_wrong_byte_spoils_nothing_else(self) -> None:
        data = ("Zoë’s café, naïve façade. " * 5).encode() + b"caf\xe9"
        assert decode_bytes(data) == "Zoë’s café, naïve façade. " * 5 + "café"

    def test_a_stated_encoding_counts(self) -> None:
        page = "<?xml version='1.0' encoding='iso-8859-2'?><html><p>Łódź</p></html>"
        assert decode_bytes(page.encode("iso-8859-2")) == page


class TestTables:
    HEADER = ("Project", "Location", "Start", "Summary")

    def test_a_row_of_a_csv_is_a_heading_and_its_cells(self) -> None:
        data = (
            'Projects of 2014\n\nLocation;Project;Start;Summary\nLuton;Walks;12/05/2014;"People walked;\nit helped."\n'
            ";Talks;13/05/2014;\n"
        )
        document = clean(SourceFile("a.csv", data.encode("cp1252")))
        assert shown(document) == [
            ("paragraph", "Projects of 2014"),
            ("heading", "Walks"),
            ("paragraph", "Location: Luton"),
            ("paragraph", "Start: 12/05/2014"),
            ("paragraph", "Summary: People walked; it helped."),
            ("heading", "Talks"),
            ("paragraph", "Start: 13/05/2014"),
        ]
        assert labels(document)[1:] == ["row 4", "row 5"]
        assert document.published == ""

    def test_without_a_header_row_cells_stand_side_by_side(self) -> None:
        document = clean(SourceFile("a.csv", b"Luton,walks in the park,bread\nLeeds,talks at night,honey\n"))
        assert shown(document) == [
            ("paragraph", "Luton | walks in the park | bread"),
            ("paragraph", "Leeds | talks at night | honey"),
        ]
        assert labels(document) == ["row 1", "row 2"]

    def test_spreadsheet(self) -> None:
        styles = (
            '<numFmts><numFmt numFmtId="170" formatCode="0.0%"/></numFmts>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
        )
        cells = {
            "B2": words("Health projects in Luton"),
            "B4": words("Region"),
            "C4": words("Project name"),
            "D4": words("Start"),
            "E4": words("People"),
            "F4": words("Uptake"),
            "B5": words("East"),
            "C5": words("Walks"),
            "D5": '<c s="1"><v>41771</v></c>',
            "E5": "<c><v>3</v></c>",
            "F5": '<c s="2"><f>1/8</f><v>0.125</v></c>',
            "B6": "<c/>",
            "C6": words("Talks"),
            "E6": "<c><v>2.5</v></c>",
        }
        merged = '<mergeCells count="1"><mergeCell ref="B5:B6"/></mergeCells>'
        data = workbook(
            {"Projects": cells, "Secret": {"A1": words("hidden")}}, styles=styles, hidden="Secret", extra=merged
        )
        document = clean(SourceFile("a.xlsx", data))
        assert shown(document) == [
            ("paragraph", "Health projects in Luton"),
            ("heading", "Walks"),
            ("paragraph", "Region: East"),
            ("paragraph", "Start: 12 May 2014"),
            ("paragraph", "People: 3"),
            ("paragraph", "Uptake: 12.5%"),
            ("heading", "Talks"),
            ("paragraph", "Region: East"),
            ("paragraph", "People: 2.5"),
        ]
        assert labels(document) == ["Projects, row 2", "Projects, row 5", "Projects, row 6"]
        assert document.warnings == ("What its hidden sheets hold was left out: 'Secret'.",)

    def test_two_cells_far_apart_take_no_memory(self) -> None:
        data = workbook({"S": {"A1": words("a"), "XFD1048576": words("b")}})
        with pytest.raises(SourceError, match="reach too far"):
            clean(SourceFile("a.xlsx", data))

    def test_rows_beyond_the_limit_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.readers.tables.csv_tables.MOST_ROWS", 3)
        document = clean(SourceFile("a.csv", b"Name,Cost\n" + b"".join(b"Walk %d,5\n" % n for n in range(9))))
        assert labels(document) == ["row 2", "row 3", "row 4"]
        assert document.warnings == (
            "Only its first 3 rows were read: divide it into smaller files to have all of it.",
        )

    def test_an_unclosed_quotation_mark_does_not_swallow_the_rest(self) -> None:
        data = b'Name,Cost\n"Walks,5\n' + b"Talks,6,%s\n" % (b"a" * 900) * 200
        assert "Talks" in clean(SourceFile("a.csv", data)).text


class TestMarkdown:
    def read(self, source: str) -> Document:
        document = clean(SourceFile("a.md", source.encode()))
        assert_in_source(document, source)
        return document

    def test_front_matter(self) -> None:
        document = self.read(
            '---\nlayout: page\ntitle: "Walks & talks"\ndate: 2014-05-12\nauthor: Ann Lee\nlocation: Bromley\n'
            "topics: [health, 'housing']\ntags:\n  - walking\n  - talking\nnested:\n  - title: Home\n---\n\nText.\n"
        )
        assert (document.title, document.author, document.published) == ("Walks & talks", "Ann Lee", "2014-05-12")
        assert shown(document) == [
            ("heading", "Walks & talks"),
            ("paragraph", "Author: Ann Lee"),
            ("paragraph", "Location: Bromley"),
            ("paragraph", "Topics: health, housing"),
            ("paragraph", "Tags: walking, talking"),
            ("paragraph", "Text."),
        ]

    def test_toml_front_matter(self) -> None:
        document = self.read('+++\ntitle = "Walks"\nlocation = "Luton"\ndraft = false\n+++\nText.\n')
        assert shown(document) == [("heading", "Walks"), ("paragraph", "Location: Luton"), ("paragraph", "Text.")]

    def test_broken_front_matter_is_text(self) -> None:
        assert "We met in May" in self.read("---\ntitle: Walks\nWe met in May, and left.\n---\n\nMore.\n").text

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("It was **very** _good_ and ***both***.", "It was very good and both."),
            ("A snake_case_name, 5 * 3 * 2, and `*code*`.", "A snake_case_name, 5 * 3 * 2, and *code*."),
            (
                'See [the *report*](http://a.org/b_(c) "Title") and [this][1].\n\n[1]: http://a.org',
                "See the report and this.",
            ),
            ("A [bracket] stays, ![a picture](x.png) goes, a note[^1] too.", "A [bracket] stays, goes, a note too."),
            ("{:.intro}\nFirst\nsecond {{ site.name }}line.{: .x}", "First second line."),
            (
                "{% include x.html %}\n<div class='a'>Bold <b>words</b> &amp; more<br>here</div>",
                "Bold words & more here",
            ),
            ("<!-- hidden\n\nstill hidden -->\nShown.", "Shown."),
            ("Write to <ann@example.org>, \\*not\\* later.", "Write to ann@example.org, *not* later."),
        ],
    )
    def test_marks_are_left_out(self, source: str, expected: str) -> None:
        assert self.read(source).text == expected

    def test_blocks(self) -> None:
        document = self.read(
            "Title\n=====\n\nBelow\n-----\nWe offered:\n\n* maps\n  and pens\n    1. inner\n* shoes\n\n"
            "> It helped\n> me.\n\n| Town | Cost |\n|:---|---:|\n| Luton | **5** |\n\n```\n*raw*\n```\n\n"
            "![Women walking](w.jpg)\n\n***\n\n### Last {#id}\nEnd.\n"
        )
        assert shown(document) == [
            ("heading", "Title"),
            ("heading", "Below"),
            ("paragraph", "We offered:"),
            ("item", "maps and pens"),
            ("item", "inner"),
            ("item", "shoes"),
            ("quote", "It helped me."),
            ("paragraph", "Town | Cost"),
            ("paragraph", "Luton | 5"),
            ("paragraph", "*raw*"),
            ("paragraph", "Women walking"),
            ("heading", "Last"),
            ("paragraph", "End."),
        ]
        assert [block.level for block in document.blocks if block.kind == "item"] == [1, 2, 1]
        assert document.text[slice(*(document.blocks[3].lead_in or (0, 0)))] == "We offered:"

    @pytest.mark.parametrize(
        "unit",
        [
            "[",
            "*a",
            "`",
            "![",
            "<a ",
            "_",
            "[a](",
            "> ",
            "<!--",
            "{{",
            "&",
            "|-",
            "<!--\n",
            "a.",
            "[a ",
            "- ",
        ],
    )
    @pytest.mark.parametrize("opening", ["", "<"])
    def test_takes_time_in_proportion_to_its_size(self, opening: str, unit: str) -> None:
        assert_in_proportion(lambda size: clean(SourceFile("a.md", f"{opening}{unit * size}a".encode())), 2000)


CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
OPF = (
    '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>On walking</dc:title>'
    "<dc:creator>Ann Lee</dc:creator><dc:date>2014-05-12T00:00:00Z</dc:date></metadata><manifest>"
    '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    '<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="c" href="gone.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>'
)


class TestBooks:
    def book(self, container: str = CONTAINER, opf: str = OPF) -> SourceFile:
        chapter = "<html><head><title>x</title></head><body><h1>{}</h1><p>{}</p></body></html>"
        members = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": opf,
            "OEBPS/text/one.xhtml": chapter.format("Setting out", "We met at the gate."),
            "OEBPS/text/two b.xhtml": chapter.format("Coming home", "We were tired."),
            "OEBPS/nav.xhtml": chapter.format("Contents", "Setting out"),
        }
        return SourceFile("a.epub", zipped(members))

    def test_chapters_in_reading_order(self) -> None:
        document = clean(self.book())
        assert shown(document) == [
            ("heading", "Setting out"),
            ("paragraph", "We met at the gate."),
            ("heading", "Coming home"),
            ("paragraph", "We were tired."),
        ]
        assert (document.title, document.author, document.published) == ("On walking", "Ann Lee", "2014-05-12")
        assert labels(document) == ["Setting out", "Coming home"]
        assert document.warnings == ("1 of its chapters are missing in the file.",)

    def test_entities_are_not_expanded(self) -> None:
        bomb = "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        bomb += "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
        try:
            document = clean(self.book(opf=bomb + OPF.replace("On walking", "&a11;")))
        except SourceError as error:
            assert "damaged" in str(error)
        else:
            assert len(document.title) < 100

    def test_a_book_without_chapters_is_damaged(self) -> None:
        with pytest.raises(SourceError, match="list of chapters"):
            clean(self.book(container="<container/>"))


MAIL = """From: =?utf-8?Q?Zo=C3=AB_Lee?= <zoe@example.org>
To: all@example.org
Subject: How the walks
 went
Date: Tue, 5 Mar 2024 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Forty people walked to the caf=E9 every week, and most of them came again.

On Mon, 4 Mar 2024 Ann wrote:
> How did it go?
> Tell us more, please.

--=20
Zoe, 01234
--b
Content-Type: text/csv
Content-Disposition: attachment; filename="../../counts.csv"

Week,People
1,40
--b
Content-Type: image/png
Content-ID: <logo>
Content-Disposition: inline; filename="logo.png"

x
--b
Content-Type: message/rfc822

From: a@example.org
To: b@example.org
Subject: Before

The first walk.
--b--
"""


class TestMails:
    def test_text_and_headers(self) -> None:
        document = clean(SourceFile("a.eml", MAIL.encode()))
        assert (document.title, document.author, document.published) == (
            "How the walks went",
            "Zoë Lee",
            "5 March 2024",
        )
        kinds = shown(document)
        assert ("paragraph", "Forty people walked to the café every week, and most of them came again.") in kinds
        assert [text for kind, text in kinds if kind == "quote"] == ["How did it go?", "Tell us more, please."]
        assert "01234" not in document.text

    def test_attachments_are_files_within(self) -> None:
        found = [file for file in unpacked(SourceFile("a.eml", MAIL.encode())) if isinstance(file, SourceFile)]
        assert [file.name for file in found] == ["a.eml", "a.eml/counts.csv", "a.eml/attachment 2.eml"]
        assert "People: 40" in clean(found[1]).text
        assert clean(found[2]).title == "Before"

    @pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
    def test_headers_in_raw_bytes(self, encoding: str) -> None:
        data = "From: André Été <a@example.org>\nTo: b@example.org\nSubject: À pied\n\nForty people walked."
        document = clean(SourceFile("a.eml", data.encode(encoding)))
        assert (document.title, document.author) == ("À pied", "André Été")

    def test_brackets_within_brackets_are_damage(self) -> None:
        with pytest.raises(SourceError, match="can't be read as a mail"):
            clean(SourceFile("a.eml", b"From: " + b"(" * 20_000 + b"\nTo: b@example.org\nSubject: x\n\nHello."))

    def test_parts_within_parts_are_damage(self) -> None:
        heads = (f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1500))
        source = SourceFile("a.eml", ("Subject: x\nFrom: a@example.org\n" + "".join(heads)).encode())
        *_, problem = unpacked(source)
        assert isinstance(problem, Problem)
        assert "attachments can't be read" in problem.reason
        with pytest.raises(SourceError, match="can't be read as a mail"):
            clean(source)

    def test_mails_within_mails_end(self) -> None:
        mail = 'Subject: x\nFrom: a@example.org\nTo: b@example.org\nContent-Type: multipart/mixed; boundary="b{0}"\n\n'
        heads = "".join(f"{mail.format(n)}--b{n}\nContent-Type: message/rfc822\n\n" for n in range(12))
        found = list(unpacked(SourceFile("a.eml", f"{heads}Subject: last\nFrom: a@example.org\n\nHello.".encode())))
        assert len(found) == 9
        assert isinstance(found[-1], Problem)
        assert "deep" in found[-1].reason

    def test_attachments_and_the_files_within_them_have_names_of_their_own(self) -> None:
        packed = base64.b64encode(zipped({"c.txt": PROSE})).decode()
        part = (
            '--b\nContent-Type: {0}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="{1}"'
        )
        parts = [part.format("application/zip", "n.zip") + f"\n\n{packed}\n"] * 2
        mail = 'Subject: x\nFrom: a@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n'
        found = list(unpacked(SourceFile("a.eml", f"{mail}{''.join(parts)}--b--".encode())))
        assert [file.name for file in found] == ["a.eml", "a.eml/n.zip/c.txt", "a.eml/n (2).zip/c.txt"]

    def test_a_saved_page(self) -> None:
        page = (
            "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/\nSubject: x\nMIME-Version: 1.0\n"
            'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
            f"<html><title>Walks</title><body><h1>Walks</h1><p>{PROSE}</p></body></html>\n--b\n"
            "Content-Type: image/png\nContent-Location: https://example.org/a.png\n\nx\n--b--\n"
        )
        source = SourceFile("page.mhtml", page.encode())
        assert [file.name for file in unpacked(source)] == ["page.mhtml"]
        document = clean(source)
        assert document.title == "Walks"
        assert PROSE.strip() in document.text


class TestArchives:
    def test_files_within_and_what_is_left_out(self) -> None:
        inner = zipped({"deep.zip": zipped({"x.txt": PROSE}), "b.txt": PROSE})
        data = zipped(
            {
                "notes/a.txt": PROSE,
                "__MACOSX/._a.txt": b"x",
                "notes/.DS_Store": b"x",
                "../out.txt": PROSE,
                "/etc/out.txt": PROSE,
                "C:\\out.txt": PROSE,
                "inner.zip": inner,
            }
        )
        found = list(unpacked(SourceFile("z.zip", data)))
        assert [file.name for file in found if isinstance(file, SourceFile)] == [
            "z.zip/notes/a.txt",
            "z.zip/inner.zip/b.txt",
        ]
        problems = {file.name: file.reason for file in found if isinstance(file, Problem)}
        assert sum("leads out" in reason for reason in problems.values()) == 3
        assert "archives within" in problems["z.zip/inner.zip/deep.zip"]

    def test_no_two_files_have_one_name(self) -> None:
        data = zipped({"b.zip": zipped({"c.txt": PROSE}), "b.zip/c.txt": PROSE})
        assert [file.name for file in unpacked(SourceFile("z.zip", data))] == [
            "z.zip/b.zip/c.txt",
            "z.zip/b.zip/c (2).txt",
        ]

    def test_links_are_not_followed(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            info = zipfile.ZipInfo("link.txt")
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
        (problem,) = unpacked(SourceFile("z.zip", out.getvalue()))
        assert isinstance(problem, Problem)
        assert "link" in problem.reason

    def test_names_in_utf_8_that_do_not_say_so(self) -> None:
        data = bytearray(zipped({"café.txt": PROSE}))
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark) + place
            data[at : at + 2] = b"\0\0"
        assert [file.name for file in unpacked(SourceFile("z.zip", bytes(data)))] == ["z.zip/café.txt"]

    def test_bombs_are_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.readers.archive._BOMB_BYTES", 2**20)
        bomb = zipped({"a.txt": bytes(2**22)})
        (problem,) = unpacked(SourceFile("z.zip", bomb))
        assert isinstance(problem, Problem)
        assert "200 times" in problem.reason
        with pytest.raises(SourceError, match="200 times"):
            check_container(bomb)

    def test_a_header_that_lies_about_its_size_is_not_believed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.readers.archive._BOMB_BYTES", 2**20)
        bomb = zipped({"a.txt": bytes(2**22)})
        size = (2**22).to_bytes(4, "little")
        with pytest.raises(SourceError, match="200 times"):
            check_container(bomb.replace(size, (100).to_bytes(4, "little")))

    def test_protected_and_damaged_ones_are_said(self) -> None:
        data = bytearray(zipped({"a.txt": PROSE}))
        data[6] |= 1
        data[data.find(b"PK\x01\x02") + 8] |= 1
        (problem,) = unpacked(SourceFile("z.zip", bytes(data)))
        assert isinstance(problem, Problem)
        assert "password" in problem.reason
        (problem,) = unpacked(SourceFile("z.zip", zipped({"a.txt": PROSE})[:-30]))
        assert isinstance(problem, Problem)
        assert "damaged" in problem.reason

    def test_an_encrypted_opendocument_file_is_said(self) -> None:
        data = zipped({"META-INF/manifest.xml": "<manifest:encryption-data/>"})
        with pytest.raises(SourceError, match="password"):
            check_container(data)


def test_what_a_file_states_of_itself_is_one_clean_line(monkeypatch: pytest.MonkeyPatch) -> None:
    content = Content(
        (RawBlock("paragraph", PROSE, range(len(PROSE))),), "On\x07 walking\ud800", "5\n May", "Andr\udce9"
    )
    monkeypatch.setattr("rag.readers.clean.content_of", lambda source, kind: content)
    document = clean(SourceFile("a.txt", PROSE.encode()))
    assert (document.title, document.published, document.author) == ("On walking", "5 May", "André")


def test_mutated_files_give_a_document_or_a_reason() -> None:
    """A few bytes changed, or the end cut off: always an answer, never another exception."""
    chance = random.Random(11)
    samples = {
        "a.xlsx": workbook(
            {"S": {"A1": words("Name"), "B1": words("Cost"), "A2": words("Walk"), "B2": "<c><v>5</v></c>"}}
        ),
        "a.epub": TestBooks().book().data,
        "a.eml": MAIL.encode(),
        "a.csv": b'Name,Cost\nWalks,5\n"Talks",6\n',
        "a.md": b"---\ntitle: Walks\n---\n\n# One\n\n* [a](b) **c**\n",
        "a.zip": zipped({"a.txt": PROSE, "b.md": "# x"}),
    }
    for name, data in samples.items():
        for _ in range(60):
            mutated = bytearray(data[: chance.randrange(1, len(data) + 1)] if chance.random() < 0.3 else data)
            for _ in range(chance.randrange(1, 8)):
                mutated[chance.randrange(len(mutated))] = chance.randrange(256)
            for found in unpacked(SourceFile(name, bytes(mutated))):
                if isinstance(found, SourceFile):
                    try:
                        assert clean(found).doc_id == found.name
                    except SourceError as error:
                        assert str(error)


def test_unsupported_is_an_error_of_its_own() -> None:
    with pytest.raises(UnsupportedSourceError):
        content_of(SourceFile("a.json", json.dumps({"a": 1}).encode()), text_kinds.JSON)


def test_decoding_a_file_is_decoding_its_bytes() -> None:
    assert decode(SourceFile("a.txt", b"caf\xe9")) == "café"
