"""Cleaning beside other extractors on a data pack: python -m benchmarks.cleaning DATA [--predictions FILE]

Body by cross-validation over sites (the mark) and as shipped; title, authors and dates as shipped; CPU time as a ratio
in the same run, worst page and peak memory; and the errors of the body by class. DATA holds gold.jsonl and html/.
"""

import argparse
import contextlib
import json
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from benchmarks import cleaning_rivals, cleaning_score
from benchmarks.cleaning_cross import cross_validated
from benchmarks.cleaning_errors import classes
from benchmarks.cleaning_pack import context_of, gold_lines, html_of
from storage.domain import Moment, Rejection
from workers.clean import extract

Prediction = dict[str, Any]
_SHIPPED, _CROSS = "dateline, as shipped", "dateline, cross-validated"
# Read once by every extractor before any time is taken, so that no library or data file loads within it. In a language
# that nobody knows, for that makes the most load.
_WARM_UP = (
    "<title>Delgo mirta</title>" + "<p>Qarlu vesti brona delgo, mirta solun pegra tolvi nastu imbre kostu.</p>" * 90
)


def ours(html: bytes, url: str) -> Prediction:
    """What the shipped code and model make of a page, in the scorer's words; a rejected page has its time only."""
    seen = extract.examine(html, context_of({"url": url}))
    found = seen.result
    published = as_written(seen.published).isoformat() if seen.published else None
    if isinstance(found, Rejection):
        return {"rejection": f"{found.reason}: {found.detail}", "published_at": published}
    authors = [*found.authors, *found.desks]
    return {"title": found.title, "authors": authors, "published_at": published, "body": found.body}


def as_written(moment: Moment) -> datetime:
    """The time with the page's own offset: packs give the day that the page shows."""
    return moment.at.astimezone(timezone(timedelta(minutes=moment.offset_minutes or 0)))


def run(
    extractor: Callable[[bytes, str], Prediction], pack: Path, gold: list[Any]
) -> tuple[list[Prediction], list[float]]:
    """Predictions and CPU milliseconds a page."""
    predictions, times = [], []
    for line in gold:
        html = html_of(pack, line)
        start = time.process_time()
        try:
            found = extractor(html, line["url"])
        except Exception as error:  # noqa: BLE001 - a rival may raise anything, and then it found nothing
            found = {"failed": repr(error)[:200]}
        times.append((time.process_time() - start) * 1000)
        predictions.append({"id": line["id"], **found})
    return predictions, times


def warm_up(extractors: Iterable[Callable[[bytes, str], Prediction]]) -> None:
    """Let each load what it loads on first use."""
    for extractor in extractors:
        with contextlib.suppress(Exception):
            extractor(_WARM_UP.encode(), "https://portal.example/2026/11/20/warm-up")


def main() -> None:
    """Print the tables; write the predictions of what ships."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--weak", type=Path, action="append", default=[], help="packs that training used beside DATA")
    parser.add_argument("--rivals", default="trafilatura,newspaper4k,resiliparse", help="names, or nothing")
    parser.add_argument("--folds", type=int, default=8, help="0 leaves cross-validation out")
    parser.add_argument("--processes", type=int, default=2, help="that train at the same time")
    given = parser.parse_args()
    gold = gold_lines(given.data)
    rivals = {name: cleaning_rivals.EXTRACTORS[name] for name in filter(None, given.rivals.split(","))}
    warm_up([*rivals.values(), ours])
    mine, times = run(ours, given.data, gold)
    if given.predictions:
        given.predictions.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in mine), "utf-8")
    tables = {_SHIPPED: (mine, times)}
    tables |= {name: run(extractor, given.data, gold) for name, extractor in rivals.items()}
    if given.folds:
        tables[_CROSS] = _cross_validated(given, mine), times
    _print(gold, tables)
    judged = _CROSS if given.folds else _SHIPPED
    _print_errors(gold, tables[judged][0])


def _cross_validated(given: argparse.Namespace, mine: list[Prediction]) -> list[Prediction]:
    """As shipped, but with bodies and rejections by models that know nothing of the page's site."""
    bodies, rejections = cross_validated(given.data, given.weak, given.folds, given.processes)
    predictions = []
    for line in mine:
        name = line["id"]
        kept = {key: value for key, value in line.items() if key != "rejection"} | {"body": bodies.get(name, "")}
        predictions.append(kept | ({"rejection": rejections[name]} if name in rejections else {}))
    return predictions


def _print(gold: list[Any], tables: dict[str, tuple[list[Prediction], list[float]]]) -> None:
    base = statistics.fmean(tables["trafilatura"][1]) if "trafilatura" in tables else None
    for source in sorted({line["source"] for line in gold}):
        print(f"\n{source}")
        for name, (predictions, _) in tables.items():
            print(f"  {name:28}{cleaning_score.summary(gold, predictions, source)}")
    print("\nCPU ms a page: mean, worst; speed against trafilatura")
    for name, (_, times) in tables.items():
        ratio = f"{base / statistics.fmean(times):6.1f}x" if base else ""
        print(f"  {name:28}{statistics.fmean(times):8.1f}{max(times):9.0f} {ratio}")
    for name, (predictions, _) in tables.items():
        if failed := [line["failed"] for line in predictions if "failed" in line]:
            print(f"{name} raised on {len(failed)} pages, the first: {failed[0]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, all extractors loaded: {peak:.0f} MB")


def _print_errors(gold: list[Any], predictions: list[Prediction]) -> None:
    rejected = [line for line in predictions if "rejection" in line]
    print(f"\nrejected as no article: {len(rejected)}")
    for line in rejected:
        print(f"  {line['id'][:60]:62}{line['rejection'][:80]}")
    counts: Counter[str] = Counter()
    for line, found in zip(gold, predictions, strict=True):
        if line.get("body"):
            counts.update(classes(line, found.get("body") or ""))
    print("\nerror classes of the body, pages in which each occurs")
    for name, count in counts.most_common():
        print(f"  {count:4}  {name}")


if __name__ == "__main__":
    main()
