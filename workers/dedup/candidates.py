"""Earlier articles worth comparing: those that share rare terms, from an index in memory"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from workers.dedup.values import Fingerprint

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

NEWEST = 300  # postings of a term that a segment offers: the newest; commoner terms tell little
NEAREST = 10
AT_ONCE = 20_000  # fingerprints held as objects while an index is filled: 4 KB each
GROWTH = 6  # a segment is merged with its elder when that is less than so many times as large
SMALLEST_SHARE = 0.06  # candidates sharing less of the fingerprint's weight are not worth a comparison


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares rare terms with another."""

    article_id: int
    share: float  # of the asking fingerprint's weight, 0-1


@dataclass(frozen=True, slots=True)
class _Segment:
    """Postings of many articles: distinct terms, sorted, and for each its rows, oldest first."""

    terms: Ints
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint32]

    @property
    def size(self) -> int:
        return self.rows.size


class Index:
    """The postings of all articles within their windows, in memory.

    A cache of the table posting, owned by the one dedup writer. New articles form small segments, which
    are merged as they grow, so adding costs little and a query looks into a handful of segments.
    A re-placed article gets a new row; its old one is dead and drops out at the next merge.
    """

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._articles: Ints = np.zeros(1024, np.int64)
        self._at: Ints = np.zeros(1024, np.int64)
        self._until: Ints = np.zeros(1024, np.int64)
        self._alive: npt.NDArray[np.bool_] = np.zeros(1024, np.bool_)
        self._row_of: dict[int, int] = {}
        self._rows = 0

    def __len__(self) -> int:
        return len(self._row_of)

    def add(self, fingerprints: Sequence[Fingerprint]) -> None:
        """Add articles, replacing what was held of them; give many at once, it costs a few ms a call."""
        if not fingerprints:
            return
        self._segments.append(_segment(*self._postings(fingerprints), self._at))
        self._merge()

    def fill(self, fingerprints: Iterable[Fingerprint]) -> int:
        """Add all articles of a store and return how many there were: their postings are sorted once, at the end."""
        waiting, postings, count = iter(fingerprints), [], 0
        while some := list(islice(waiting, AT_ONCE)):
            postings.append(self._postings(some))
            count += len(some)
        if postings:
            terms, rows = map(np.concatenate, zip(*postings, strict=True))
            alive = self._alive[rows]
            self._segments.append(_segment(terms[alive], rows[alive], self._at))
            self._merge()
        return count

    def _postings(self, fingerprints: Sequence[Fingerprint]) -> tuple[Ints, npt.NDArray[np.uint32]]:
        """Return the terms of the articles, which get new rows, and for each its row."""
        terms = np.concatenate([np.array(f.terms, np.int64) for f in fingerprints])
        rows = np.array([self._new_row(f) for f in fingerprints], np.uint32)
        return terms, np.repeat(rows, [len(f.terms) for f in fingerprints])

    def forget(self, article_ids: Iterable[int]) -> None:
        """Drop articles: withdrawn, or past their window."""
        for article_id in article_ids:
            row = self._row_of.pop(article_id, None)
            if row is not None:
                self._alive[row] = False

    def expired(self, now: int) -> list[int]:
        """Return the articles whose window ended before `now` (seconds since 1970)."""
        rows = np.flatnonzero(self._alive[: self._rows] & (self._until[: self._rows] < now))
        return [int(article) for article in self._articles[rows]]

    def find(self, fingerprints: Sequence[Fingerprint], limit: int = NEAREST) -> list[list[Candidate]]:
        """Return for each fingerprint the articles that share most of its weight, best first.

        Either may be the older one: an article that appeared first may arrive last.
        """
        if not fingerprints or not self._segments:
            return [[] for _ in fingerprints]
        lengths = [len(f.terms) for f in fingerprints]
        terms = np.concatenate([np.array(f.terms, np.int64) for f in fingerprints])
        weights = np.concatenate([np.array(f.weights, np.float32) for f in fingerprints])
        asker = np.repeat(np.arange(len(fingerprints)), lengths)
        hits = [_hits(segment, terms) for segment in self._segments]
        which = np.concatenate([hit[0] for hit in hits])
        rows = np.concatenate([hit[1] for hit in hits])
        keys = asker[which] * self._rows + rows
        order = np.argsort(keys, kind="stable")
        keys, which = keys[order], which[order]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if keys.size else np.zeros(0, np.int64)
        shared = np.add.reduceat(weights[which], first) if keys.size else np.zeros(0, np.float32)
        return self._ranked(fingerprints, keys[first], shared, limit)

    def _ranked(
        self, fingerprints: Sequence[Fingerprint], keys: Ints, shared: Floats, limit: int
    ) -> list[list[Candidate]]:
        asker, rows = np.divmod(keys, max(self._rows, 1))
        own = np.array([f.article_id for f in fingerprints], np.int64)
        at = np.array([f.at for f in fingerprints], np.int64)
        until = np.array([f.until for f in fingerprints], np.int64)
        total = np.array([max(sum(f.weights), 1e-6) for f in fingerprints], np.float32)
        near = (self._at[rows] <= until[asker]) & (at[asker] <= self._until[rows])
        share = shared / total[asker]
        keep = near & self._alive[rows] & (self._articles[rows] != own[asker]) & (share >= SMALLEST_SHARE)
        asker, rows, share = asker[keep], rows[keep], share[keep]
        order = np.lexsort((self._articles[rows], -share, asker))
        rank = np.arange(order.size) - asker[order].searchsorted(asker[order])
        best = order[rank < limit]
        found: list[list[Candidate]] = [[] for _ in fingerprints]
        columns = asker[best].tolist(), self._articles[rows[best]].tolist(), share[best].tolist()
        for mine, article, part in zip(*columns, strict=True):
            found[mine].append(Candidate(article, part))
        return found

    def _new_row(self, fingerprint: Fingerprint) -> int:
        self.forget([fingerprint.article_id])
        row = self._rows
        if row == self._articles.size:
            for name in ("_articles", "_at", "_until", "_alive"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        self._articles[row], self._at[row] = fingerprint.article_id, fingerprint.at
        self._until[row], self._alive[row] = fingerprint.until, True
        self._row_of[fingerprint.article_id] = row
        self._rows += 1
        return row

    def _merge(self) -> None:
        while len(self._segments) > 1 and self._segments[-2].size < GROWTH * self._segments[-1].size:
            newer, older = self._segments.pop(), self._segments.pop()
            terms = np.concatenate([_expanded(older), _expanded(newer)])
            rows = np.concatenate([older.rows, newer.rows])
            alive = self._alive[rows]
            self._segments.append(_segment(terms[alive], rows[alive], self._at))


def _segment(terms: Ints, rows: npt.NDArray[np.uint32], at: Ints) -> _Segment:
    order = np.lexsort((at[rows], terms))
    terms, rows = terms[order], rows[order]
    starts = np.flatnonzero(np.diff(terms, prepend=terms[:1] - 1))
    ends = np.r_[starts, terms.size][1:]
    rank_from_newest = np.repeat(ends, ends - starts) - np.arange(terms.size)
    keep = rank_from_newest <= NEWEST
    kept = np.cumsum(np.r_[0, keep])
    return _Segment(terms[starts], kept[np.r_[starts, terms.size]], rows[keep])


def _expanded(segment: _Segment) -> Ints:
    return np.repeat(segment.terms, np.diff(segment.starts))


def _hits(segment: _Segment, terms: Ints) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for every posting of any of `terms` the position in `terms` and the row."""
    if not segment.terms.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(segment.terms, terms), segment.terms.size - 1)
    asked = np.flatnonzero(segment.terms[at] == terms)
    begin, end = segment.starts[at[asked]], segment.starts[at[asked] + 1]
    lengths = end - begin
    offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(asked, lengths), segment.rows[np.repeat(begin, lengths) + offsets].astype(np.int64)
