"""Which kind of text a text is: a web page, a mail, a table, Markdown, data, a program, or plain text."""

from __future__ import annotations

import csv
import json
import re
from pathlib import PurePosixPath

from rag.readers.html.html import looks_like_html
from rag.text.words import word_list

HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
CSV = "text/csv"
EML = "message/rfc822"
MHTML = "multipart/related"
MBOX = "application/mbox"
XML = "application/xml"
JSON = "application/json"
PROGRAM = "text/x-program"
LINK = "application/x-shortcut"
CALENDAR = "text/calendar"

#: What separates the cells of a table.
DELIMITERS = ",;\t|"

_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html)\b", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,500})?/?>|&[a-z]{2,8};")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|\Z)")
_MAIL_HEADERS = frozenset(
    "from to cc date subject received return-path message-id mime-version delivered-to reply-to content-type "
    "x-mailer thread-topic snapshot-content-location content-transfer-encoding".split()
)
_FRONT_MATTER = re.compile(r"(?:---[ \t]*\r?\n[\w-]+[ \t]*:|\+\+\+[ \t]*\r?\n[\w-]+[ \t]*=)")
_MARKS = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]{1,200}\]\((?:https?://|/|#|\.)[^()\s]{0,500}\)"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"\*\*\w[^*\n]{0,200}\*\*"),
)
_MARKDOWN_TABLE = re.compile(r"^\|?[ \t]*:?-{3,}:?[ \t]*\|[ \t:|-]*$", re.MULTILINE)
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".qmd"})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".xht"})
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".ipynb"})
_PROGRAM_SUFFIXES = frozenset(word_list("program_suffixes"))
_SNIFFED_ROWS = 40


def text_kind(name: str, text: str) -> str:
    """The media type of a text that begins with ``text``; its ``name`` decides where the content leaves it open."""
    suffix = PurePosixPath(name.lower()).suffix
    if kind := _by_first_words(text):
        return kind
    if suffix in _PROGRAM_SUFFIXES or text.startswith(("#!/", "<?php")):
        return PROGRAM
    if suffix in _MARKDOWN_SUFFIXES or _FRONT_MATTER.match(text):
        return MARKDOWN
    if suffix in _HTML_SUFFIXES and _TAG.search(text):
        return HTML
    if _is_json(text, suffix):
        return JSON
    if text.lstrip().startswith("<?xml") or (suffix == ".xml" and text.lstrip().startswith("<")):
        return XML
    if looks_like_html(text):
        return HTML
    if _MARKDOWN_TABLE.search(text) or (_MARKS[0].search(text) and any(mark.search(text) for mark in _MARKS[1:])):
        return MARKDOWN
    return CSV if delimiter_of(text, sure=suffix in _TABLE_SUFFIXES) else PLAIN


def _by_first_words(text: str) -> str:
    if _PAGE.match(text):
        return HTML
    if text.startswith("From ") and re.match(r"From \S+ .*\d\d:\d\d.*\r?\n[\w-]+:", text):
        return MBOX
    if re.match(r"\s*\[InternetShortcut\]", text):
        return LINK
    if text.startswith(("BEGIN:VCALENDAR", "BEGIN:VCARD")):
        return CALENDAR
    return _mail_kind(text)


def _mail_kind(text: str) -> str:
    """EML or MHTML for a text that begins with the headers of a mail, else ''."""
    headers: dict[str, str] = {}
    place = 0
    while found := _HEADER.match(text, place):
        name, _, value = found.group().partition(":")
        headers.setdefault(name.lower(), value.strip())
        place = found.end()
    known = _MAIL_HEADERS & headers.keys()
    has_body = place >= len(text) or text[place] in "\r\n"
    if len(known) < 3 or not has_body or not known & {"from", "mime-version", "received"}:
        return ""
    is_page = "snapshot-content-location" in headers or headers.get("from", "").lower().startswith("<saved by")
    related = headers.get("content-type", "").lower().startswith("multipart/related")
    return MHTML if is_page or (related and not known & {"to", "received", "message-id"}) else EML


def _is_json(text: str, suffix: str) -> bool:
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return False
    if suffix in _JSON_SUFFIXES or re.match(r'\s*(?:\[\s*)?\{\s*"[^"]{0,200}"\s*:', text):
        return True
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def delimiter_of(text: str, *, sure: bool) -> str:
    """What separates the cells of a text that is a table, else ''. ``sure``: it is taken to be one if it can be."""
    lines = text.splitlines()
    sample = "\n".join(lines[: 4 * _SNIFFED_ROWS])
    best = max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter, sure=sure))
    return best if _regularity(sample, best, sure=sure) else ""


def _regularity(sample: str, delimiter: str, *, sure: bool) -> float:
    """Cells a row if ``delimiter`` divides a text into columns; 0 if it does not."""
    try:
        rows = [row for row in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0
    rows = rows[:_SNIFFED_ROWS]
    widths = [len(row) for row in rows]
    columns = max(widths, key=widths.count, default=0)
    same = widths.count(columns) / max(1, len(widths))
    if sure:
        return columns * same if columns > 1 else 0
    cells = [cell for row in rows for cell in row]
    spaced = sum(cell.startswith(" ") for cell in cells) > len(cells) / 5  # prose has a blank behind its commas
    least = 2 if delimiter == "\t" else 3
    return columns if len(rows) >= 3 and columns >= least and same >= 0.95 and not spaced else 0
