"""What deduplication is given and hands back, as plain values

How it is kept in SQL: a `Fingerprint` is up to 32 rows of posting(term BIGINT, article_id, at, until),
replaced whole when an article's revision changes; a `Member` is a row per article; a story is known by
`Member.story`, the id of the revision that founded it. A `Redirect` says that readers of one story now
find its members in another. The index in memory is rebuilt from the postings at start, in batches.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from storage.domain import AgencyClaim, Document, Verdict


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The rarest terms of one article's current revision, rarest first, by which its copies are found."""

    article_id: int
    revision_id: int
    at: int  # seconds since 1970, UTC: published, or arrived where that is unknown
    until: int  # the last second at which a newer article may still be a copy of it
    terms: tuple[int, ...]  # signed 64-bit, at most 32, distinct
    weights: tuple[float, ...]  # how rare each term is, in the order of `terms`


@dataclass(frozen=True, slots=True)
class Member:
    """Where an article stands: its story, and what it was taken for."""

    article_id: int
    revision_id: int
    story: int  # the id of the revision that founded the story
    parent: int | None  # the article it was found to be a copy of; None for a founder
    verdict: Verdict | None  # None for a founder
    is_original: bool = False  # exactly one in each story
    is_pinned: bool = False  # an operator placed it: it isn't moved
    apart: frozenset[int] = frozenset()  # articles which an operator keeps it apart from
    agency: AgencyClaim | None = None


class Corpus(Protocol):
    """What placing asks of the store: each is called at most a few times a batch, with many ids."""

    def documents(self, article_ids: Collection[int]) -> Mapping[int, Document]:
        """Return the current revisions of these articles; unknown and withdrawn ones are left out."""

    def neighbours(self, article_ids: Collection[int]) -> Sequence[Member]:
        """Return everybody in the stories of these articles; those never placed are left out."""

    def taken(self, stories: Collection[int]) -> Set[int]:
        """Return those of these stories that have members."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another article about the same event in its own words."""

    article_id: int
    score: float  # 0-1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article stands now, and why."""

    member: Member
    candidate: int | None  # the article whose comparison decided it; None where nothing was near
    also: int | None = None  # a merged copy's second story
    also_parent: int | None = None  # ... the article there
    also_verdict: Verdict | None = None  # ... and what comparing with that showed
    related: tuple[Related, ...] = ()
    reason: str = ""  # one plain sentence


@dataclass(frozen=True, slots=True)
class Redirect:
    """Story `old` is no more; its members, or most of them, are in `new`."""

    old: int
    new: int
    reason: str  # "merged", "split" or "founder moved"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which member a story's others descend from, and why we think so."""

    story: int
    article_id: int
    reasons: tuple[str, ...]
    agency: AgencyClaim | None = None  # the story's; copies without a credit of their own inherit it


@dataclass(frozen=True, slots=True)
class Placed:
    """All that a batch changes: to be saved in one transaction.

    `placements` holds each article of the batch and each earlier one that moved; `fingerprints` each
    article of the batch; `origins` each story that gained, lost or changed members.
    """

    placements: tuple[Placement, ...]
    fingerprints: tuple[Fingerprint, ...]
    redirects: tuple[Redirect, ...]
    origins: tuple[Origin, ...]
    rule_version: str
    emptied: frozenset[int] = field(default_factory=frozenset)  # stories without members now
