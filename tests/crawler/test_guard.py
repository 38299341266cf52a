"""Unsafe addresses in all their spellings"""

from ipaddress import ip_address, ip_network

import pytest

from crawler import guard
from storage.domain import RejectionReason
from storage.errors import Rejected

UNSAFE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "100.64.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", UNSAFE)
def test_unsafe_addresses(address):
    assert not guard.is_public(ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address):
    assert guard.is_public(ip_address(address), ())


@pytest.mark.parametrize(
    "host",
    [
        "0x7f.1",
        "2130706433",
        "017700000001",
        "127.1",
        "0x7f000001",
        "[::1]",
        "localhost",
        "a.localhost",
        "x.internal",
        "127.0.0.1",
    ],
)
def test_spellings_in_urls(host):
    with pytest.raises(Rejected) as caught:
        guard.check_url(f"http://{host}/", ())
    assert caught.value.reason is RejectionReason.PRIVATE_ADDRESS


def test_settings_may_permit_a_network():
    allowed = (ip_network("127.0.0.10/32"),)
    guard.check_url("http://127.0.0.10:8000/", allowed)
    with pytest.raises(Rejected):
        guard.check_url("http://127.0.0.11/", allowed)
    guard.check_url("https://www.example.org/", ())
