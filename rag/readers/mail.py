"""E-mails (.eml) and web pages saved as one file (MHTML): headers, text and attachments."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import Any

from rag.errors import SourceError, UnsupportedSourceError
from rag.readers.blocks import Content, ContentBuilder, RawBlock
from rag.readers.decode import decode_bytes, without_surrogates
from rag.readers.html.html import read_html
from rag.readers.plain.text import read_text
from rag.readers.text_kinds import MHTML, text_kind
from rag.text.files import unused
from rag.types import Problem, SourceFile

_DAMAGED = "it can't be read as a mail ({}): save it anew as .eml or .html"
#: What the standard library is seen to raise on broken headers and bodies.
_ERRORS = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,  # parts within parts, and brackets within brackets in a header
    email.errors.MessageError,
)
_MOST_PARTS = 1000
_SIGNATURE = re.compile(r"^-- ?\r?\n", re.MULTILINE)
_QUOTED = re.compile(r"^>[ \t>]?", re.MULTILINE)
_REPLY = re.compile(
    r"^(On [^\n]{5,200}(?:\n[^\n]{0,100})?wrote:|-{2,} ?(Original|Forwarded) Message ?-{2,})\s*$", re.MULTILINE
)
_SIGNED = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


def read_mail(source: SourceFile) -> Content:
    """Subject, sender, date and text; of earlier mails in it only what stands as quotation."""
    try:
        message = _message(source)
        if message.get_content_type() in _ENCRYPTED:
            raise SourceError("it is encrypted: open it in your mail program and save its text")
        title, author, published = _header(message, "subject"), _author(message), _date(message)
        if text_kind(source.name, decode_bytes(source.data[:65536])) == MHTML:
            page = read_html(_text(_page(message)))
            return Content(page.blocks, page.title or title, page.published or published, page.author)
        body = message.get_body(("html", "plain"))
        plain = message.get_body(("plain",))
        if plain is not None and _text(plain).strip():
            return _plain(_text(plain), title, author, published)
        if body is None:
            return Content((), title, published, author)
        found = read_html(_text(body))
    except _ERRORS as error:
        raise SourceError(_DAMAGED.format(error)) from error
    builder = _titled(title)
    for block in found.blocks:
        builder.add(block.kind, block.text, block.level, role=block.role)
    return builder.content(title or found.title, published=published, author=author)


def attachments(source: SourceFile, taken: set[str]) -> Iterator[SourceFile | Problem]:
    """The files that a mail brings, named 'mail.eml/report.pdf'; pictures within its text are none.

    No name is one of ``taken``, to which each is added.
    """
    from rag.readers.archive import shown_name

    try:
        for number, part in enumerate(_attached(_message(source)), 1):
            shown = shown_name(re.split(r"[/\\]", part.get_filename() or "")[-1].strip(". "))
            is_mail = part.get_content_maintype() == "message"
            name = unused(f"{source.name}/{shown or f'attachment {number}' + ('.eml' if is_mail else '')}", taken)
            taken.add(name)
            data = _bytes(part)
            if data is None:
                yield Problem(name, "failed", _DAMAGED.format("this attachment is cut short"))
            else:
                yield SourceFile(name, data)
    except _ERRORS as error:
        yield Problem(source.name, "failed", f"its attachments can't be read ({error}): save them and add them")


def _message(source: SourceFile) -> EmailMessage:
    message = email.message_from_bytes(source.data, policy=email.policy.default)
    for name in ("subject", "from"):
        stated = next((value for key, value in message.raw_items() if key.lower() == name), "")
        if (mended := without_surrogates(stated)) != stated:  # not encoded as headers must be
            message.replace_header(name, " ".join(mended.split()))
    return message


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    """Walks parts without recursion; what is within an attached mail is that mail's own."""
    waiting: list[EmailMessage] = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            inner = part.get_payload()
            waiting += [child for child in inner if isinstance(child, EmailMessage)] if isinstance(inner, list) else []
        elif part is not message and kind not in _SIGNED and _is_attached(part):
            yield part


def _is_attached(part: EmailMessage) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_content_type() == "message/rfc822":
        return True
    within = part.get_content_maintype() == "image" or part["content-id"] or part["content-location"]
    return bool(part.get_filename()) and not within


def _bytes(part: EmailMessage) -> bytes | None:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes() if isinstance(first, Message) else None
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else None


def _page(message: EmailMessage) -> EmailMessage:
    """The page of a saved page: its first part that is HTML."""
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return part
    raise UnsupportedSourceError("it is a saved page without HTML: save the page anew as .html or .pdf")


def _text(part: Message[Any, Any]) -> str:
    """A part's text, in whatever encoding it says, or is in."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset()
    try:
        return data.decode(charset) if charset and charset != "us-ascii" else decode_bytes(data)
    except (LookupError, UnicodeDecodeError):
        return decode_bytes(data)


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message[name] or "").split())


def _author(message: EmailMessage) -> str:
    sender = message["from"]
    addresses = getattr(sender, "addresses", ())
    return (addresses[0].display_name or str(addresses[0])) if addresses else _header(message, "from")


def _date(message: EmailMessage) -> str:
    """'5 March 2024', or the header's own words if they are no date."""
    stated = _header(message, "date")
    try:
        date = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError):
        return stated
    return f"{date.day} {date:%B} {date.year}"


def _titled(title: str) -> ContentBuilder:
    builder = ContentBuilder()
    builder.add("heading", title, 1)
    return builder


def _plain(text: str, title: str, author: str, published: str) -> Content:
    """The text of a mail; lines that quote an earlier one are quotations, signatures are left out."""
    text = text.replace("\r\n", "\n")
    builder = _titled(title)
    earlier = _REPLY.search(text)
    own, quoted = (text[: earlier.start()], text[earlier.end() :]) if earlier else (text, "")
    for block in _blocks(own):
        builder.add(block.kind, block.text, block.level, role=block.role)
    if earlier:
        builder.add("paragraph", earlier[1], role="pointer")
    for block in _blocks(_QUOTED.sub("", quoted)):
        builder.add("quote", block.text)
    return builder.content(title, published=published, author=author)


def _blocks(text: str) -> tuple[RawBlock, ...]:
    return read_text(_SIGNATURE.split(text, maxsplit=1)[0])
