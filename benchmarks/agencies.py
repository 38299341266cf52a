"""How often the agency is named rightly: python -m benchmarks.agencies DATA [--misses N]

DATA is a pack folder with articles.jsonl.gz (id, portal, title, body) and gold.jsonl (id, agency, agency_true).
"""

import argparse
import gzip
import json
import time
from collections import Counter
from pathlib import Path

from workers import agencies as shelf
from workers.dedup.wire import Signs, attribute, read_signs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="show so many wrong answers with their evidence")
    given = parser.parse_args()
    known = shelf.load()
    with gzip.open(given.data / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {row["id"]: row for row in map(json.loads, lines)}
    gold = [json.loads(line) for line in (given.data / "gold.jsonl").read_text("utf-8").splitlines()]
    signs = [
        Signs(articles[g["id"]]["title"], articles[g["id"]]["body"], portal=articles[g["id"]]["portal"]) for g in gold
    ]
    started = time.perf_counter()
    answers = [attribute(one, known) for one in signs]
    spent = time.perf_counter() - started
    _report(gold, [a.agency if a else None for a in answers])
    print(f"{spent / len(gold) * 1000:.3f} ms an article")
    wrong = [(g, s) for g, s, a in zip(gold, signs, answers, strict=True) if (a.agency if a else None) != g["agency"]]
    for g, one in wrong[: given.misses]:
        print(
            g["id"],
            "shown",
            g["agency"],
            "true",
            g["agency_true"],
            [(r.agency, r.source, round(r.confidence, 2), r.quote[:60]) for r in read_signs(one, known)],
        )


def _report(gold: list[dict[str, str]], answers: list[str | None]) -> None:
    counts: Counter[str] = Counter()
    for g, answer in zip(gold, answers, strict=True):
        counts["shown"] += bool(g["agency"])
        counts["shown right"] += bool(g["agency"]) and answer == g["agency"]
        counts["answers"] += bool(answer)
        counts["answers true"] += bool(answer) and answer == g["agency_true"]
        counts["right of all, shown"] += answer == g["agency"]
        counts["right of all, true"] += answer == g["agency_true"]
    total = len(gold)
    print(f"articles {total}")
    print(f"shown named rightly   {counts['shown right'] / max(1, counts['shown']):.4f} of {counts['shown']}")
    print(f"answers that are true {counts['answers true'] / max(1, counts['answers']):.4f} of {counts['answers']}")
    print(f"accuracy, as shown    {counts['right of all, shown'] / total:.4f}")
    print(f"accuracy, as true     {counts['right of all, true'] / total:.4f} (without inheritance)")


if __name__ == "__main__":
    main()
