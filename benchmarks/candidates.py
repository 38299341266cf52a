"""How fast and how surely candidates are found among 10 thousand, 100 thousand and 1 million articles.

    python -m benchmarks.candidates [--sizes 10000 100000 1000000] [--database URL ...]

Articles are synthetic: each draws 250 words from a long-tailed vocabulary, twenty share the names of one
event, and its fingerprint is its 32 rarest terms. A reworded copy keeps 45 % of its source's words, an edited one
80 %. Recall: the source stands among the ten candidates. With --database the fingerprints are kept in that empty store
as the deduplication writer keeps them, and the index that is asked is read from there as at its start.
"""

import argparse
import time
from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt
import psutil
import sqlalchemy as sa

from storage.db import Database
from storage.models.article import Fingerprint as Row
from storage.repositories import candidates
from workers.dedup import corpus
from workers.dedup.candidates import AT_ONCE, Index
from workers.dedup.fingerprint import TERMS
from workers.dedup.values import Fingerprint

WORDS, EVENT_WORDS, EVENT_SIZE = 250, 8, 20
VOCABULARY = 3_000_000
QUERIES = 1000
BATCH = 64
BEGIN = int(time.time())  # the window of each is open
KEPT = {"reworded": 0.45, "edited": 0.8}
Rows = npt.NDArray[np.int64]


def words_of(articles: int, rng: np.random.Generator) -> Rows:
    """Return articles x words: ranks in the vocabulary, lower is commoner."""
    ranks = np.minimum((rng.pareto(0.55, (articles, WORDS)) * 30).astype(np.int64), VOCABULARY - 1)
    names = rng.integers(50_000, VOCABULARY, (articles // EVENT_SIZE + 1, EVENT_WORDS))
    ranks[:, :EVENT_WORDS] = names[rng.permutation(articles) // EVENT_SIZE]
    return ranks


def fingerprint(number: int, ranks: Rows) -> Fingerprint:
    """Return an article's rarest terms; a word's weight is the logarithm of its rank."""
    rarest = np.unique(ranks)[::-1][:TERMS]
    weights = np.log(rarest + 2.0)
    at = BEGIN + number  # one article a second
    return Fingerprint(number, number, at, at + 90 * 86400, tuple(_spread(rarest).tolist()), tuple(weights.tolist()))


def _spread(ranks: Rows) -> Rows:
    with np.errstate(over="ignore"):
        spread: Rows = ranks * np.int64(-7046029254386353131)
        return spread


def copies(ranks: Rows, first: int, kept: float, rng: np.random.Generator) -> list[Fingerprint]:
    """Return fingerprints of copies that keep this share of the words of `ranks` (articles x words)."""
    fresh = np.minimum((rng.pareto(0.55, ranks.shape) * 30).astype(np.int64), VOCABULARY - 1)
    mixed = np.where(rng.random(ranks.shape) < kept, ranks, fresh)
    return [fingerprint(first + at, row) for at, row in enumerate(mixed)]


def recall(found: list[list[int]], sources: Rows) -> float:
    """Return how often the source is among the candidates."""
    return sum(int(source) in near for near, source in zip(found, sources, strict=True)) / len(sources)


def ask(index: Index, asked: list[Fingerprint]) -> tuple[list[list[int]], float]:
    """Return the candidates of each fingerprint and the milliseconds of one query in a batch."""
    found: list[list[int]] = []
    started = time.process_time()
    for at in range(0, len(asked), BATCH):
        found += [[one.article_id for one in near] for near in index.find(asked[at : at + BATCH])]
    return found, (time.process_time() - started) / len(asked) * 1000


def keep(database: Database, fingerprints: Iterator[Fingerprint]) -> None:
    """Write fingerprints into a table like the store's, whose articles needn't exist."""
    with database.engine.begin() as connection:
        connection.execute(sa.schema.CreateTable(Row.__table__, include_foreign_key_constraints=[]))  # type: ignore[arg-type]
    while some := list(islice(fingerprints, AT_ONCE)):
        with database.session() as session:
            candidates.save(session, corpus.pack(some))


def drop(database: Database) -> None:
    """Leave the store as empty as it was."""
    with database.engine.begin() as connection:
        connection.execute(sa.schema.DropTable(Row.__table__))  # type: ignore[arg-type]


def measure(size: int, url: str | None) -> None:
    """Print one block of the table."""
    rng = np.random.default_rng(7)
    ranks = words_of(size, rng)
    prints = (fingerprint(number, ranks[number]) for number in range(size))
    database, before = Database(url) if url else None, _megabytes()
    if database:
        keep(database, prints)
    started = time.perf_counter()
    index = Index()
    index.fill(corpus.load(database) if database else prints)
    spent, kind = time.perf_counter() - started, database.url.get_backend_name() if database else "memory alone"
    print(f"{size:9} articles, {kind}: ready after {spent:.1f} s, {_megabytes() - before:.0f} MB")
    sources = rng.choice(size, QUERIES, replace=False)
    for name, kept in KEPT.items():
        found, spent = ask(index, copies(ranks[sources], size, kept, rng))
        print(f"{'':9} {name:9} recall {recall(found, sources):.3f}, {spent:.2f} ms a query", flush=True)
    if database:
        drop(database)
        database.close()


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1_000_000


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--database", nargs="+", default=[None], help="empty stores, one after the other")
    chosen = parser.parse_args()
    for size in chosen.sizes:
        for url in chosen.database:
            measure(size, url)


if __name__ == "__main__":
    main()
