"""Pages with known bodies from a data pack, as leaves, features and labels for training and scoring"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cleaning_labels import label
from storage.domain import PageContext
from workers.clean.features import DEK_SHARE, TITLE_SHARE, Floats, describe
from workers.clean.hints import hints_of
from workers.clean.markup import Markup, parse
from workers.clean.outline import Outline
from workers.clean.segment import segment

_FETCHED_AT = datetime(2026, 11, 20, tzinfo=UTC)
_NEAR = 15  # leaves round weakly labelled text that are learned from


@dataclass
class Page:
    """One page as the body model sees it."""

    gold: dict[str, Any]
    outline: Outline
    features: Floats
    labels: NDArray[np.bool_]
    weights: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))

    @property
    def site(self) -> str:
        """What keeps a site's pages on one side of a split."""
        return str(self.gold["site"])

    @property
    def is_weak(self) -> bool:
        """Whether the labels are another extractor's."""
        return not self.gold.get("body")


def gold_lines(pack: Path) -> list[dict[str, Any]]:
    """The pack's gold.jsonl."""
    return [json.loads(line) for line in (pack / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]


def html_of(pack: Path, gold: dict[str, Any]) -> bytes:
    """The page of a gold line."""
    return gzip.decompress((pack / gold["html"]).read_bytes())


def context_of(gold: dict[str, Any]) -> PageContext:
    """In which a page of a pack is read: after all of them were written, with no feed that names it."""
    return PageContext(gold["url"], gold["url"], _FETCHED_AT)


def outlined(pack: Path, gold: dict[str, Any]) -> tuple[Markup, Outline, Floats]:
    """A page's tree, leaves and features, as cleaning makes them."""
    page = parse(html_of(pack, gold), gold["url"])
    outline = segment(page.tree.body)
    return page, outline, describe(outline, hints_of(page, None))


def texts_of(outline: Outline) -> list[str]:
    """What each leaf says; an embed says nothing."""
    return ["" if leaf.is_embed else leaf.text for leaf in outline.leaves]


def labelled(pack: Path) -> Iterator[tuple[Page, Markup]]:
    """Pages and their trees, whose gold has a body and whose markup has text."""
    for gold in gold_lines(pack):
        if gold.get("body"):
            markup, outline, features = outlined(pack, gold)
            if len(features):
                labels = np.array(label(texts_of(outline), gold["body"]), bool)
                yield Page(gold, outline, features, labels, np.ones(len(labels))), markup


def weakly_labelled(pack: Path, weight: float = 0.3) -> Iterator[Page]:
    """Pages without a gold body: another extractor's text as label, snippets that must be in or out as proof."""
    import trafilatura

    for gold in gold_lines(pack):
        _, outline, features = outlined(pack, gold)
        found = trafilatura.extract(html_of(pack, gold), url=gold["url"], include_comments=False, favor_precision=True)
        if not len(features) or not found or len(found) < 200:
            continue
        texts = texts_of(outline)
        labels = np.array(label(texts, found), bool)
        weights = np.full(len(labels), weight)
        for snippets, is_text in ((gold.get("with", ()), True), (gold.get("without", ()), False)):
            for at, text in enumerate(texts):
                if any(snippet in text for snippet in snippets):
                    labels[at], weights[at] = is_text, 1.0
        weights *= near_marks(labels, _NEAR) & ~_opening(outline, features, labels)
        yield Page(gold, outline, features, labels, weights)


def _opening(outline: Outline, features: Floats, labels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leaves that other extractors take and gold bodies leave out, so nothing is to be learned from them here.

    They are headlines, what repeats the title, and a dek: the first leaf, or one like the description, that stands
    elsewhere than the next.
    """
    kept = np.flatnonzero(labels)
    doubtful = np.zeros(len(labels), bool)
    for order, at in enumerate(kept[:-1]):
        repeats = features[at, TITLE_SHARE] >= 0.6 or outline.tags[outline.leaves[at].element] == "h1"
        may_be_dek = order == 0 or features[at, DEK_SHARE] >= 0.4
        doubtful[at] = repeats or (may_be_dek and _place(outline, at) != _place(outline, kept[order + 1]))
    return doubtful


def _place(outline: Outline, at: int) -> tuple[int, str, str]:
    element = outline.leaves[at].element
    return outline.parents[element], outline.tags[element], outline.names[element]


def near_marks(marks: NDArray[np.bool_], span: int) -> NDArray[np.bool_]:
    """Which leaves stand within `span` of a marked one: far menus and footers teach little and cost time."""
    reach = np.convolve(marks.astype(np.int64), np.ones(2 * span + 1, np.int64))
    return reach[span : span + len(marks)] > 0
