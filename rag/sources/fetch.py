"""Takes one page or file from the web: from public addresses only, within limits, and only where robots.txt allows it.

Each redirect, and robots.txt, goes the same way (``rag.sources.network``). No cookies and no log-in are sent. Proxies
are not used: behind one, the address could not be checked. The module takes 0.1 s to import: do it where a page is
fetched.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from urllib.request import getproxies

import httpcore2

from rag.errors import EmptySourceError, SourceError
from rag.sources.network import INSTEAD, CheckedBackend, Policy
from rag.sources.robots import Robots

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_BYTES = 500 * 2**10  # what comes after is not read, as RFC 9309 allows
_PRODUCT = "Precedent"
_IN_PATHS = "/%:@!$&'()*+,;=~"  # left as they are in a path; a query may hold '?' too


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the web gave: ``url`` as asked for, ``final_url`` after redirects, ``retrieved`` the day (ISO, UTC)."""

    url: str
    final_url: str
    data: bytes
    content_type: str
    retrieved: str


def fetch(url: str, *, policy: Policy | None = None) -> Fetched:
    """The page or file at an http(s) address.

    Raises SourceError (EmptySourceError for one without content) saying what is wrong and what to do: addresses and
    ports that are not allowed, robots.txt, limits, HTTP and network errors, certificates.
    """
    with _Visit(policy or Policy()) as visit:
        place, reply = visit.follow(url.strip())
    if not reply.data:
        raise EmptySourceError(
            f"{place.host} gave an empty page: look at it in your browser; if it is there, {INSTEAD}"
        )
    today = datetime.now(UTC).date().isoformat()
    return Fetched(url, place.url, reply.data, reply.content_type, today)


@dataclass(frozen=True, slots=True)
class _Place:
    """A web address in parts, as they go over the wire."""

    scheme: str
    host: str
    port: int
    target: str  # path and query

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.scheme == "https" else 80)
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.target


@dataclass(frozen=True, slots=True)
class _Reply:
    """``location`` is where a redirect leads, else ''; ``data`` is read of a good answer only."""

    status: int
    location: str
    content_type: str
    data: bytes


def _place(url: str, ports: Collection[int]) -> _Place:
    """Raises SourceError for an address that is none, is not of the web, or names a user or an unusual port."""
    try:
        parts = urlsplit(urldefrag(url).url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:  # UnicodeError is one
        raise SourceError(f"{url} is no web address ({error}): copy it from your browser's address bar") from error
    if parts.scheme not in ("http", "https") or not host:
        raise SourceError(f"{url} is no web address: give one that begins with http:// or https://")
    if "@" in parts.netloc:
        raise SourceError("the address holds a user name or password: take what stands before the @ out of it")
    port = port if port is not None else 443 if parts.scheme == "https" else 80
    if port not in ports:
        usual = ", ".join(map(str, sorted(ports)))
        raise SourceError(f"port {port} is none that web sites use ({usual}): {INSTEAD}")
    query = f"?{quote(parts.query, safe=_IN_PATHS + '?')}" if parts.query else ""
    return _Place(parts.scheme, host, port, (quote(parts.path, safe=_IN_PATHS) or "/") + query)


class _Visit:
    """The connections of one fetch, and the time it has left."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._deadline = time.monotonic() + policy.seconds
        self._pool = httpcore2.ConnectionPool(
            ssl_context=policy.tls, network_backend=CheckedBackend(policy, self._deadline)
        )
        self._robots: dict[str, Robots] = {}

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def follow(self, url: str, *, is_robots: bool = False) -> tuple[_Place, _Reply]:
        """What is found at the end of the redirects. Raises SourceError, also for an answer that is not good."""
        for _ in range(self._policy.redirects + 1):
            place = _place(url, self._policy.ports)
            if not is_robots:
                self._respect_robots(place)
            reply = self._get(place, is_robots=is_robots)
            if reply.location:
                url = urljoin(place.url, reply.location)
            elif reply.status == 200 or is_robots:
                return place, reply
            else:
                raise SourceError(_refusal(reply.status, place.host))
        raise SourceError(f"the address leads on more than {self._policy.redirects} times: {INSTEAD}")

    def _respect_robots(self, place: _Place) -> None:
        rules = self._robots.get(place.origin)
        if rules is None:
            rules = self._robots[place.origin] = self._read_robots(place)
        if not rules.allows(place.url):
            raise SourceError(f"{place.host} asks programs not to read this page (robots.txt): {INSTEAD}")

    def _read_robots(self, place: _Place) -> Robots:
        """A site without the file (400 to 499) allows everything; one that fails to say so is left alone."""
        _, reply = self.follow(f"{place.origin}/robots.txt", is_robots=True)
        if reply.status == 200 or 400 <= reply.status < 500:
            return Robots(reply.data.decode("utf-8-sig", "replace"), _PRODUCT)
        raise SourceError(
            f"{place.host} does not say whether programs may read its pages (its robots.txt answers with "
            f"{reply.status}): try again later, or {INSTEAD}"
        )

    def _get(self, place: _Place, *, is_robots: bool) -> _Reply:
        wait = self._policy.wait
        origin_host = place.origin.partition("://")[2]
        headers: dict[bytes | str, bytes | str] = {
            "Host": origin_host,
            "User-Agent": user_agent(),
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
        }
        address = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        timeouts = {"timeout": {"connect": wait, "read": wait, "write": wait, "pool": wait}}
        try:
            with self._pool.stream("GET", address, headers=headers, extensions=timeouts) as response:
                fields = {name.lower(): value.decode("latin-1") for name, value in response.headers}
                location = fields.get(b"location", "") if response.status in _REDIRECTS else ""
                read = _beginning if is_robots else _body
                most = _ROBOTS_BYTES if is_robots else self._policy.max_bytes
                data = read(response.iter_stream(), fields, most) if response.status == 200 else b""
                return _Reply(response.status, location, fields.get(b"content-type", ""), data)
        except httpcore2.TimeoutException as error:
            raise SourceError(f"{place.host} takes too long to answer: try again later, or {INSTEAD}") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise SourceError(_broken(error, place.host)) from error


def user_agent() -> str:
    """What Precedent calls itself to web sites."""
    try:
        return f"{_PRODUCT}/{version('precedent')}"
    except PackageNotFoundError:  # run from a folder that was not installed
        return f"{_PRODUCT}/0"


def _body(chunks: Iterable[bytes], fields: dict[bytes, str], most: int) -> bytes:
    """The content, unpacked. Raises SourceError once it passes ``most`` bytes, packed or unpacked."""
    too_large = SourceError(f"it is larger than {most / 1e6:,.0f} MB: {INSTEAD}, or only the part that matters")
    stated = fields.get(b"content-length", "")
    if stated.isdecimal() and int(stated) > most:
        raise too_large
    data, whole = _unpacked(chunks, fields, most)
    if not whole:
        raise too_large
    return data


def _beginning(chunks: Iterable[bytes], fields: dict[bytes, str], most: int) -> bytes:
    """As ``_body``, but of what is larger the whole lines at its beginning."""
    data, whole = _unpacked(chunks, fields, most)
    return data if whole else data[: data.rfind(b"\n") + 1]


def _unpacked(chunks: Iterable[bytes], fields: dict[bytes, str], most: int) -> tuple[bytes, bool]:
    """The content up to ``most`` bytes, and whether that is all of it."""
    encoding = fields.get(b"content-encoding", "").strip().lower() or "identity"
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise SourceError(f"the page is packed in a way that was not asked for ({encoding}): {INSTEAD}")
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS) if encoding != "identity" else None
    data, received = bytearray(), 0
    for chunk in chunks:
        received += len(chunk)
        try:
            data += unpacker.decompress(chunk, most + 1 - len(data)) if unpacker else chunk
        except zlib.error as error:
            raise SourceError(f"the page arrived damaged ({error}): try again, or {INSTEAD}") from error
        if len(data) > most or received > most:
            return bytes(data[:most]), False
    if unpacker and received and not unpacker.eof:
        raise SourceError(f"the page broke off before its end: try again, or {INSTEAD}")
    return bytes(data), True


def _refusal(status: int, host: str) -> str:
    if status in (401, 403, 407):
        return f"{host} shows the page only to people who log in, or not to programs (HTTP {status}): {INSTEAD}"
    if status in (404, 410):
        return f"{host} has no such page (HTTP {status}): check the address"
    if status == 429 or status >= 500:
        return f"{host} can't answer now (HTTP {status}): try again later, or {INSTEAD}"
    return f"{host} gave no page (HTTP {status}): {INSTEAD}"


def _broken(error: Exception, host: str) -> str:
    """What a network error means to a user."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"{host} can't prove that it is {host} ({cause.verify_message}): check the address and this computer's "
            f"date; if your browser trusts the site, {INSTEAD}"
        )
    proxy = " (it may be reached through a proxy only, which is not used here)" if getproxies() else ""
    return f"can't read from {host}{proxy}: {error or 'the connection was closed'}; try again later, or {INSTEAD}"
