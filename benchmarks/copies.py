"""Quality of finding copies on a labelled pack, against pinned floors.

    python -m benchmarks.copies DATA [--predictions FILE] [--cross-validate DATA]

Runs the shipped rules over the pack in DATA (or a folder of cases such as tests/cases/stories) as they run
online, in order of published_at, and prints the table. FILE gets a line an article: id, story, kind, agency.
With --cross-validate the models are trained anew as train_copies.py does on that DATA, each judging only
stories it was not trained on.
Exits with 1 where a figure is below its floor in copies_floors.json.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import copy_run, packs

FLOORS = Path(__file__).with_name("copies_floors.json")


def table(scores: dict[str, Any]) -> str:
    """Return the scores as lines."""
    rows = []
    for name, value in scores.items():
        if isinstance(value, dict):
            rows += [f"{name + ' ' + key:34} {part:.4f}" for key, part in value.items()]
        else:
            rows.append(f"{name:34} {value:.4f}")
    return "\n".join(rows)


def below(scores: dict[str, Any], floors: dict[str, float]) -> list[str]:
    """Return a complaint for each figure below its floor (for wrong merges: above)."""
    found = []
    for name, floor in floors.items():
        part, _, key = name.partition(" ")
        value = scores[part][key] if key else scores[part]
        if (value > floor) if part == "wrong" else (value < floor):
            found.append(f"{name} is {value:.4f}, its floor {floor:.4f}")
    return found


def main() -> None:
    """Run, print, compare with the floors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--cross-validate", type=Path, metavar="DATA")
    chosen = parser.parse_args()
    pack = packs.load(chosen.data) if (chosen.data / "gold.jsonl").exists() else packs.load_cases(chosen.data)
    if chosen.cross_validate:
        from benchmarks import train_copies  # needs what only training needs

        models = train_copies.folds(train_copies.load(chosen.cross_validate))
        result = copy_run.run(pack, models, lambda number: train_copies.fold_of(pack, number))
    else:
        result = copy_run.run(pack)
    scores = copy_run.score(result)
    print(table(scores))
    if chosen.predictions:
        copy_run.write(result, chosen.predictions)
    setting = f"{chosen.data.name}{' cross-validated' if chosen.cross_validate else ''}"
    complaints = below(scores, json.loads(FLOORS.read_text("utf-8")).get(setting, {}))
    sys.exit("\n".join(complaints) or 0)


if __name__ == "__main__":
    main()
