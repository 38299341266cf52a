"""How fast and how surely candidates are found among 10 thousand, 100 thousand and 1 million articles.

    python -m benchmarks.candidates [--sizes 10000 100000 1000000] [--sqlite FILE]

Articles are synthetic: each draws 250 words from a long-tailed vocabulary, twenty share the names of one
event, and its fingerprint is its 32 rarest terms. A reworded copy keeps 45 % of its source's words, an edited one
80 %. Recall: the source stands among the ten candidates. With --sqlite the same postings are kept in a table
too, from which the index in memory is rebuilt, and which is asked directly for comparison.
"""

import argparse
import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from workers.dedup.candidates import NEAREST, NEWEST, Index
from workers.dedup.fingerprint import TERMS
from workers.dedup.values import Fingerprint

WORDS, EVENT_WORDS, EVENT_SIZE = 250, 8, 20
VOCABULARY = 3_000_000
QUERIES = 1000
BATCH = 64
NEWEST_OF_A_TERM = "SELECT article FROM posting WHERE term = ? ORDER BY at DESC LIMIT ?"
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
    at = number  # one article a second
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


def measure_memory(index: Index, asked: list[Fingerprint]) -> tuple[list[list[int]], float]:
    """Return the candidates of each fingerprint and the milliseconds of one query in a batch."""
    found: list[list[int]] = []
    started = time.process_time()
    for at in range(0, len(asked), BATCH):
        found += [[one.article_id for one in near] for near in index.find(asked[at : at + BATCH])]
    return found, (time.process_time() - started) / len(asked) * 1000


def fill(database: sqlite3.Connection, prints: Iterator[Fingerprint]) -> None:
    """Keep postings in a table, newest last within each term."""
    columns = "term INTEGER, at INTEGER, article INTEGER, PRIMARY KEY (term, at, article)"
    database.execute(f"CREATE TABLE posting ({columns}) WITHOUT ROWID")
    rows = sorted((term, one.at, one.article_id) for one in prints for term in one.terms)
    database.executemany("INSERT INTO posting VALUES (?, ?, ?)", rows)
    database.commit()


def measure_sqlite(database: sqlite3.Connection, asked: list[Fingerprint]) -> tuple[list[list[int]], float]:
    """Return the same from the table, one query an article."""
    found: list[list[int]] = []
    started = time.process_time()
    for one in asked:
        shared: dict[int, float] = {}
        for term, weight in zip(one.terms, one.weights, strict=True):
            rows = database.execute(
                f"SELECT article FROM posting WHERE term = ? ORDER BY at DESC LIMIT {NEWEST}", (term,)
            )
            for (article,) in rows:
                shared[article] = shared.get(article, 0.0) + weight
        found.append(sorted(shared, key=lambda article: (-shared[article], article))[:NEAREST])
    return found, (time.process_time() - started) / len(asked) * 1000


def measure(size: int, sqlite: Path | None) -> None:
    """Print one block of the table."""
    rng = np.random.default_rng(7)
    ranks = words_of(size, rng)
    index, started = Index(), time.process_time()
    for at in range(0, size, 20_000):
        index.add([fingerprint(number, ranks[number]) for number in range(at, min(at + 20_000, size))])
    built = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sources = rng.choice(size, QUERIES, replace=False)
    print(f"{size:9} articles: built in {built:.1f} s, {memory:.0f} MB of memory at most")
    database = sqlite3.connect(sqlite) if sqlite else None
    if database:
        fill(database, (fingerprint(number, ranks[number]) for number in range(size)))
    for name, kept in KEPT.items():
        asked = copies(ranks[sources], size, kept, rng)
        found, spent = measure_memory(index, asked)
        line = f"{'':9} {name:9} recall {recall(found, sources):.3f}, {spent:.2f} ms a query"
        if database:
            found, spent = measure_sqlite(database, asked[:200])
            line += f"; SQLite {recall(found, sources[:200]):.3f}, {spent:.2f} ms"
        print(line, flush=True)
    if database and sqlite:
        database.close()
        sqlite.unlink()


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--sqlite", type=Path)
    chosen = parser.parse_args()
    for size in chosen.sizes:
        measure(size, chosen.sqlite)


if __name__ == "__main__":
    main()
