"""Small PDFs for tests, written by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_FONTS = {"F": "Helvetica", "B": "Helvetica-Bold"}
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def text(x: float, y: float, words: str, size: float = 10, *, font: str = "F", before: str = "") -> str:
    """Words that begin at a point (y upwards); ``before`` are operators that set how they are drawn."""
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"q BT {before} /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET Q\n"


def column(x: float, y: float, lines: Sequence[str], *, step: float = 12) -> str:
    """Lines one below the other."""
    return "".join(text(x, y - step * i, line) for i, line in enumerate(lines))


def pdf(
    *pages: str,
    info: str = "",
    page: str = "",
    annotations: Sequence[str] = (),
    user_password: bytes | None = None,
    size: tuple[int, int] = (595, 842),
) -> bytes:
    """A PDF with the pages' operators. ``info`` and ``page`` are entries of the file's and each page's dictionary.

    With a ``user_password`` it is encrypted (RC4, 40 bits).
    """
    count = len(pages)
    notes = list(range(4 + 2 * count, 4 + 2 * count + len(annotations)))
    fonts = " ".join(
        f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for key, name in _FONTS.items()
    )
    objects: list[tuple[str, bytes | None]] = [
        ("<< /Type /Catalog /Pages 2 0 R >>", None),
        (f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(count))}] /Count {count} >>", None),
        (f"<< {info} >>", None),
    ]
    for index, operators in enumerate(pages):
        annots = f"/Annots [{' '.join(f'{n} 0 R' for n in notes)}]" if notes and index == 0 else ""
        objects.append(
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Resources << /Font << {fonts} >> >>"
                f" /Contents {5 + 2 * index} 0 R {annots} {page} >>",
                None,
            )
        )
        objects.append(("", operators.encode("cp1252")))
    objects += [(note, None) for note in annotations]
    return _written(objects, user_password)


def _written(objects: Sequence[tuple[str, bytes | None]], user_password: bytes | None) -> bytes:
    identity = b"0123456789abcdef"
    encrypt, key = b"", b""
    if user_password is not None:
        encrypt, key = _encryption(user_password, identity)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, (dictionary, stream) in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number
        if stream is None:
            out += dictionary.encode("cp1252")
        else:
            data = _rc4(_md5(key + number.to_bytes(3, "little") + b"\0\0")[:10], stream) if key else stream
            out += b"<< /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"
        out += b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R /ID [<%s> <%s>] %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(places) + 1,
        identity.hex().encode(),
        identity.hex().encode(),
        encrypt,
        start,
    )
    return bytes(out)


def _encryption(password: bytes, identity: bytes) -> tuple[bytes, bytes]:
    """The /Encrypt entry and the file's key, by algorithms 2, 3 and 4 of the PDF reference (revision 2)."""
    padded = (password + _PADDING)[:32]
    owner = _rc4(_md5((b"owner" + _PADDING)[:32])[:5], padded)
    key = _md5(padded + owner + (0xFFFFFFFC).to_bytes(4, "little") + identity)[:5]
    user = _rc4(key, _PADDING)
    entry = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
    return entry % (owner.hex().encode(), user.hex().encode()), key


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
