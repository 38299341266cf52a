"""Joins the pages of a paginated article into one"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from storage.domain import Block, BlockKind, CleanedArticle

BESIDE = frozenset({BlockKind.CAPTION, BlockKind.EMBED})  # kinds that stand beside the text
_CUT = re.compile(r"\s*(?:\[\s*)?(?:\.\.\.|…)(?:\s*\])?\s*$")
_SAME = 0.6  # of the words of two headlines
SHORTEST_REPEAT = 25  # characters: a shorter line may well stand twice in one article


def join(first: CleanedArticle, rest: Sequence[CleanedArticle]) -> CleanedArticle:
    """The article whose pages these are, in order; blocks that a later page repeats are dropped.

    What the first page says of itself stays; the latest time of change and all credits are kept.
    """
    if not rest:
        return first
    blocks = _blocks([first, *rest])
    inside = [block.text for block in blocks if block.kind not in BESIDE]
    modified = max((a.modified for a in (first, *rest) if a.modified), key=lambda m: m.at, default=None)
    return replace(
        first,
        body="\n\n".join(inside),
        blocks=blocks,
        word_count=sum(article.word_count for article in (first, *rest)) - _repeated_words([first, *rest], blocks),
        modified=modified,
        contributors=_united(article.contributors for article in (first, *rest)),
        credits=_united(article.credits for article in (first, *rest)),
        is_paywalled=any(article.is_paywalled for article in (first, *rest)),
        part_urls=(),
    )


def is_same_text(first: CleanedArticle, other: CleanedArticle) -> bool:
    """Whether a page tells what `first` begins to tell: under its headline or with a paragraph of it."""
    words, others = set(first.title.casefold().split()), set(other.title.casefold().split())
    if words and len(words & others) >= _SAME * min(len(words), len(others)):
        return True
    begun = [_uncut(block.text) for block in first.blocks if len(block.text) >= SHORTEST_REPEAT]
    return any(block.text.startswith(text) for block in other.blocks for text in begun)


def _uncut(text: str) -> str:
    return _CUT.sub("", text)


def _is_begun(text: str, later: Iterable[str]) -> bool:
    """Whether a text that was cut off stands whole on a later page."""
    begun = _uncut(text)
    return begun != text and len(begun) >= SHORTEST_REPEAT and any(each.startswith(begun) for each in later)


def _blocks(articles: Sequence[CleanedArticle]) -> tuple[Block, ...]:
    found: list[Block] = []
    seen: set[str] = {articles[0].title}
    for number, article in enumerate(articles):
        later = [block.text for each in articles[number + 1 :] for block in each.blocks]
        for block in article.blocks:
            if _is_begun(block.text, later):
                continue
            is_long = len(block.text) >= SHORTEST_REPEAT
            is_repeat = number > 0 and is_long and any(text.startswith(block.text) for text in seen)
            if not is_repeat and not (number > 0 and block.text == articles[0].title):
                found.append(block)
        seen |= {block.text for block in article.blocks}
    return tuple(found)


def _repeated_words(articles: Sequence[CleanedArticle], kept: Sequence[Block]) -> int:
    """Words of the blocks that were dropped, by white space: near enough for the few that there are."""
    everything = sum(len(b.text.split()) for a in articles for b in a.blocks if b.kind not in BESIDE)
    return everything - sum(len(b.text.split()) for b in kept if b.kind not in BESIDE)


def _united(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
