"""A cleaned page into rows: article, revision, alias, withdrawal

Called once a page inside a savepoint, with the page's lease proved and locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import urls
from storage.db import Session
from storage.domain import CleanedArticle, Outcome, Precision, Rejection, RejectionReason
from storage.models.article import Article, Revision
from storage.models.page import Page
from storage.repositories import articles, cleanings, pages, parts
from storage.repositories.articles import Draft, Source
from storage.repositories.cleanings import End, Task
from workers.clean import differences
from workers.clean.differences import Known

# The portal says that there is no such article any more.
TAKEN_DOWN = frozenset({RejectionReason.GONE, RejectionReason.SOFT_404})
# Nothing is known of the page's content: an article that was read before stands.
UNKNOWN = frozenset({RejectionReason.TIME_LIMIT, RejectionReason.MEMORY_LIMIT, RejectionReason.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Save:
    """One page's result on its way into the store."""

    session: Session
    task: Task
    source: Source
    now: datetime

    def result(self, result: CleanedArticle | Rejection) -> Outcome:
        """Write a result; the page is done with it. Raises StaleFence where the lease was lost."""
        page = cleanings.hold(self.session, self.task)
        own = articles.by_page(self.session, page.id)
        if isinstance(result, CleanedArticle) and own is None and (late := too_old(self.task, result)):
            result = late
        end = self._reject(own, result) if isinstance(result, Rejection) else self._store(page, own, result)
        cleanings.end(self.session, [(page, self.task.fetch_id, end)], self.now)
        if self.task.parts:
            parts.take_in_late(self.session, page, self.task.parts, self.now)
        if is_told_more(page, self.task):
            self.session.flush()
            pages.clean_again(self.session, [page.id], self.now)
        return end.outcome

    def _reject(self, own: Article | None, rejection: Rejection) -> End:
        if own is not None and self._takes_down(own, rejection.reason):
            articles.withdraw(self.session, own, str(rejection.reason), self.now)
        return End(Outcome.REJECTED, rejection.reason, rejection.detail)

    def _takes_down(self, own: Article, reason: RejectionReason) -> bool:
        """A page that says "gone" does; so do better rules that find no article in the bytes it was read from."""
        if reason in TAKEN_DOWN:
            return True
        is_same_bytes = articles.current(self.session, own).fetch_id == self.task.fetch_id
        return is_same_bytes and reason not in UNKNOWN

    def _store(self, page: Page, own: Article | None, cleaned: CleanedArticle) -> End:
        url = canonical_url(self.task, cleaned)
        holder = articles.by_canonical(self.session, url)
        if holder is not None and not self._is_ours(holder, own) and not self._is_same(holder, cleaned):
            url = page.url  # the claim is wrong, or somebody else's: two texts are two articles
            holder = self._make_way(url, own)
        if holder is None or self._is_ours(holder, own):
            return self._write(page, own, url, cleaned)
        if url == page.url or holder.withdrawn_at is not None:
            return self._write(page, self._take_over(page, own, holder, url), url, cleaned)
        if own is not None:
            articles.withdraw(self.session, own, str(RejectionReason.ALIAS), self.now)
        return End(Outcome.REJECTED, RejectionReason.ALIAS, f"of {url}", alias_of_id=holder.page_id)

    def _is_ours(self, holder: Article, own: Article | None) -> bool:
        return own is not None and holder.id == own.id

    def _is_same(self, holder: Article, cleaned: CleanedArticle) -> bool:
        known = articles.current(self.session, holder)
        return differences.is_same_text((known.title, known.body), (cleaned.title, cleaned.body))

    def _make_way(self, url: str, own: Article | None) -> Article | None:
        """An article of another text that claims this page's own URL goes back to the URL of its page."""
        holder = articles.by_canonical(self.session, url)
        if holder is None or self._is_ours(holder, own):
            return holder
        articles.move_home(self.session, holder, self.now)
        return None

    def _take_over(self, page: Page, own: Article | None, holder: Article, url: str) -> Article:
        """The article that was read at a variant of this page stands here from now on."""
        variant = self.session.get_one(Page, holder.page_id)
        variant.reason, variant.detail = RejectionReason.ALIAS, f"of {url}"
        variant.alias_of_id = page.id
        if own is None:
            articles.move(self.session, holder, page, url, self.now)
            return holder
        articles.withdraw(self.session, holder, str(RejectionReason.ALIAS), self.now)
        articles.move_home(self.session, holder, self.now)
        return own

    def _write(self, page: Page, own: Article | None, url: str, cleaned: CleanedArticle) -> End:
        self._absorb_parts(page)
        if own is None:
            articles.add(self.session, [Draft(page, url, cleaned, self.source)], self.now)
            return End(Outcome.STORED)
        if own.canonical_url != url:
            articles.move(self.session, own, page, url, self.now)
        was_away = own.withdrawn_at is not None
        articles.restore(self.session, own, self.now)
        revision = articles.current(self.session, own)
        is_same_bytes = revision.fetch_id == self.task.fetch_id
        digest = articles.digest(cleaned.title, cleaned.body)
        if differences.is_revision(known(revision), digest, cleaned, is_same_bytes=is_same_bytes):
            articles.revise(self.session, own, cleaned, self.source, self.now)
            return End(Outcome.STORED)
        return End(Outcome.STORED if was_away else Outcome.UNCHANGED)

    def _absorb_parts(self, page: Page) -> None:
        """A further page of this article that was taken for an article itself is none."""
        for part in self.task.parts:
            article = articles.by_page(self.session, part.page_id)
            if article is not None and article.page_id != page.id:
                articles.withdraw(self.session, article, str(RejectionReason.ALIAS), self.now)
                row = self.session.get_one(Page, part.page_id)
                row.detail, row.alias_of_id = f"a further page of {page.url}", page.id


def canonical_url(task: Task, cleaned: CleanedArticle) -> str:
    """The URL that an article is known by: the one that its page claims where that can be trusted, else the page's."""
    home = task.portal
    return urls.accept_canonical(task.url, cleaned.canonical_url, home.home, home.hosts)


def is_told_more(page: Page, task: Task) -> bool:
    """Whether a seed told more of a page since it was given out to be read: reading makes use of that."""
    return (pages.entry_from(page.entry), page.entry_kind) != (task.context.entry, task.context.entry_kind)


def too_old(task: Task, cleaned: CleanedArticle) -> Rejection | None:
    """A rejection if the article was published before the portal's `since`, counted from its discovery."""
    if cleaned.published is None:
        return None
    slack = timedelta(days=1) if cleaned.published.precision == Precision.DAY else timedelta(0)
    first = task.discovered_at - timedelta(days=task.portal.since_days)
    if cleaned.published.at + slack >= first:
        return None
    return Rejection(
        RejectionReason.TOO_OLD,
        f"published {cleaned.published.at:%Y-%m-%d}, before {first:%Y-%m-%d} ({task.portal.key})",
    )


def known(revision: Revision) -> Known:
    """What is compared of a stored revision."""
    return Known(
        digest=revision.digest,
        authors=tuple(revision.authors),
        desks=tuple(revision.desks),
        credits=tuple(revision.credits),
        language=revision.language,
        is_paywalled=revision.is_paywalled,
        published_at=revision.published_at,
        published_at_source=revision.published_at_source,
        published_at_precision=revision.published_at_precision,
    )
