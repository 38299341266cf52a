"""The bytes of a page into a clean article, or the reason why it is none; one parse for everything"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from storage.domain import Block, CleanedArticle, Moment, PageContext, Provenance, Rejection, RejectionReason, SeedKind
from workers.clean import body, edges, metadata, model, verdict, wordcount
from workers.clean.fallback import better_text
from workers.clean.features import describe
from workers.clean.habits import Habits, PageBlock, strip
from workers.clean.hints import hints_of
from workers.clean.markup import Markup, parse
from workers.clean.model import BodyModel
from workers.clean.outline import Outline
from workers.clean.overrides import chosen_leaves
from workers.clean.parts import part_urls
from workers.clean.places import LONG_CHARS, Doubles
from workers.clean.segment import segment
from workers.clean.signals import Signals
from workers.clean.whole import whole_url


@dataclass(frozen=True, slots=True)
class JudgedLeaf:
    """One leaf of the page and what was thought of it."""

    text: str
    chance: float  # that it is text of the article, 0-1
    is_kept: bool
    reason: str  # "model", "selector" or "habit"


@dataclass(frozen=True, slots=True)
class _Pick:
    kept: list[int]
    chances: Doubles
    reason: str
    page_blocks: tuple[PageBlock, ...]
    taken: frozenset[int]  # by habits


@dataclass(frozen=True)
class Examination:
    """A page read, with what led to the result."""

    result: CleanedArticle | Rejection
    pick: _Pick
    signals: Signals

    @property
    def page_blocks(self) -> tuple[PageBlock, ...]:
        """What habits.learn wants: text of the page before habits were taken out."""
        return self.pick.page_blocks

    @cached_property
    def leaves(self) -> tuple[JudgedLeaf, ...]:
        """Each leaf's judgement, put together when it is asked for: reading alone doesn't need it."""
        return _judged(self.signals.outline, self.pick)

    @cached_property
    def published(self) -> Moment | None:
        """When the page says that it was published, also where it is no article."""
        if isinstance(self.result, CleanedArticle):
            return self.result.published
        return metadata.read(self.signals).published


def read(body_bytes: bytes, context: PageContext, habits: Habits | None = None) -> CleanedArticle | Rejection:
    """What the page at `context.final_url` says, or why it is no article. Never raises on bad markup."""
    return examine(body_bytes, context, habits).result


def examine(
    body_bytes: bytes, context: PageContext, habits: Habits | None = None, body_model: BodyModel | None = None
) -> Examination:
    """As `read`, with each leaf's judgement and the blocks that habits learn from; by `body_model` in place of ours."""
    page = parse(body_bytes, context.final_url, context.content_type)
    outline = segment(page.tree.body)
    pick = _pick(page, outline, context, habits, body_model or model.shipped())
    blocks = body.blocks_of(outline, pick.kept)
    signals = Signals(page, outline, context, blocks)
    title = metadata.title_of(signals)
    if pick.reason == "model" and pick.kept:
        grown = edges.grow(outline, pick.kept, pick.taken)
        kept = edges.trim(outline.leaves, grown, title[0] if title else "")
        if kept != pick.kept:
            pick = replace(pick, kept=kept)
            blocks = body.blocks_of(outline, kept)
    blocks = better_text(page, outline, blocks, body_bytes) or blocks
    signals = signals.with_text(blocks)
    return Examination(_result(signals, pick.kept, title), pick, signals)


def _pick(page: Markup, outline: Outline, context: PageContext, habits: Habits | None, body_model: BodyModel) -> _Pick:
    """Which leaves are the text: as the portal's selector says, else as the model does, less the habits."""
    chosen = chosen_leaves(page, outline, context.selectors)
    if chosen is not None:
        chances = np.zeros(len(outline.leaves))
        chances[chosen] = 1.0
        kept, reason = chosen, "selector"
    else:
        chances = body_model.chances(outline, describe(outline, hints_of(page, context.entry)))
        kept, reason = body.select(chances), "model"
    blocks = tuple(_page_block(outline, at) for at in kept)
    stay = kept if habits is None else [kept[at] for at in strip(habits, blocks)]
    return _Pick(stay, chances, reason, blocks, frozenset(kept) - frozenset(stay))


def _is_in_feed(context: PageContext) -> bool:
    """Whether a feed names the page, or a sitemap with its headline: plain sitemaps name sections too."""
    if context.entry is None:
        return False
    is_news = context.entry_kind is SeedKind.SITEMAP and bool(context.entry.title)
    return is_news or context.entry_kind in {SeedKind.FEED, SeedKind.WORDPRESS}


def _page_block(outline: Outline, at: int) -> PageBlock:
    leaf = outline.leaves[at]
    return PageBlock(leaf.text, leaf.link_chars * 2 > len(leaf.text))


def _judged(outline: Outline, pick: _Pick) -> tuple[JudgedLeaf, ...]:
    kept = set(pick.kept)
    return tuple(
        JudgedLeaf(leaf.text, float(pick.chances[at]), at in kept, "habit" if at in pick.taken else pick.reason)
        for at, leaf in enumerate(outline.leaves)
    )


def _result(signals: Signals, kept: list[int], title: tuple[str, Provenance] | None) -> CleanedArticle | Rejection:
    page, outline, context = signals.markup, signals.outline, signals.context
    text = body.body_text(signals.blocks)
    rejection = verdict.judge(page, outline, kept, text, context.final_url, _is_in_feed(context))
    if rejection is not None:
        return rejection
    found = metadata.read(signals, title)
    headline = found.title or (context.entry.title if context.entry else None) or ""
    if not headline and wordcount.count(text) < LONG_CHARS:
        return Rejection(RejectionReason.NOT_ARTICLE, "no headline and little text")
    further = part_urls(page) or tuple(filter(None, [whole_url(page, outline, kept, text)]))
    return replace(_article(found, headline, tuple(signals.blocks)), part_urls=further, is_live=verdict.is_live(page))


def _article(found: metadata.Metadata, headline: str, blocks: tuple[Block, ...]) -> CleanedArticle:
    text = body.body_text(blocks)
    return CleanedArticle(
        title=headline,
        body=text,
        blocks=blocks,
        language=found.language,
        dek=found.dek,
        authors=found.authors,
        desks=found.desks,
        contributors=found.contributors,
        publisher=found.publisher,
        place=found.place,
        section=found.section,
        tags=found.tags,
        image=found.image,
        is_paywalled=found.is_paywalled,
        canonical_url=found.canonical_url,
        amp_url=found.amp_url,
        published=found.published,
        modified=found.modified,
        credits=found.credits,
        word_count=wordcount.count(text),
        provenance=found.provenance,
        reasons=found.reasons,
    )
