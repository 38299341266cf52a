"""Refuses unsafe addresses, when a URL names one and when a name resolves to one"""

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver, dnscache
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from storage.config import Network
from storage.domain import RejectionReason
from storage.errors import Rejected

Address = IPv4Address | IPv6Address


FRESH_SECONDS = 300.0  # that a name's address is believed: Scrapy would for as long as the process lives
MOST_NAMES = 10_000


class UnsafeAddressError(DNSLookupError):
    """A name resolved to an address that nobody outside may send us to."""


def is_public(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether an address may be contacted: public, or in a network that the settings name."""
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner, allowed)
        if address.packed[:12] == bytes.fromhex("0064ff9b0000000000000000"):  # NAT64
            return is_public(IPv4Address(address.packed[12:]), allowed)
    return address.is_global and not address.is_multicast


def literal(host: str) -> Address | None:
    """The address that a host spells, in any of the forms that resolvers take (0x7f.1, 2130706433, 017700000001)."""
    bare = host.strip("[]")
    try:
        return ip_address(bare.split("%", 1)[0])
    except ValueError:
        pass
    if re.fullmatch(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}", bare, re.IGNORECASE):
        try:
            return IPv4Address(socket.inet_aton(bare))
        except OSError:
            return None
    return None


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """Raises Rejected where a URL names an unsafe address itself."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    is_local_name = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    is_unsafe = (address is not None and not is_public(address, allowed)) or (
        is_local_name and not is_public(IPv4Address("127.0.0.1"), allowed)
    )
    if is_unsafe:
        raise Rejected(RejectionReason.PRIVATE_ADDRESS, host)


def unsafe_address(url: str, allowed: Sequence[Network]) -> str | None:
    """The unsafe address that the name in a URL was just found to have; Twisted keeps to itself why it was refused."""
    address = dnscache.get(urlsplit(url).hostname or "")
    return address if address is not None and not is_public(ip_address(address), allowed) else None


class GuardedResolver(CachingThreadedResolver):
    """Resolves names to addresses that may be contacted; the connection goes to the address that was checked."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, allowed: Sequence[Network]) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allowed = allowed
        self._fresh_until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        """Scrapy's way to make one; the permitted networks are the settings' own."""
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            settings.getfloat("DNS_TIMEOUT"),
            tuple(settings.get("DATELINE").allow_addresses),
        )

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """Resolve, then refuse what isn't safe. Raises UnsafeAddressError."""
        if monotonic() > self._fresh_until.get(name, 0.0):
            if len(self._fresh_until) >= MOST_NAMES:
                self._fresh_until.clear()
            dnscache.pop(name, None)
            self._fresh_until[name] = monotonic() + FRESH_SECONDS
        found: Deferred[Any] = super().getHostByName(name, timeout)
        return found.addCallback(self._check, name)

    def _check(self, result: str, name: str) -> str:
        address = ip_address(result)
        if not is_public(address, self.allowed):
            raise UnsafeAddressError(f"{name} resolves to {address}, which is not public")
        return result
