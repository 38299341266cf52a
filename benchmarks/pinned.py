"""How the shipped rules judge the pairs that operators have pinned

    python -m benchmarks.pinned DATABASE

DATABASE is a store's URL. Prints each pair on which operator and rules differ, then how many agree. A pin on a text
that has changed since is judged by its present text.
"""

import argparse
from collections.abc import Iterator

import sqlalchemy as sa

from storage.db import Database
from storage.models.story import Pin
from storage.repositories import candidates
from workers.dedup import classify
from workers.dedup.bench import JudgingBench, Shelf
from workers.dedup.commonness import Commonness
from workers.dedup.corpus import SqlCorpus
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Lexicon
from workers.dedup.limits import Limits

SHELF = 2000


def judged(database: Database) -> Iterator[tuple[int, int, str | None, str | None, float]]:
    """Yield of each pin: copy, source, the operator's kind, the rules' kind (None: no copy), their score."""
    with database.read() as session:
        learned = candidates.learned(session)
        pins = session.execute(sa.select(Pin.article_id, Pin.other_id, Pin.is_copy, Pin.kind).order_by(Pin.id)).all()
    shelf = Shelf(Lexicon(), Commonness(learned.get("commonness")), Habits(learned.get("habits")), SHELF)
    bench = JudgingBench(classify.shipped(), shelf, SqlCorpus(database).documents, Limits().attach)
    for copy, source, is_copy, kind in pins:
        verdict = bench.verdict(copy, source)
        told = str(verdict.kind) if verdict.kind else None
        yield copy, source, (kind or "copy") if is_copy else None, told, verdict.score


def main() -> None:
    """Judge and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("database")
    database = Database(asked.parse_args().database)
    pairs, agree, kinds = 0, 0, 0
    for copy, source, said, told, score in judged(database):
        pairs += 1
        agree += (said is None) == (told is None)
        kinds += said == told
        if said != told:
            print(f"article {copy} of {source}: pinned {said or 'apart'}, judged {told or 'no copy'} ({score:.2f})")
    database.close()
    print(f"{pairs} pairs: {agree} agree on copy or not, {kinds} on the kind too")


if __name__ == "__main__":
    main()
