"""Labelled pages once more with discussions, teasers and dialogs set round their text

On few pages of the packs does much text stand in the markup that is not the article's, for most draw it by script;
where it stands there it is often longer than the article. What it says is borrowed from other pages of the pack.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from selectolax.lexbor import LexborNode

from benchmarks.cleaning_inserts import insert, relabelled
from benchmarks.cleaning_pack import Page, html_of, near_marks, texts_of
from workers.clean.markup import Markup, parse, text_of

_DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
_FALLBACK = "en"
_NEAR = 15  # leaves round article and crowd that are learned from
_ARTICLE_WEIGHT = 0.3
_CROWD_WEIGHT, _MOST_WEIGHT = 0.5, 8.0  # of one leaf, of a page's crowd
_ROWS = {"comments": (3, 25), "teasers": (3, 12), "dialogs": (1, 6), "articles": (1, 2)}
_BEHIND = ("comments",) * 4 + ("teasers",) * 4 + ("articles",)
_LEAD_CHARS = (60, 320)
_HEADLINE_WORDS = 11
_WHOLE = 9  # paragraphs of another article
_HIGHEST = 5  # elements above the text


@dataclass(frozen=True)
class Donor:
    """Another page whose words fill a crowd."""

    site: str
    language: str
    headline: str
    paragraphs: tuple[str, ...]


def crowded(pack: Path, pages: Sequence[Page], seed: int = 1) -> Iterator[Page]:
    """One variant of each page that has paragraphs to stand round."""
    read = [(page, parse(html_of(pack, page.gold), page.gold["url"])) for page in pages]
    donors = [_donor(page, markup) for page, markup in read]
    for page, markup in read:
        chance = random.Random(f"{page.gold['id']}/crowd/{seed}")
        if (variant := _with_crowds(page, markup, _fitting(donors, page, _language(markup)), chance)) is not None:
            yield variant


def _language(markup: Markup) -> str:
    return str(markup.language or _FALLBACK)[:2].lower()


def _donor(page: Page, markup: Markup) -> Donor:
    paragraphs = tuple(line for line in str(page.gold["body"]).split("\n") if len(line.strip()) > 1)
    headline = page.gold.get("title") or " ".join(paragraphs[0].split()[:_HEADLINE_WORDS])
    return Donor(page.site, _language(markup), str(headline), paragraphs)


def _fitting(donors: Sequence[Donor], page: Page, language: str) -> list[Donor]:
    """Of other sites, in the page's language if there are any."""
    others = [donor for donor in donors if donor.site != page.site and donor.paragraphs]
    return [donor for donor in others if donor.language == language] or others


def _with_crowds(page: Page, markup: Markup, donors: Sequence[Donor], chance: random.Random) -> Page | None:
    kept = {leaf.text for leaf, is_text in zip(page.outline.leaves, page.labels, strict=True) if is_text}
    places = [node for node in markup.tree.css("p") if text_of(node) in kept]
    if len(places) < 2 or not donors:
        return None
    words = _DATA["words"].get(_language(markup), _DATA["words"][_FALLBACK])
    crowd: set[str] = set()
    if chance.random() < 0.8:
        kind = chance.choice(_BEHIND)
        insert(_above(places[-1], chance), _crowd(chance, kind, donors, words), crowd)
    if chance.random() < 0.4 or not crowd:
        insert(_above(places[0], chance), _crowd(chance, "teasers", donors, words), crowd, is_before=True)
    if chance.random() < 0.4:
        insert(_above(places[-1], chance), _crowd(chance, "dialogs", donors, words), crowd)
    variant = relabelled(page, markup, set(), crowd, 1.0)
    is_crowd = np.array([text in crowd for text in texts_of(variant.outline)])
    near = near_marks(is_crowd | variant.labels, _NEAR)
    each = min(_CROWD_WEIGHT, _MOST_WEIGHT / max(1, int(is_crowd.sum())))
    return replace(variant, weights=np.where(is_crowd, each, variant.weights * _ARTICLE_WEIGHT) * near)


def _above(node: LexborNode, chance: random.Random) -> LexborNode:
    """An element some steps up, below the body."""
    for _ in range(chance.randint(1, _HIGHEST)):
        parent = node.parent
        if parent is None or parent.tag in {"body", "html"}:
            break
        node = parent
    return node


def _crowd(chance: random.Random, kind: str, donors: Sequence[Donor], words: dict[str, list[str]]) -> str:
    frame, row = chance.choice(_DATA[kind])
    names = iter(chance.choices(_DATA["classes"], k=8))
    frame = _named(frame, names)
    row = _named(row, names)  # rows of one crowd share their classes
    count = chance.randint(*_ROWS[kind])
    rows = "".join(row.format(n=at, **_values(chance, donors, words)) for at in range(count))
    return frame.format(rows=rows, **{name: chance.choice(words[name]) for name in ("comments", "teasers")})


def _named(pattern: str, names: Iterator[str]) -> str:
    while "{class}" in pattern:
        pattern = pattern.replace("{class}", next(names), 1)
    return pattern


def _values(chance: random.Random, donors: Sequence[Donor], words: dict[str, list[str]]) -> dict[str, str]:
    donor = chance.choice(donors)
    said = [
        _shortened(chance, paragraph)
        for paragraph in chance.choices(donor.paragraphs, k=chance.choice((1, 1, 1, 2, 4)))
    ]
    asks = chance.sample(words["asks"], 2)
    return {
        "who": chance.choice(_DATA["people"]),
        "headline": escape(donor.headline),
        "lead": escape(_cut(donor.paragraphs[0], chance.randint(*_LEAD_CHARS))),
        "paragraphs": "".join(f"<p>{escape(text)}</p>" for text in said),
        "whole": "".join(f"<p>{escape(text)}</p>" for text in donor.paragraphs[:_WHOLE]),
        "text": escape(" ".join(said)),
        "title": chance.choice(words["titles"]),
        "ask": asks[0],
        "ask2": asks[1],
    } | {name: chance.choice(words[name]) for name in ("when", "reply", "more")}


def _shortened(chance: random.Random, paragraph: str) -> str:
    """As people write: some say one short thing, some go on."""
    words = paragraph.split(" ")
    return " ".join(words[: chance.choice((5, 9, 14, 25, 60, 120))])


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[:size].rsplit(" ", 1)[0] + "…"
