"""Whether a newly cleaned text is a revision of the known one, and whether two texts are one"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.domain import CleanedArticle, Moment, Precision
from workers import text

SAME_TIME = timedelta(minutes=5)  # between two readings of one time: "3 hours ago" moves by itself
STATED = frozenset({"jsonld", "meta", "time", "url"})  # sources that name a time and not an age
SHINGLE = 3
MOST_WORDS = 600
SAME_TEXT = 0.5  # of the shorter text's shingles
SAME_TEXT_AND_TITLE = 0.2


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a revision beside its text."""

    digest: str
    authors: tuple[str, ...]
    desks: tuple[str, ...]
    credits: tuple[str, ...]
    language: str | None
    is_paywalled: bool
    published_at: datetime | None
    published_at_source: str | None
    published_at_precision: str | None


def is_revision(old: Known, digest: str, new: CleanedArticle, *, is_same_bytes: bool) -> bool:
    """Whether `new`, whose text has `digest`, is more than the known revision again.

    Another text always is. The same text is where who wrote it, when, or in which language reads differently.
    If the very same bytes read differently, the rules have changed, and every difference in these counts. On a
    new visit a time counts only if the page states it, because an age ("3 hours ago") moves by itself; section,
    tags, image and time of change don't count at all, because templates turn them with every visit.
    """
    if digest != old.digest:
        return True
    said = (new.authors, new.desks, new.credits, new.language, new.is_paywalled)
    if said != (old.authors, old.desks, old.credits, old.language, old.is_paywalled):
        return True
    return _is_other_time(old, new.published, is_same_bytes=is_same_bytes)


def _is_other_time(old: Known, new: Moment | None, *, is_same_bytes: bool) -> bool:
    if new is None:
        return is_same_bytes and old.published_at is not None
    if old.published_at is None:
        return True
    if is_same_bytes:
        return new.at != old.published_at or new.precision != old.published_at_precision
    is_vaguer = new.precision == Precision.DAY and old.published_at_precision != Precision.DAY
    return new.source in STATED and not is_vaguer and abs(new.at - old.published_at) > SAME_TIME


def is_same_text(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two texts, as (title, body), are one article at two addresses.

    A short version of a long text counts, so the shorter one decides.
    """
    first, second = _shingles(one[1]), _shingles(other[1])
    if not first or not second:
        return text.normal(one[0]).strip() == text.normal(other[0]).strip()
    share = len(first & second) / min(len(first), len(second))
    has_same_title = text.normal(one[0]).strip() == text.normal(other[0]).strip()
    return share >= (SAME_TEXT_AND_TITLE if has_same_title else SAME_TEXT)


def _shingles(body: str) -> set[tuple[str, ...]]:
    words = text.words(text.normal(body[: 12 * MOST_WORDS]))[:MOST_WORDS]
    return {tuple(words[i : i + SHINGLE]) for i in range(max(len(words) - SHINGLE + 1, min(len(words), 1)))}
