"""Files that hold other files: each file within is a source of its own, named 'archive.zip/folder/file.pdf'.

Nothing is ever written to disk, and nothing is unpacked further than the limits below.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.config import MOST_BYTES
from rag.errors import SourceError
from rag.readers.media import ZIP, media_type_of
from rag.readers.text_kinds import EML
from rag.text.files import unused
from rag.types import Problem, SourceFile

_MOST_MEMBERS = 10_000
_MOST_TOTAL = 2**30
_MOST_IN_DOCUMENT = 500 * 2**20  # of all members of one document: its reader holds them all
_BOMB_RATIO, _BOMB_BYTES = 200, 50 * 2**20
_DEEPEST = 2
_DEEPEST_MAIL = 8
_CHUNK, _PIECE = 2**16, 2**20  # bytes read and unpacked at once

_BOMB = (
    "it unpacks to more than {} times its size, as files made to fill a computer's memory do: "
    "if you trust it, unpack it yourself and add the files"
)
_PROTECTED = "it is protected with a password: unpack it and add the file itself"
_OUTSIDE = "its name leads out of the archive: unpack it where it can do no harm and add the file itself"
_DAMAGED = "it is damaged or cut short ({}): get it again from where it came"
_METHOD = "it is packed in a way that is not read: pack it again with the usual compression of .zip"
_NESTED = "archives within archives within an archive are not unpacked: unpack it and add the files in it"
_FORWARDED = f"mails attached to each other more than {_DEEPEST_MAIL} deep are not read: save it from your mail program"
_LIMIT = "the archive holds more than is read at once ({}): divide it, or add its files as a folder"

_SKIPPED = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})
_MESSAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked of the whole of a given file, and the names of what was."""

    members: int = _MOST_MEMBERS
    bytes: int = _MOST_TOTAL
    taken: set[str] = field(default_factory=set)  # the names given so far


def unpacked(source: SourceFile) -> Iterator[SourceFile | Problem]:
    """The files within a file, with why any of them can't be had; a file that holds no others is itself.

    A mail is itself and its attachments. Files of an archive are read one at a time, as they are asked for.
    """
    yield from _unpacked(source, 0, _Budget())


def _unpacked(source: SourceFile, depth: int, budget: _Budget) -> Iterator[SourceFile | Problem]:
    kind = source.media_type or media_type_of(source.name, source.data)
    if kind not in (ZIP, EML):
        yield source
    elif kind == ZIP and depth >= _DEEPEST:
        yield Problem(source.name, "failed", _NESTED)
    elif depth >= _DEEPEST_MAIL:
        yield Problem(source.name, "failed", _FORWARDED)
    else:
        for found in _members(source, budget) if kind == ZIP else _mail_and_attachments(source, budget):
            within = isinstance(found, SourceFile) and found.name != source.name
            if isinstance(found, SourceFile) and within:
                yield from _unpacked(found, depth + 1, budget)
            else:
                yield found


def _mail_and_attachments(source: SourceFile, budget: _Budget) -> Iterator[SourceFile | Problem]:
    from rag.readers.mail import attachments

    yield source
    yield from attachments(source, budget.taken)


def _members(source: SourceFile, budget: _Budget) -> Iterator[SourceFile | Problem]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except _MESSAGES as error:
        yield Problem(source.name, "failed", _DAMAGED.format(error))
        return
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_system_file(_name(info))]
        if not infos:
            yield Problem(source.name, "empty", "the archive holds no files")
        for info in infos:
            budget.members -= 1
            if budget.members < 0:
                yield Problem(source.name, "failed", _LIMIT.format(f"{_MOST_MEMBERS:,} files"))
                return
            reason = _reason_against(info)
            name = unused(f"{source.name}/{shown_name(_name(info)) if reason else _name(info)}", budget.taken)
            budget.taken.add(name)
            if reason:
                yield Problem(name, "failed", reason)
                continue
            try:
                data = _read(archive, info, budget)
            except SourceError as error:
                yield Problem(name, "failed", str(error))
                continue
            yield SourceFile(name, data)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; programs write UTF-8 without saying so."""
    name = info.orig_filename.replace("\\", "/")
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name


def shown_name(name: str) -> str:
    """A name of a file within another, without characters that can't be shown."""
    return "".join(char if char.isprintable() else "?" for char in name)[:300]


def _is_system_file(name: str) -> bool:
    return any(part.startswith(".") and part not in (".", "..") for part in name.split("/")) or bool(
        _SKIPPED & {part.lower() for part in name.split("/")}
    )


def _reason_against(info: zipfile.ZipInfo) -> str:
    name = _name(info)
    strange = any(ord(char) < 32 for char in name) or not name.strip()
    if strange or name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        return _OUTSIDE
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, no file: add the file that it names"
    if info.flag_bits & 0x1:
        return _PROTECTED
    return _METHOD if info.compress_type not in _READ_METHODS else ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """A member's bytes. Raises SourceError at the first limit that it passes, whatever its header promised."""
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(_CHUNK):
                size += len(piece)
                budget.bytes -= len(piece)
                _check_size(size, info.compress_size)
                if budget.bytes < 0:
                    raise SourceError(_LIMIT.format("1 GB"))
                pieces.append(piece)
    except _MESSAGES as error:
        raise SourceError(_DAMAGED.format(error)) from error
    return b"".join(pieces)


def _check_size(size: int, packed: int) -> None:
    if size > _BOMB_BYTES and size > _BOMB_RATIO * max(1, packed):
        raise SourceError(_BOMB.format(_BOMB_RATIO))
    if size > MOST_BYTES:
        raise SourceError(f"it is larger than {MOST_BYTES // 1_000_000} MB: divide it into smaller files")


def check_container(data: bytes) -> None:
    """Unpacks each member of a zip-based document once, piece by piece, keeping nothing.

    Raises SourceError if that is more than a document may be, whatever its headers promise, or if it is damaged or
    protected with a password.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_MEMBERS:
                raise SourceError(f"it holds more than {_MOST_MEMBERS:,} parts: save it anew in smaller documents")
            for info in infos:
                if info.flag_bits & 0x1:
                    raise SourceError("it is protected with a password: open it and save a copy without one")
                for size in _sizes(data, info):
                    _check_size(size, info.compress_size)
                    if total + size > _MOST_IN_DOCUMENT:
                        raise SourceError(_BOMB.format(f"{_MOST_IN_DOCUMENT >> 20} MB, or many"))
                total += info.file_size
            _check_not_encrypted(archive)
    except _MESSAGES as error:
        raise SourceError(_DAMAGED.format(error)) from error


def _sizes(data: bytes, info: zipfile.ZipInfo) -> Iterator[int]:
    """The size a member has grown to after each piece, its own header ignored."""
    place = info.header_offset
    name, extra = (int.from_bytes(data[place + at : place + at + 2], "little") for at in (26, 28))
    if data[place : place + 4] != b"PK\x03\x04" or place < 0:
        raise zipfile.BadZipFile("a part is not where its list of parts says")
    start = place + 30 + name + extra
    packed = memoryview(data)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield len(packed)
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("a part is packed in an unusual way")
    unpacker = zlib.decompressobj(-15)
    size = 0
    for begin in range(0, len(packed), _CHUNK):
        rest: bytes | memoryview = packed[begin : begin + _CHUNK]
        while rest and not unpacker.eof:
            size += len(unpacker.decompress(rest, _PIECE))
            rest = unpacker.unconsumed_tail
            yield size


def _check_not_encrypted(archive: zipfile.ZipFile) -> None:
    """OpenDocument files name their encrypted parts in their manifest."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return
    with archive.open("META-INF/manifest.xml") as manifest:
        if b"encryption-data" in manifest.read(2**20):
            raise SourceError("it is protected with a password: open it and save a copy without one")
