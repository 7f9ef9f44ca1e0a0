"""Fetching from the web: what is refused, and what comes back from a real server on this computer.

The servers listen on 127.0.0.1, which the true policy refuses; tests that fetch allow that one address.
"""

from __future__ import annotations

import gzip
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rag.errors import EmptySourceError, SourceError
from rag.sources.fetch import Fetched, fetch, user_agent
from rag.sources.network import Address, Policy, is_public
from rag.sources.robots import Robots
from tests.growth import assert_in_proportion

HERE = ip_address("127.0.0.1")
PAGE = b"<h1>Health checks at the market</h1><p>Uptake rose from 41 to 58 per cent.</p>"

# Made for this test, for the name cases.example; worth nothing anywhere else.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguHtRR1/SkqITxje7
vMJnFnyDtMCM2Cz6vHaQ9KS0IBWhRANCAAQPuhIqCdnmdZA8IweZQKD2PsT+YTMY
JCgzOl1oYCNR+tZZIoRQny5lurkX2e8gXQEFN/Vi5SbvjwG/qqVB/YHH
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBoDCCAUegAwIBAgIUIITA6bElNNn66Z6yYgmoGPqZeuwwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNY2FzZXMuZXhhbXBsZTAgFw0yNjExMjIxNDE4NDNaGA8yMTI2
MTAyOTE0MTg0M1owGDEWMBQGA1UEAwwNY2FzZXMuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABA+6EioJ2eZ1kDwjB5lAoPY+xP5hMxgkKDM6XWhgI1H6
1lkihFCfLmW6uRfZ7yBdAQU39WLlJu+PAb+qpUH9gcejbTBrMB0GA1UdDgQWBBT8
DZzEEBkL+xzXP1HI9Pl6yemiIzAfBgNVHSMEGDAWgBT8DZzEEBkL+xzXP1HI9Pl6
yemiIzAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWNhc2VzLmV4YW1wbGUw
CgYIKoZIzj0EAwIDRwAwRAIgVdfdOPo3ytbmdaeAYbWkbFTKWTmr2/XSjGHG45LM
EcACIAl79PFpfOawT1+19Yz7TWeXj5xOJtfeXuEb0xmWZON3
-----END CERTIFICATE-----
"""

Handler = Callable[["Web"], None]


class Web(BaseHTTPRequestHandler):
    """Answers each path by the function of that name; keeps what was asked."""

    protocol_version = "HTTP/1.1"
    pages: dict[str, Handler]
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.pages.get(self.path)
        with suppress(ConnectionError):
            page(self) if page else self.answer(404, b"not here")

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        pass


def says(status: int, body: bytes = b"", **headers: str) -> Handler:
    return lambda web: web.answer(status, body, **headers)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class Site:
    """A web site on this computer, and a policy that allows it and nothing else."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Handler] = {"/page": says(200, PAGE, Content_Type="text/html; charset=utf-8")}
        self.asked: list[tuple[str, dict[str, str]]] = []
        handler = type("SiteWeb", (Web,), {"pages": self.pages, "asked": self.asked})
        self._server = Server(("127.0.0.1", 0), handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self.policy = Policy(allowed=lambda address: address == HERE, ports={self.port}, seconds=10, wait=5)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def get(self, path: str, **changes: object) -> Fetched:
        return fetch(self.url(path), policy=replace(self.policy, **changes))  # type: ignore[arg-type]

    def refusal(self, path: str, **changes: object) -> str:
        with pytest.raises(SourceError) as raised:
            self.get(path, **changes)
        return str(raised.value)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450::200e", "64:ff9b::808:808"]
PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 100::1
    2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_other_addresses_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_computer_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(SourceError, match=r"private network or this computer|no site called"):
        fetch(f"http://{host}/", policy=Policy(seconds=5))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://cases.example/a", "no web address"),
        ("file:///etc/hosts", "no web address"),
        ("cases.example/a", "no web address"),
        ("http:///a", "no web address"),
        ("http://[::1/a", "no web address"),
        ("http://cases..example/a", "no web address"),
        ("http://cases.example:99999/", "no web address"),
        ("http://me:secret@cases.example/", "user name or password"),
        ("http://cases.example\\@127.0.0.1/", "user name or password"),
        ("http://cases.example:22/", "port 22"),
        ("https://cases.example:0/", "port 0"),
    ],
)
def test_addresses_that_are_not_of_the_web_are_refused_unasked(url: str, why: str) -> None:
    def resolve(host: str, port: int) -> list[Address]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(SourceError, match=why) as raised:
        fetch(url, policy=Policy(resolve=resolve))
    assert "secret" not in str(raised.value)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    mixed = [ip_address("93.184.216.34"), ip_address("10.0.0.7")]
    with pytest.raises(SourceError, match=r"10\.0\.0\.7"):
        fetch("http://cases.example/", policy=Policy(resolve=lambda host, port: mixed))


def test_a_page_comes_with_where_from_and_when(site: Site) -> None:
    got = site.get("/page")
    assert (got.data, got.content_type) == (PAGE, "text/html; charset=utf-8")
    assert got.url == got.final_url == site.url("/page")
    assert time.strptime(got.retrieved, "%Y-%m-%d")
    assert site.paths() == ["/robots.txt", "/page"]
    headers = site.asked[1][1]
    assert headers["user-agent"] == user_agent()
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert not {"cookie", "authorization", "referer"} & set(headers)


def test_paths_are_written_as_the_web_needs_them(site: Site) -> None:
    site.pages["/caf%C3%A9/a%20b?q=%C3%BC&x=1"] = says(200, PAGE)
    assert site.get("/café/a b?q=ü&x=1#part").final_url == site.url("/caf%C3%A9/a%20b?q=%C3%BC&x=1")


def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    """The name is no one's: only who connects to the checked address itself gets there."""
    policy = replace(site.policy, resolve=lambda host, port: [HERE])
    assert fetch(site.url("/page", "cases.example"), policy=policy).data == PAGE
    assert {headers["host"] for _, headers in site.asked} == {f"cases.example:{site.port}"}


def test_a_name_that_turns_to_another_address_is_checked_again(site: Site) -> None:
    """DNS rebinding: public when robots.txt is read, inside the network when the page is."""
    answers = [[HERE], [ip_address("10.0.0.1")]]
    policy = replace(site.policy, resolve=lambda host, port: answers.pop(0))
    with pytest.raises(SourceError, match=r"private network .*10\.0\.0\.1"):
        fetch(site.url("/page", "cases.example"), policy=policy)
    assert site.paths() == ["/robots.txt"]


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    dead = ip_address("127.0.0.3")
    policy = replace(site.policy, allowed=lambda a: a in (HERE, dead), resolve=lambda host, port: [dead, HERE])
    assert fetch(site.url("/page", "cases.example"), policy=policy).data == PAGE


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert site.get("/page").data == PAGE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.pages["/old"] = says(status, b"moved", Location="/page#top")
    got = site.get("/old")
    assert (got.url, got.final_url, got.data) == (site.url("/old"), site.url("/page"), PAGE)


def test_five_redirects_are_followed_and_not_a_sixth(site: Site) -> None:
    for step in range(6):
        site.pages[f"/{step}"] = says(302, Location=f"/{step + 1}")
    site.pages["/6"] = says(200, PAGE)
    assert site.get("/1").data == PAGE
    assert "more than 5 times" in site.refusal("/0")


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://[::1]:{port}/page", "private network or this computer"),
        ("http://127.0.0.2:{port}/page", "private network or this computer"),
        ("http://169.254.169.254:{port}/latest/meta-data/", "private network or this computer"),
        ("file:///etc/hosts", "no web address"),
        ("http://127.0.0.1:22/", "port 22"),
        ("//me@127.0.0.1:{port}/page", "user name or password"),
    ],
)
def test_redirects_are_checked_like_the_first_address(site: Site, location: str, why: str) -> None:
    site.pages["/away"] = says(302, Location=location.format(port=site.port))
    assert why in site.refusal("/away")
    assert site.paths() == ["/robots.txt", "/away"]


def test_a_redirect_of_robots_txt_is_checked_too(site: Site) -> None:
    site.pages["/robots.txt"] = says(302, Location=f"http://127.0.0.2:{site.port}/robots.txt")
    assert "private network" in site.refusal("/page")
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /pa", False),
        (b"User-agent: Precedent\nDisallow: /page\n\nUser-agent: *\nDisallow:", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: precedent\nDisallow: /private", True),
        (b"User-agent: *\nDisallow: /admin", True),
        (b"User-agent: *\nDisallow: /\nAllow: /pa", True),
        (b"User-agent: *\nAllow: /page\nDisallow: /page", True),
        (b"User-agent: *\nAllow: /pa\nDisallow: /page", False),
        (b"User-agent: *\nDisallow: /*ge", False),
        (b"User-agent: *\nDisallow: /*ge$", False),
        (b"User-agent: *\nDisallow: /p*e*ge$", True),
        (b"User-agent: *\nDisallow: /pag$", True),
        (b"User-agent: *\nDisallow: /%70age # all of it", False),
        (b"User-agent: other\nUser-agent: PRECEDENT/1.0\nDisallow: /\nSitemap: /s\nAllow: /x", False),
        (b"User-agent: precedent\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        (b"User-agent: P\nDisallow: /", True),
        (b"User-agent: precedent-images\nDisallow: /", True),
        (b"User-agent: precedent (all of it)\rDisallow: /page\r", False),
        (b"Disallow: /", True),
        (b"<html>no such page</html>", True),
        (b"", True),
    ],
)
def test_robots_txt_is_respected(site: Site, robots: bytes, allowed: bool) -> None:
    site.pages["/robots.txt"] = says(200, robots)
    if allowed:
        assert site.get("/page").data == PAGE
    else:
        assert "robots.txt" in site.refusal("/page")
        assert "/page" not in site.paths()


def test_of_a_robots_txt_beyond_reason_the_beginning_counts(site: Site) -> None:
    filler = b"# nothing\n" * 60_000
    site.pages["/robots.txt"] = says(200, b"User-agent: *\nDisallow: /page\n" + filler)
    assert "robots.txt" in site.refusal("/page")
    site.pages["/robots.txt"] = says(
        200, gzip.compress(filler + b"User-agent: *\nDisallow: /", mtime=0), Content_Encoding="gzip"
    )
    assert site.get("/page").data == PAGE


def test_robots_txt_with_many_stars_takes_time_in_proportion() -> None:
    def read(stars: int) -> None:
        rules = Robots("User-agent: *\n" + f"Disallow: /{'*a' * stars}b\n" * 100, "Precedent")
        assert rules.allows("/" + "a" * 5000)

    assert_in_proportion(read, 50)


@pytest.mark.parametrize(("status", "allowed"), [(401, True), (404, True), (410, True), (500, False), (503, False)])
def test_a_missing_robots_txt_allows_a_failing_one_does_not(site: Site, status: int, allowed: bool) -> None:
    site.pages["/robots.txt"] = says(status)
    if allowed:
        assert site.get("/page").data == PAGE
    else:
        assert f"robots.txt answers with {status}" in site.refusal("/page")


def test_where_a_redirect_leads_robots_txt_is_asked_again(site: Site) -> None:
    other = Site()
    try:
        other.pages["/robots.txt"] = says(200, b"User-agent: *\nDisallow: /page")
        site.pages["/away"] = says(302, Location=other.url("/page"))
        assert "robots.txt" in site.refusal("/away", ports={site.port, other.port})
        assert other.paths() == ["/robots.txt"]
    finally:
        other.close()


@pytest.mark.parametrize(
    ("status", "why"), [(403, "log in"), (404, "no such page"), (410, "no such page"), (429, "later"), (500, "later")]
)
def test_http_errors_say_what_to_do(site: Site, status: int, why: str) -> None:
    site.pages["/page"] = says(status, b"an error page is no source")
    message = site.refusal("/page")
    assert why in message
    assert f"HTTP {status}" in message


def test_an_empty_page_is_said_to_be_empty(site: Site) -> None:
    site.pages["/page"] = says(200)
    with pytest.raises(EmptySourceError, match="empty"):
        site.get("/page")


def test_packed_pages_are_unpacked(site: Site) -> None:
    site.pages["/page"] = says(200, gzip.compress(PAGE, mtime=0), Content_Encoding="gzip")
    assert site.get("/page").data == PAGE


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (gzip.compress(PAGE, mtime=0)[:-9], "gzip", "broke off"),
        (PAGE, "gzip", "damaged"),
        (zlib.compress(PAGE), "deflate", "not asked for"),
        (PAGE, "br", "not asked for"),
    ],
)
def test_pages_that_can_not_be_unpacked_are_refused(site: Site, body: bytes, encoding: str, why: str) -> None:
    site.pages["/page"] = says(200, body, Content_Encoding=encoding)
    assert why in site.refusal("/page")


def test_a_bomb_is_stopped_at_the_limit(site: Site) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(30)) + packer.flush()
    assert len(bomb) < 50_000
    site.pages["/page"] = says(200, bomb, Content_Encoding="gzip")
    assert "larger than 1 MB" in site.refusal("/page", max_bytes=1_000_000)


def test_a_size_over_the_limit_is_refused_before_it_is_read(site: Site) -> None:
    site.pages["/page"] = says(200, b"", Content_Length="60000000")
    assert "larger than 50 MB" in site.refusal("/page")


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(site: Site) -> None:
    def endless(size: int) -> Handler:
        def handler(web: Web) -> None:
            web.send_response(200)
            web.send_header("Transfer-Encoding", "chunked")
            web.end_headers()
            web.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"a" * size))

        return handler

    site.pages["/exact"], site.pages["/over"] = endless(5000), endless(5001)
    assert len(site.get("/exact", max_bytes=5000).data) == 5000
    assert "larger than" in site.refusal("/over", max_bytes=5000)


def test_a_page_that_breaks_off_is_refused(site: Site) -> None:
    def broken(web: Web) -> None:
        web.answer(200, PAGE, Content_Length=str(len(PAGE) + 5))
        web.close_connection = True

    site.pages["/page"] = broken
    assert "can't read from 127.0.0.1" in site.refusal("/page")


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_drips_is_left_at_the_time_limit(site: Site, where: str) -> None:
    dripped = []

    def drip(web: Web) -> None:
        web.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n" + (b"\r\n" if where == "body" else b"X-A: "))
        for _ in range(200):
            web.wfile.write(b"a")
            dripped.append(1)
            time.sleep(0.03)

    site.pages["/page"] = drip
    assert "too long" in site.refusal("/page", seconds=0.5, wait=0.4)
    assert len(dripped) < 200


def test_a_server_that_says_nothing_is_left_after_one_wait(site: Site) -> None:
    released, ended = threading.Event(), threading.Event()

    def silent(web: Web) -> None:
        released.wait(60)
        ended.set()

    site.pages["/page"] = silent
    assert "too long" in site.refusal("/page", wait=0.3)
    assert not ended.is_set()
    released.set()


def test_a_port_nobody_listens_on() -> None:
    site = Site()
    site.close()
    assert "can't read from 127.0.0.1" in site.refusal("/page")


def test_a_name_that_does_not_exist() -> None:
    def nowhere(host: str, port: int) -> list[Address]:
        raise OSError("Name or service not known")

    with pytest.raises(SourceError, match=r"no site called nowhere\.example"):
        fetch("http://nowhere.example/", policy=Policy(resolve=nowhere))


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Site, ssl.SSLContext]]:
    """A site with a certificate for cases.example that nobody but the context beside it trusts."""
    path = tmp_path / "certificate.pem"
    path.write_text(CERTIFICATE, encoding="ascii")
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(path)
    found = Site(tls=own)
    yield found, ssl.create_default_context(cafile=str(path))
    found.close()


def test_the_certificate_must_be_that_of_the_name(secure: tuple[Site, ssl.SSLContext]) -> None:
    site, trusting = secure
    to_here = replace(site.policy, resolve=lambda host, port: [HERE])
    url = f"https://cases.example:{site.port}/page"
    got = fetch(url, policy=replace(to_here, tls=trusting))
    assert (got.data, got.final_url) == (PAGE, url)
    with pytest.raises(SourceError, match=r"can't prove that it is cases\.example"):
        fetch(url, policy=to_here)  # signed by nobody this computer trusts
    with pytest.raises(SourceError, match=r"can't prove that it is other\.example"):
        fetch(url.replace("cases", "other"), policy=replace(to_here, tls=trusting))


def test_every_message_says_what_to_do_and_none_repeats_the_query(site: Site) -> None:
    site.pages["/page?token=abc"] = says(500)
    message = site.refusal("/page?token=abc")
    assert "abc" not in message
    assert urlsplit(site.url("")).hostname in message.split()
    assert "add the file instead" in message
