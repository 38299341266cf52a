"""What a robots.txt allows (RFC 9309)"""

from dataclasses import dataclass

from protego import Protego

LARGEST = 512 * 1024
LONG = 50_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host for one user agent."""

    verdict: str | None  # "allowed" or "unreachable" for all URLs; None: ask the parser
    parser: Protego | None
    agent: str
    is_long: bool = False  # judging by it takes so long that others should have their turns meanwhile

    def judge(self, url: str) -> str:
        """ "allowed", "disallowed" or "unreachable"."""
        if self.parser is None:
            return self.verdict or "allowed"
        return "allowed" if self.parser.can_fetch(url, product(self.agent)) else "disallowed"

    @property
    def crawl_delay_seconds(self) -> float | None:
        """The pause that the host asks for."""
        delay = self.parser.crawl_delay(product(self.agent)) if self.parser else None
        return float(delay) if delay is not None and delay >= 0 else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Sitemaps that it names, as written."""
        return tuple(self.parser.sitemaps) if self.parser else ()


def decode(body: bytes) -> str:
    """The text of a robots.txt: UTF-8 unless marked otherwise, line ends in order, no longer than 500 KiB."""
    code = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = body[:LARGEST].decode(code, "replace").lstrip("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def rules(status: int | None, text: str | None, agent: str) -> Rules:
    """Rules from an answer: 2xx as written, 4xx nothing forbidden, 5xx or no answer everything forbidden."""
    if status is None or status == 0 or status >= 500 or status == 429:
        return Rules("unreachable", None, agent)
    if status >= 300 or text is None:
        return Rules("allowed", None, agent)
    return Rules(None, Protego.parse(text), agent, len(text) > LONG)


def product(agent: str) -> str:
    """The product token of a user agent, which is what robots.txt is matched with."""
    return agent.split("/", 1)[0].split(" ", 1)[0] or agent
