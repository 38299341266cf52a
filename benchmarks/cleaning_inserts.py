"""Labelled pages once more with invented boxes, lists and subheads set among their paragraphs

The packs hold few pages with short list items, newsletter boxes and promos between paragraphs; portals hold many.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.cleaning_pack import Page, near_marks, texts_of
from workers.clean.features import describe
from workers.clean.hints import hints_of
from workers.clean.markup import Markup, text_of
from workers.clean.normal import clean_line
from workers.clean.segment import segment

_DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
_FALLBACK = "en"
_NEAR = 6  # leaves round an insert that are learned from once more
_SINGLES = {"item": "items", "subhead": "subheads", "quote": "quotes", "headline": "headlines"}


def with_inserts(page: Page, markup: Markup, seed: int, weight: float = 0.5) -> Page | None:
    """The page with a few inserts, its labels carried over; None where no paragraph takes one.

    Changes the tree of `markup`.
    """
    chance = random.Random(f"{page.gold['id']}/{seed}")
    language = str(markup.language or _FALLBACK)[:2].lower()
    texts = _DATA["languages"].get(language, _DATA["languages"][_FALLBACK])
    kept = {leaf.text for leaf, is_text in zip(page.outline.leaves, page.labels, strict=True) if is_text}
    places = [node for node in markup.tree.css("p") if text_of(node) in kept]
    if len(places) < 3:
        return None
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for node in chance.sample(places[:-1], min(len(places) - 1, chance.randint(1, 4))):
        is_wanted = chance.random() < 0.5
        html = _fill(chance, chance.choice(_DATA["wanted" if is_wanted else "unwanted"]), texts)
        insert(node, html, wanted if is_wanted else unwanted)
    if chance.random() < 0.4:
        insert(places[-1], _fill(chance, chance.choice(_DATA["unwanted_after"]), texts), unwanted)
    variant = relabelled(page, markup, wanted - unwanted, unwanted, weight)
    inserted = wanted | unwanted
    near = near_marks(np.array([text in inserted for text in texts_of(variant.outline)]), _NEAR)
    return replace(variant, weights=variant.weights * near)


def _fill(chance: random.Random, pattern: str, texts: dict[str, list[str]]) -> str:
    values = {"name": chance.choice(_DATA["names"])}
    for name in ("more", "sign_up", "ad", "caption", "bio", *_SINGLES):
        stock = texts[_SINGLES.get(name, name)]
        picks = chance.sample(stock, min(3, len(stock)))
        values |= {name + ("" if at == 0 else str(at + 1)): picks[at % len(picks)] for at in range(3)}
    return pattern.format(MORE=values["more"].upper(), **values)


def insert(node: LexborNode, html: str, texts: set[str], is_before: bool = False) -> None:
    """Put `html` behind the node, or before it, and what its leaves say into `texts`."""
    fragment = LexborHTMLParser(f"<body>{html}").body
    assert fragment is not None
    texts |= {leaf.text for leaf in segment(fragment).leaves}
    children = list(fragment.iter())
    if is_before:
        for child in children:
            node.insert_before(child)
    else:
        for child in reversed(children):
            node.insert_after(child)


def relabelled(page: Page, markup: Markup, wanted: set[str], unwanted: set[str], weight: float) -> Page:
    """The page as its changed tree shows it; what was on it before keeps its label, at `weight` times its weight."""
    outline = segment(markup.tree.body)
    queues: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for text, is_text, old_weight in zip(texts_of(page.outline), page.labels, page.weights, strict=True):
        queues[clean_line(text)].append((bool(is_text), float(old_weight)))
    labels, weights = [], []
    for text in texts_of(outline):
        known = queues.get(clean_line(text))
        if known:
            is_text, old_weight = known.pop(0) if len(known) > 1 else known[0]
            labels.append(is_text)
            weights.append(old_weight * weight)
        else:
            labels.append(text in wanted)
            weights.append(1.0 if text in wanted or text in unwanted else 0.0)
    features = describe(outline, hints_of(markup, None))
    return Page(page.gold, outline, features, np.array(labels, bool), np.array(weights))


def varied(pages: list[tuple[Page, Markup]], seed: int = 1) -> Iterator[Page]:
    """One variant of each page that takes inserts."""
    for page, markup in pages:
        if (variant := with_inserts(page, markup, seed)) is not None:
            yield variant
