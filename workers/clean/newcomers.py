"""Pages that are new to the store into rows, a whole batch in a few statements

Most pages are cleaned for the first time, and no article stands in their way: those need none of the questions that
`saving.py` asks of the store for each page.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from storage.db import Session
from storage.domain import CleanedArticle, Outcome, Rejection
from storage.models.page import Page
from storage.repositories import articles, cleanings
from storage.repositories.articles import Draft, Source
from storage.repositories.cleanings import End, Task
from workers.clean import saving


@dataclass(frozen=True)
class Cleaned:
    """A page's result, and what it was read from."""

    task: Task
    result: CleanedArticle | Rejection
    source: Source

    @cached_property
    def url(self) -> str:
        """The canonical URL that the article would have; the page's own where it is none."""
        if isinstance(self.result, CleanedArticle):
            return saving.canonical_url(self.task, self.result)
        return self.task.url


@dataclass(slots=True)
class _Rows:
    drafts: list[Draft] = field(default_factory=list)
    ends: list[tuple[Page, int, End]] = field(default_factory=list)


def save(session: Session, cleaned: Sequence[Cleaned], now: datetime) -> Mapping[int, Outcome]:
    """Write those of the results that are of new pages; how each ended, by its page's id. The others are left.

    Raises what the store says to any of them: nothing of the batch is to be kept then.
    """
    held = cleanings.hold_all(session, [one.task for one in cleaned])
    rows = _Rows()
    for one in _new(session, [one for one in cleaned if _is_plain(held.get(one.task.page_id), one.task)]):
        _place(rows, held[one.task.page_id], one)
    if rows.drafts:
        articles.add(session, rows.drafts, now)
    if rows.ends:
        cleanings.end(session, rows.ends, now)
    return {page.id: end.outcome for page, _, end in rows.ends}


def _place(rows: _Rows, page: Page, one: Cleaned) -> None:
    result = one.result
    if isinstance(result, CleanedArticle):
        result = saving.too_old(one.task, result) or result
    if isinstance(result, Rejection):
        end = End(Outcome.REJECTED, result.reason, result.detail)
    else:
        rows.drafts.append(Draft(page, one.url, result, one.source))
        end = End(Outcome.STORED)
    rows.ends.append((page, one.task.fetch_id, end))


def _is_plain(page: Page | None, task: Task) -> bool:
    """Whether the lease of the page holds, and what was read is all that there is to read."""
    return page is not None and not task.parts and not saving.is_told_more(page, task)


def _new(session: Session, cleaned: Sequence[Cleaned]) -> Iterator[Cleaned]:
    """Those at whose page or URL there is no article yet; of several with one URL none, for their texts decide."""
    named = [one.url for one in cleaned if isinstance(one.result, CleanedArticle)]
    pages, taken = articles.known(session, [one.task.page_id for one in cleaned], named)
    taken |= {url for url, times in Counter(named).items() if times > 1}
    for one in cleaned:
        if one.task.page_id not in pages and (isinstance(one.result, Rejection) or one.url not in taken):
            yield one
