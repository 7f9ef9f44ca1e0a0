"""Files made to do harm: each is read within the limits, or refused with a reason, and gives away nothing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from rag.index.worker import Worker
from rag.types import Parsed, SourceFile

SECRET = "the vicar's password is swordfish"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
ODT = "application/vnd.oasis.opendocument.text"

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "laugh">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(seconds=30) as running:
        yield running


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def docx(body: str, prolog: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    document = f'{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": links, "word/document.xml": document, **(parts or {})})


def word_paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, prolog: str = "") -> bytes:
    content = (
        f'{prolog}<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}"><office:body><office:text>'
        f"{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODT, "content.xml": content})


def epub(chapter: str, prolog: str = "", opf_prolog: str = "", title: str = "A book") -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
        'full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        f'{opf_prolog}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc='
        f'"http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata><manifest><item id="c" '
        'href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
    )
    page = f'{prolog}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{chapter}</p></body></html>'
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "b.opf": package, "c.xhtml": page}
    return zipped(parts)


def pdf(*objects: str, trailer: str = "", xref: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; object 1 is its root. ``xref`` is written instead of the right one."""
    out, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += xref or f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{out}trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode(
        "latin-1"
    )


def texts(parsed: Parsed) -> str:
    return "\n".join(found.document.text for found in parsed.documents)


def everything(parsed: Parsed) -> str:
    """All that a user may get to see of a file."""
    documents = [found.document for found in parsed.documents]
    said = [f"{d.title} {d.author} {d.published} {d.text} {d.warnings} {d.parts}" for d in documents]
    return "\n".join(
        [*said, *(f"{case.title} {case.facets}" for p in parsed.documents for case in p.cases), *reasons(parsed)]
    )


def reasons(parsed: Parsed) -> list[str]:
    return [problem.reason for problem in parsed.problems]


def assert_expected(parsed: Parsed) -> None:
    """A reader said so itself: it was not stopped at a limit, and broke nothing."""
    assert parsed.documents or parsed.problems
    for reason in reasons(parsed):
        assert "could not be read (" not in reason
        assert "the process that read it" not in reason
        assert "reading it took more than" not in reason


# --- decompression bombs ---

ZEROS = bytes(60_000_000)


def test_a_zip_bomb_is_not_unpacked(worker: Worker) -> None:
    parsed = worker.parse(SourceFile("bomb.zip", zipped({"zeros.txt": ZEROS, "good.txt": "In Leeds they met."})))
    assert texts(parsed) == "In Leeds they met."
    assert [(p.name, p.status) for p in parsed.problems] == [("bomb.zip/zeros.txt", "failed")]
    assert "unpacks to more than 200 times its size" in parsed.problems[0].reason


def test_a_nested_zip_bomb_is_not_unpacked(worker: Worker) -> None:
    inner = zipped({f"{n}.zip": zipped({"zeros.txt": ZEROS}) for n in range(3)})
    parsed = worker.parse(SourceFile("bomb.zip", zipped({f"{n}.zip": inner for n in range(3)})))
    assert not parsed.documents
    assert_expected(parsed)


def test_an_archive_that_holds_itself_ends(worker: Worker) -> None:
    data = b"In Leeds."
    for depth in range(60):
        data = zipped({f"{depth}.zip" if depth else "a.txt": data})
    parsed = worker.parse(SourceFile("deep.zip", data))
    assert [p.status for p in parsed.problems] == ["failed"]
    assert_expected(parsed)


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size in both headers of a part."""
    out = bytearray(data)
    for signature, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        place = out.find(signature)
        while out[place + name_at : place + name_at + len(name)] != name.encode():
            place = out.find(signature, place + 1)
        struct.pack_into("<I", out, place + size_at, size)
    return bytes(out)


@pytest.mark.parametrize("size", [10, 4_000_000_000])
def test_headers_that_lie_change_nothing(worker: Worker, size: int) -> None:
    data = lying(docx(word_paragraph("In Leeds."), "", {"word/media/zeros.xml": ZEROS}), "word/media/zeros.xml", size)
    parsed = worker.parse(SourceFile("a.docx", data))
    assert_expected(parsed)
    assert [p.status for p in parsed.problems] == ["failed"]
    data = lying(zipped({"a.txt": ZEROS}), "a.txt", size)
    parsed = worker.parse(SourceFile("a.zip", data))
    assert not texts(parsed).strip("\0 ")
    assert_expected(parsed)


def test_parts_that_share_their_bytes_are_counted_each() -> None:
    """As in the 'better zip bomb': a hundred entries of one file all name the same packed bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(ZEROS) + packed.flush()
    check = zlib.crc32(ZEROS)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, check, len(body), len(ZEROS), 5, 0)
    central = b"".join(
        struct.pack(
            *("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, check, len(body), len(ZEROS)),
            *(5, 0, 0, 0, 0, 0, 0),
        )
        + f"{number:05}".encode()
        for number in range(2000)
    )
    start = len(local) + 5 + len(body)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2000, 2000, len(central), start, 0)
    with Worker(seconds=30) as worker:
        parsed = worker.parse(SourceFile("shared.zip", local + b"00000" + body + central + end))
        assert not parsed.documents
        assert_expected(parsed)
        assert worker.peak < 500_000_000


def test_a_pdf_bomb_is_held(worker: Worker) -> None:
    zeros = zlib.compress(zlib.compress(bytes(200_000_000), 9), 9).decode("latin-1")
    stream = f"<< /Length {len(zeros)} /Filter [/FlateDecode /FlateDecode] >>\nstream\n{zeros}\nendstream"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>"
    data = pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream)
    parsed = worker.parse(SourceFile("bomb.pdf", data))
    assert [p.status for p in parsed.problems] in (["empty"], ["failed"])
    assert worker.parse(SourceFile("next.txt", b"In Leeds.")).documents


# --- entities ---


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx(word_paragraph("&a11;"), LAUGHS)),
        ("a.odt", odt("<text:p>&a11;</text:p>", LAUGHS)),
        ("a.epub", epub("&a11;", LAUGHS)),
        ("package.epub", epub("In Leeds.", "", LAUGHS, "&a11;")),
        ("a.xhtml", f"<?xml version='1.0'?>{LAUGHS}<html><body><p>In Leeds. &a11;</p></body></html>".encode()),
        ("a.svg", f"<?xml version='1.0'?>{LAUGHS}<svg><text>&a11;</text></svg>".encode()),
    ],
)
def test_entities_do_not_multiply(worker: Worker, name: str, data: bytes) -> None:
    parsed = worker.parse(SourceFile(name, data))
    assert_expected(parsed)
    assert everything(parsed).count("laugh") < 50


@pytest.mark.parametrize("kind", ["docx", "odt", "epub", "opf", "xhtml", "svg"])
@pytest.mark.parametrize(
    "external", ['<!DOCTYPE x [<!ENTITY e SYSTEM "{}">]>', '<!DOCTYPE x [<!ENTITY % p SYSTEM "{}"> %p;]>']
)
def test_nothing_outside_a_file_is_read(worker: Worker, tmp_path: Path, kind: str, external: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(f'<!ENTITY e "{SECRET}">' if "%" in external else SECRET, encoding="utf-8")
    prolog = external.format(secret.as_uri())
    data = {
        "docx": docx(word_paragraph("In Leeds. &e;"), prolog),
        "odt": odt("<text:p>In Leeds. &e;</text:p>", prolog),
        "epub": epub("In Leeds. &e;", prolog),
        "opf": epub("In Leeds.", "", prolog, "A book &e;"),
        "xhtml": f"{prolog}<html><body><p>In Leeds. &e;</p></body></html>".encode(),
        "svg": f"{prolog}<svg><text>In Leeds. &e;</text></svg>".encode(),
    }[kind]
    parsed = worker.parse(SourceFile(f"a.{'epub' if kind == 'opf' else kind}", data))
    assert_expected(parsed)
    assert "swordfish" not in everything(parsed)


def test_files_that_html_names_are_not_read(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    where = (tmp_path / "secret.txt").as_uri()
    page = f'<p>In Leeds.</p><iframe src="{where}"></iframe><object data="{where}"></object><link href="{where}">'
    assert "swordfish" not in everything(worker.parse(SourceFile("a.html", page.encode())))


# --- names ---


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "..\\..\\evil.txt", "C:\\evil.txt", "C:/evil.txt"]
)
def test_names_that_lead_out_of_an_archive_are_refused(worker: Worker, name: str) -> None:
    parsed = worker.parse(SourceFile("a.zip", zipped({name: "In Leeds.", "good.txt": "In York."})))
    assert texts(parsed) == "In York."
    assert [p.status for p in parsed.problems] == ["failed"]
    assert "leads out of the archive" in parsed.problems[0].reason


def test_a_link_in_an_archive_is_not_followed(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(link, str(tmp_path / "secret.txt"))
    parsed = worker.parse(SourceFile("a.zip", data.getvalue()))
    assert "it is a link" in parsed.problems[0].reason
    assert not parsed.documents


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/passwd", "a\0b.txt", "", "x" * 5000])
def test_attachments_get_names_below_their_mail(worker: Worker, name: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Notes", "a@b.example", "c@d.example"
    mail.set_content("In Leeds they met.")
    mail.add_attachment(b"In York they did not.", maintype="text", subtype="plain", filename="NAME")
    parsed = worker.parse(SourceFile("a.eml", mail.as_bytes().replace(b"NAME", name.encode())))
    assert_expected(parsed)
    names = [found.document.doc_id for found in parsed.documents] + [problem.name for problem in parsed.problems]
    assert names[0] == "a.eml"
    for within in names[1:]:
        assert within.startswith("a.eml/")
        assert ".." not in within.split("/")
        assert "\0" not in within
    assert "In Leeds they met." in texts(parsed)


# --- depth and length ---


def deep_html(tag: str, count: int) -> bytes:
    return f"<h1>Work</h1>{f'<{tag}>' * count}<p>In Leeds they met.</p>{f'</{tag}>' * count}".encode()


@pytest.mark.parametrize("tag", ["div", "ul><li", "table><tr><td", "b", "blockquote", "font", "svg"])
def test_deep_html_is_read_or_refused(worker: Worker, tag: str) -> None:
    count = 100_000 if tag == "div" else 20_000
    assert_expected(worker.parse(SourceFile("deep.html", deep_html(tag, count))))


def test_moderately_deep_html_is_read(worker: Worker) -> None:
    assert "In Leeds they met." in texts(worker.parse(SourceFile("deep.html", deep_html("div", 3000))))


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_deep_xml_is_read_or_refused(worker: Worker, kind: str) -> None:
    count = 100_000
    data = {
        "docx": docx(
            f"{'<w:sdt><w:sdtContent>' * count}{word_paragraph('In Leeds.')}{'</w:sdtContent></w:sdt>' * count}"
        ),
        "odt": odt(f"{'<text:section>' * count}<text:p>In Leeds.</text:p>{'</text:section>' * count}"),
        "epub": epub(f"{'<i>' * count}In Leeds.{'</i>' * count}"),
    }[kind]
    assert_expected(worker.parse(SourceFile(f"deep.{kind}", data)))


@pytest.mark.parametrize("kind", ["txt", "md", "html", "csv", "eml"])
@pytest.mark.parametrize(
    "line", ["word " * 200_000, "x" * 1_000_000, "<" * 300_000, "[" * 300_000, "*_" * 150_000, '"' * 300_000]
)
def test_a_huge_line_is_read(worker: Worker, kind: str, line: str) -> None:
    lead = {"csv": "name,what\nLeeds,", "eml": "Subject: a\nFrom: b@c.example\n\n", "html": "<p>"}.get(
        kind, "In Leeds\n\n"
    )
    assert_expected(worker.parse(SourceFile(f"long.{kind}", f"{lead}{line}\n".encode())))


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a.csv"])
def test_nul_and_control_characters_do_not_reach_the_text(worker: Worker, name: str) -> None:
    parsed = worker.parse(SourceFile(name, b"In Leeds\0 they\x1b[31m met\x08 in 2014.\n\nAnd in York they did not.\n"))
    assert_expected(parsed)
    assert not set(texts(parsed)) & set(map(chr, range(32))) - {"\n", "\t"}


# --- scripts ---

EVIL = """<html><head><title>&lt;script&gt;alert(1)&lt;/script&gt; Work</title><script>stealAll()</script></head>
<body onload="stealBody()"><h1>Work in &lt;img src=x onerror=stealHeading()&gt; Leeds</h1>
<p onclick="stealClick()">They met &lt;script&gt;stealText()&lt;/script&gt; in 2014; 40 people came to hear of it.</p>
<p><a href="javascript:stealLink()">More of that</a> <img src=x onerror="stealPicture()" alt="&lt;b&gt;A hall"></p>
<svg onload="stealDrawing()"><script>stealSvg()</script></svg><noscript><p>stealNothing()</p></noscript>
<style>body { background: url(stealStyle) }</style><template><p>stealTemplate()</p></template></body></html>"""


def test_scripts_and_handlers_are_no_text(worker: Worker) -> None:
    parsed = worker.parse(SourceFile("a.html", EVIL.encode()))
    said = everything(parsed)
    assert "40 people came" in said
    for stolen in ("All", "Body", "Click", "Link", "Picture", "Drawing", "Svg", "Style"):
        assert f"steal{stolen}" not in said
    assert "<script>stealText()</script>" in texts(parsed)  # what a page shows as words stays words


# --- PDFs that loop ---

CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"

LOOPS = {
    "pages that hold themselves": pdf(CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 3 >>"),
    "a parent below its child": pdf(
        CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Pages /Kids [2 0 R] /Count 9 >>"
    ),
    "two billion pages": pdf(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", PAGE),
    "fewer than no pages": pdf(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count -5 >>", PAGE),
    "a table that follows itself": pdf(
        CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, trailer="/Prev 0 /XRefStm 9"
    ),
    "no table": pdf(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, xref="xref\n0 99999999\n"),
    "an outline that follows itself": pdf(
        "<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE,
        "<< /First 5 0 R /Last 5 0 R /Count 1 >>", "<< /Title (Work) /Parent 4 0 R /Next 5 0 R /First 5 0 R >>",
    ),
    "arrays in arrays": pdf(CATALOG, f"<< /Type /Pages /Kids {'[' * 100_000}{']' * 100_000} /Count 1 >>"),
    "a page larger than a country": pdf(
        CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e30] /UserUnit 1e9 >>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_a_pdf_that_loops_ends(worker: Worker, name: str) -> None:
    assert_expected(worker.parse(SourceFile("loop.pdf", LOOPS[name])))


DRAWING = "<< /Type /Page /Parent 2 0 R /Resources << /XObject << /X 4 0 R >> >> /Contents 5 0 R >>"
FORM = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 11 >>"

HELD = {
    "a million times one page": pdf(CATALOG, f"<< /Type /Pages /Kids [{'3 0 R ' * 1_000_000}] /Count 1000000 >>", PAGE),
    "a drawing that draws itself twice": pdf(
        *(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", DRAWING),
        f"{FORM}\nstream\n/X Do /X Do\nendstream",
        "<< /Length 5 >>\nstream\n/X Do\nendstream",
    ),
}


@pytest.mark.parametrize("name", HELD)
def test_a_pdf_that_only_the_limits_hold_is_one_problem(name: str) -> None:
    with Worker(seconds=3) as hasty:
        parsed = hasty.parse(SourceFile("held.pdf", HELD[name]))
        assert ([problem.name for problem in parsed.problems], parsed.documents) == (["held.pdf"], ())
        assert hasty.parse(SourceFile("next.txt", b"In Leeds.")).documents


# --- tables ---


def test_a_sheet_with_one_cell_far_out_is_read_or_refused(worker: Worker) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    book = f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="W" r:id="r1"/></sheets></workbook>'
    cells = {"A1": "Project", "B1": "Place", "A2": "Walks", "B2": "Leeds", "XFD1048576": "far out"}

    def linked(kind: str, target: str) -> str:
        link = f'<Relationship Id="r1" Type="{links}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{link}</Relationships>'

    rows = "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{r}" t="inlineStr"><is><t>{t}</t></is></c>' for r, t in cells.items() if r.endswith(number))
        + "</row>"
        for number in ("1", "2", "1048576")
    )
    data = zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": linked("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": linked("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )
    assert_expected(worker.parse(SourceFile("a.xlsx", data)))


def test_a_cell_that_says_it_is_repeated_a_billion_times(worker: Worker) -> None:
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    for kind in ("spreadsheet", "text"):
        cell = (
            f'<table:table-cell xmlns:o="{OFFICE}" o:value-type="string" table:number-columns-repeated="1000000000">'
            "<text:p>In Leeds.</text:p></table:table-cell>"
        )
        body = (
            f'<table:table xmlns:table="{table}" table:name="Work"><table:table-row '
            f'table:number-rows-repeated="1000000000">{cell}</table:table-row></table:table>'
        )
        content = (
            f'<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}"><office:body><office:{kind}>{body}'
            f"</office:{kind}></office:body></office:document-content>"
        )
        data = zipped({"mimetype": ODT.replace("text", kind), "content.xml": content})
        assert_expected(worker.parse(SourceFile("a.ods" if kind == "spreadsheet" else "a.odt", data)))


def test_text_that_says_it_has_a_billion_spaces(worker: Worker) -> None:
    parsed = worker.parse(SourceFile("a.odt", odt('<text:p>In<text:s text:c="2000000000"/>Leeds.</text:p>')))
    assert_expected(parsed)
