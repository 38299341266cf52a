"""An answer into what the visit brought"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from storage.domain import RejectionReason
from storage.repositories.fetches import Brought

KEPT_HEADERS = (
    "content-type",
    "content-language",
    "etag",
    "last-modified",
    "date",
    "x-robots-tag",
    "tdm-reservation",
    "link",
)
HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")
HTML_MARK = re.compile(rb"<(!doctype\s+html|html|head|body|title|article|meta|div|p)\b", re.IGNORECASE)
META_ROBOTS = re.compile(
    rb"<meta\s[^>]{0,300}?name\s*=\s*[\"']?(robots|tdm-reservation)[\"']?[^>]{0,300}>", re.IGNORECASE
)
META_CONTENT = re.compile(rb"content\s*=\s*[\"']?([^\"'>]{0,200})", re.IGNORECASE)
HEAD_BYTES = 65_536


class Obedience(Protocol):
    """Which of a page's wishes the settings say to obey."""

    obey_noindex: bool
    obey_noarchive: bool
    obey_tdm_reservation: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer is worth, before when to come back is known."""

    brought: Brought
    reason: RejectionReason | None = None
    detail: str | None = None
    digest: str | None = None
    directives: tuple[str, ...] = ()
    is_host_trouble: bool = False  # the host refused or failed: rest


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that matter later, by lower-case name."""
    return {name: headers[name][:1000] for name in KEPT_HEADERS if name in headers}


def judge(status: int, headers: Mapping[str, str], body: bytes, old_digest: str | None, wishes: Obedience) -> Judged:
    """What a final answer (no redirect) to a page's visit is worth."""
    if status == 304:
        return Judged(Brought.UNCHANGED)
    if status != 200:
        return _refused(status)
    said = directives(headers, body)
    if not body.strip():
        return Judged(Brought.REJECTION, RejectionReason.EMPTY, "no body", directives=said)
    if (why := _not_html(headers, body)) is not None:
        return Judged(Brought.REJECTION, RejectionReason.NOT_HTML, why, directives=said)
    if (wish := _obeyed(said, wishes)) is not None:
        return Judged(Brought.REJECTION, RejectionReason.OPTED_OUT, wish, directives=said)
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    brought = Brought.UNCHANGED if digest == old_digest else Brought.BYTES
    return Judged(brought, digest=digest, directives=said)


def _refused(status: int) -> Judged:
    detail = f"status {status}"
    if status == 429:
        return Judged(Brought.NOTHING, detail=detail, is_host_trouble=True)
    if status >= 500:
        return Judged(Brought.ERROR, detail=detail, is_host_trouble=True)
    if status in (404, 410):
        return Judged(Brought.REJECTION, RejectionReason.GONE, detail)
    if status in (401, 402, 403, 407, 451):
        return Judged(Brought.REJECTION, RejectionReason.LOGIN, detail)
    if 400 <= status < 500:
        return Judged(Brought.REJECTION, RejectionReason.BAD_ADDRESS, detail)
    return Judged(Brought.ERROR, detail=detail)


def _not_html(headers: Mapping[str, str], body: bytes) -> str | None:
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    is_marked = HTML_MARK.search(body[:4096].replace(b"\0", b"")) is not None
    if kind in ("text/html", "application/xhtml+xml"):
        return "binary data called HTML" if not is_marked and _is_binary(body) else None
    return None if kind in HTML_TYPES and is_marked else f"content type {kind or 'unknown'}"


def _is_binary(body: bytes) -> bool:
    """Whether bytes are no text: signatures of files, or many control bytes (UTF-16 has one in two)."""
    head = body[:2048]
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"RIFF")
    ):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return control > len(head) // 20 and head.count(0) < len(head) // 3


def directives(headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    """noindex, noarchive and tdm-reservation as header and markup say them, sorted."""
    said = [headers.get("x-robots-tag", "")]
    found = set()
    if headers.get("tdm-reservation", "").strip() == "1":
        found.add("tdm-reservation")
    for tag in META_ROBOTS.finditer(body[:HEAD_BYTES]):
        content = META_CONTENT.search(tag[0])
        value = content[1].decode("ascii", "replace") if content else ""
        if tag[1].lower() == b"robots":
            said.append(value)
        elif value.strip() == "1":
            found.add("tdm-reservation")
    words = {word.strip().lower() for text in said for word in re.split(r"[,:\s]+", text)}
    found |= words & {"noindex", "noarchive", "nosnippet", "none", "noai"}
    return tuple(sorted(found))


def _obeyed(said: tuple[str, ...], wishes: Obedience) -> str | None:
    pairs = (
        (wishes.obey_noindex, ("noindex", "none")),
        (wishes.obey_noarchive, ("noarchive", "none")),
        (wishes.obey_tdm_reservation, ("tdm-reservation",)),
    )
    return next((name for is_obeyed, names in pairs if is_obeyed for name in names if name in said), None)
