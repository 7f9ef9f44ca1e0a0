"""Connections to public addresses only, with a deadline.

A web address comes from a user, or from a page that leads elsewhere; followed blindly it would reach what only this
computer or its network can see. So a name is resolved here, every address it has is checked, and the connection goes to
one of the addresses that were checked: the name is never looked up a second time.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore2  # takes 0.1 s: this module is imported where something is fetched

from rag.errors import SourceError

Address = IPv4Address | IPv6Address

#: Where the web is served: its own two ports, and those that older and test servers use beside them.
WEB_PORTS = frozenset({80, 443, 8080, 8443})

#: What a user can always do with a page that is not fetched.
INSTEAD = "save the page in your browser and add the file instead"


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and of a single host.

    IPv6 addresses that carry an IPv4 address (mapped, 6to4, Teredo) are not; of NAT64, by which networks without IPv4
    reach all of it, those that carry a public one are.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _NOT_HOSTS)


_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
#: Protocol assignments with Teredo, documentation, 6to4, documentation.
_NOT_HOSTS = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def addresses_of(host: str, port: int) -> list[Address]:
    """The addresses of a host by the computer's own resolver, in its order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0])) for entry in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """Where a fetch may go and what it may take: ``seconds`` for all of it, ``wait`` for each connection or read."""

    allowed: Callable[[Address], bool] = is_public
    ports: Collection[int] = WEB_PORTS
    max_bytes: int = 50_000_000
    seconds: float = 60.0
    wait: float = 15.0
    redirects: int = 5
    resolve: Callable[[str, int], list[Address]] = addresses_of
    tls: ssl.SSLContext | None = None  # None: the certificates the computer trusts


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and gives up at the deadline."""

    def __init__(self, policy: Policy, deadline: float) -> None:
        self._policy = policy
        self._deadline = deadline
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception | None = None
        for address in self._checked(host, port):
            try:
                left = _left(self._deadline, timeout)
                stream = self._plain.connect_tcp(str(address), port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError(f"{host} has no address")

    def _checked(self, host: str, port: int) -> list[Address]:
        """Raises SourceError if any of the host's addresses is not allowed: which one is used must not matter."""
        try:
            found = self._policy.resolve(host, port)
        except (OSError, ValueError) as error:
            raise SourceError(
                f"there is no site called {host}, or this computer is not connected: check both"
            ) from error
        for address in found:
            if not self._policy.allowed(address):
                raise SourceError(
                    f"{host} is inside a private network or this computer ({address}); only the public web is read: "
                    f"{INSTEAD}"
                )
        return found


class _TimedStream(httpcore2.NetworkStream):
    """A connection none of whose waits passes the deadline, however little comes at a time."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """Seconds that may still be waited. Raises ReadTimeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("out of time")
    return left if timeout is None else min(left, timeout)
