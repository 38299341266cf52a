"""A reader whose pages say what shall befall it"""

import contextlib
import json
import os
import signal
import time
from dataclasses import replace

from storage.domain import Block, BlockKind, CleanedArticle, PageContext, Rejection, RejectionReason
from workers.clean.habits import MIN_ARTICLES, Habits, PageBlock, keys

RECURRING = "Get the evening briefing"


class Reader:
    """Reads pages as `read` does; its habits are how many pages of a portal it has read, and one recurring line."""

    def __init__(self) -> None:
        self.pages: dict[str, int] = {}

    def read(self, body: bytes, context: PageContext) -> CleanedArticle | Rejection:
        """Read a page and count it."""
        portal = context.portal or ""
        self.pages[portal] = self.pages.get(portal, 0) + 1
        return read(body, context)

    def habits(self, portal: str) -> str:
        """The count as JSON, with the line that every page is taken to have held."""
        line = " ".join(["0", *map(str, range(MIN_ARTICLES))])
        return Habits(self.pages.get(portal, 0), dict.fromkeys(keys(PageBlock(RECURRING)), line)).to_json()

    def known(self, portal: str) -> int:
        """That line alone."""
        return int(portal in self.pages)

    def remember(self, portal: str, habits: str) -> None:
        """Go on from a count."""
        self.pages[portal] = json.loads(habits)["articles"]


def read(body: bytes, context: PageContext) -> CleanedArticle | Rejection:
    """Do what the first word of the page says; the rest is the article's title and text."""
    word, _, text = body.decode("utf-8", "surrogateescape").partition(" ")
    if word in ACTS:
        ACTS[word]()
    if word == "reject":
        return Rejection(RejectionReason(text), "as told")
    if word == "echo":
        return article(context.url, repr(context))
    if word == "parts":
        named, _, text = text.partition("\n")
        return replace(article(*text.split("\n", 1)), part_urls=tuple(named.split()))
    if word == "canonical":
        named, _, text = text.partition("\n")
        return replace(article(*text.split("\n", 1)), canonical_url=named)
    title, _, rest = text.partition("\n")
    return article(title, rest)


def article(title: str, body: str) -> CleanedArticle:
    """An article of one paragraph."""
    return CleanedArticle(title=title, body=body, blocks=(Block(BlockKind.PARAGRAPH, body),), language="en")


def spin() -> None:
    """Compute for ever."""
    while True:
        pass


def swell() -> None:
    """Take memory until there is none."""
    held = []
    while True:
        held.append(bytearray(10_000_000))


def hold() -> None:
    """Take memory slowly, in pieces that nothing refuses, and survive the refusal."""
    held = []
    with contextlib.suppress(MemoryError):
        while True:
            held.append(bytearray(10_000_000))
    os.abort()


def raise_error() -> None:
    """Fail like a parser."""
    raise KeyError("a parser's own mistake")


def recurse() -> None:
    """Nest without end."""
    recurse()


ACTS = {
    "spin": spin,
    "sleep": lambda: time.sleep(600),
    "swell": swell,
    "hold": hold,
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "raise": raise_error,
    "recurse": recurse,
}
