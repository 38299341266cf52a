"""Portal habits: lines that recur over a portal's pages, learned online and taken out"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

VERSION = 2
# A line is a habit once it stood in the company of this many different articles.
MIN_ARTICLES = 4
# And on at least this share of the articles since it was first seen: a subhead that every tenth story uses
# by chance ("What happened") is text, a newsletter box stands under all or none of a section's stories.
MIN_SHARE = 0.05
MAX_LINES = 1_500
_MAX_COMPANY = 12  # articles remembered a line; more add nothing
_MAX_PREFIX = 40
_MIN_OWN_TEXT = 0.5  # share of a page's text that no habit may take


class PageBlock(NamedTuple):
    """A block of one page as habits see it."""

    text: str
    is_linked: bool = False  # most of it is a link


@dataclass(frozen=True, slots=True)
class Habits:
    """A portal's recurring lines. An empty value is a reset one.

    A line is kept as one word list, as JSON gives it back: all lines are read and written several times a batch, and
    nearly all of them are text that stood in one article.
    """

    articles: int = 0
    # By a line's key: how many articles the portal had shown when it was first seen, and keys of those it stood in.
    lines: Mapping[str, str] = field(default_factory=dict)

    def is_habit(self, key: str) -> bool:
        """Whether the line with this key stands in enough different articles."""
        line = self.lines.get(key, "")
        number = line.count(" ")
        if number < MIN_ARTICLES:
            return False
        seen = max(1, self.articles - _since(line))
        return number >= min(_MAX_COMPANY, MIN_SHARE * seen)

    def known(self) -> frozenset[str]:
        """Keys of the lines that are habits."""
        in_company = (key for key, line in self.lines.items() if line.count(" ") >= MIN_ARTICLES)
        return frozenset(filter(self.is_habit, in_company))

    def company(self, key: str) -> list[str]:
        """Keys of the articles that a line stood in, sorted."""
        return self.lines.get(key, "").split()[1:]

    def to_json(self) -> str:
        """Text that `from_json` reads; the same habits give the same text."""
        data = {"version": VERSION, "articles": self.articles, "lines": self.lines}
        return json.dumps(data, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None) -> "Habits":
        """Habits as saved; none where the text is of another version or damaged."""
        try:
            data = json.loads(text or "{}")
            return cls(int(data["articles"]), dict(data["lines"])) if data.get("version") == VERSION else cls()
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()


def learn(habits: Habits, blocks: Sequence[PageBlock]) -> Habits:
    """Habits after one more page. A page that shows an article already known adds nothing.

    The order of pages matters only to which lines are forgotten when there are too many.
    """
    if not blocks:
        return habits
    article = _key(max(blocks, key=lambda block: (len(block.text), block.text)).text)
    is_known = any(article in line for line in habits.lines.values())
    lines = dict(habits.lines)
    for key in {key for block in blocks for key in keys(block)} - {article}:
        line = lines.get(key, str(habits.articles))
        if line.count(" ") < _MAX_COMPANY:
            lines[key] = _together(line, f"{habits.articles} {article}")
    return Habits(habits.articles + (not is_known), _bounded(lines))


def merge(ours: Habits, theirs: Habits, common: int) -> Habits:
    """What two know together that went on from the same habits, those of `common` articles."""
    lines = dict(theirs.lines)
    for key, line in ours.lines.items():
        other = lines.get(key, line)
        lines[key] = line if other == line else _together(line, other)
    return Habits(theirs.articles + max(0, ours.articles - common), _bounded(lines))


def _since(line: str) -> int:
    return int(line.partition(" ")[0])


def _together(one: str, other: str) -> str:
    company = sorted({*one.split()[1:], *other.split()[1:]})[:_MAX_COMPANY]
    return " ".join((str(min(_since(one), _since(other))), *company))


def strip(habits: Habits, blocks: Sequence[PageBlock]) -> list[int]:
    """Indices of the blocks that stay. A page that habits would take half of keeps everything."""
    stay = [at for at, block in enumerate(blocks) if not any(map(habits.is_habit, keys(block)))]
    kept = sum(len(blocks[at].text) for at in stay)
    whole = sum(len(block.text) for block in blocks)
    return stay if kept >= _MIN_OWN_TEXT * whole and kept else list(range(len(blocks)))


def hold_any(lines: Iterable[str], wanted: Collection[str]) -> bool:
    """Whether one of these lines, be it a link or not, has a key among the `wanted`."""
    return any(key in wanted for line in lines for key in keys(PageBlock(line, is_linked=True)))


def keys(block: PageBlock) -> Iterable[str]:
    """What a block is remembered by."""
    yield _key(block.text)
    # "Read also: Storm closes bridge": the words before the colon recur, the linked headline changes.
    head, colon, _ = block.text.partition(":")
    if colon and block.is_linked and len(head) <= _MAX_PREFIX:
        yield _key(f"{head}:*")


@lru_cache(maxsize=1_000)  # asked of a page's blocks before habits are taken out, and when they are learned
def _key(text: str) -> str:
    return hashlib.blake2b(" ".join(text.lower().split()).encode(), digest_size=8).hexdigest()


def _bounded(lines: dict[str, str]) -> dict[str, str]:
    """The lines worth remembering: those in most company, then the newest; ties by key."""
    if len(lines) <= MAX_LINES:
        return lines
    ranked = sorted(lines, key=lambda key: (-lines[key].count(" "), -_since(lines[key]), key))
    return {key: lines[key] for key in ranked[: MAX_LINES * 3 // 4]}
