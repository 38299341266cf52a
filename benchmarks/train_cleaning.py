"""Retrain the body model from a data pack: python -m benchmarks.train_cleaning DATA [--weak PACK] [--out FILE]"""

import argparse
from pathlib import Path

from benchmarks.cleaning_crowds import crowded
from benchmarks.cleaning_forest import train, write
from benchmarks.cleaning_inserts import varied
from benchmarks.cleaning_pack import Page, labelled, weakly_labelled
from workers.clean.model import PATH


def main() -> None:
    """Same packs and same library versions give the same file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold.jsonl and html/")
    parser.add_argument("--weak", type=Path, action="append", default=[], help="a pack without gold bodies")
    parser.add_argument("--out", type=Path, default=PATH)
    given = parser.parse_args()
    pages, added = training_pages(given.data, given.weak)
    write(train([*pages, *added]), given.out)
    print(f"{len(pages)} labelled and {len(added)} varied or weakly labelled pages -> {given.out}")


def training_pages(data: Path, weak: list[Path]) -> tuple[list[Page], list[Page]]:
    """Pages with gold bodies; beside them the same with inserts and in crowds, and those with weak labels."""
    known = list(labelled(data))
    gold = [page for page, _ in known]
    added = [*varied(known), *crowded(data, gold), *(page for pack in weak for page in weakly_labelled(pack))]
    return gold, added


if __name__ == "__main__":
    main()
