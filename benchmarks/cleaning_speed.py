"""CPU time of cleaning beside trafilatura, and memory of cleaning alone: python -m benchmarks.cleaning_speed DATA...

Both read each page in turn, three times, and the least counts: on a machine busy with other work the rest is noise.
`--alone` reads every page once with nothing else loaded, as the cleaning child does: time without another's code and
data in the processor's memory, and the peak of a process that only cleans.
"""

import argparse
import gzip
import json
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from storage import processes
from storage.domain import PageContext
from workers.clean import extract

_TIMES = 3
_FETCHED_AT = datetime(2026, 11, 20, tzinfo=UTC)
_WARM_UP = b"<title>A page</title>" + b"<p>It loads what reading needs, so that no page pays for it.</p>" * 20
Page = tuple[Path, str]  # where it lies and its address


def main() -> None:
    """Print time and ratio, or peak and worst page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="read one page of so many")
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args()
    pages = [page for pack in given.data for page in _pages(pack)][:: given.every]
    if given.alone:
        _alone(pages)
    else:
        _compare(pages)


def _alone(pages: list[Page]) -> None:
    _ours(_WARM_UP, "https://portal.example/a")
    processes.spare_collection()
    times = [_milliseconds(_ours, gzip.decompress(path.read_bytes()), url) for path, url in pages]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    mean, median = statistics.fmean(times), statistics.median(times)
    print(f"{len(pages)} pages: mean {mean:.1f} ms, median {median:.1f}, worst {max(times):.0f} with what it loads")
    print(f"peak memory {peak:.0f} MB")


def _compare(pages: list[Page]) -> None:
    for extractor in (_ours, _theirs):
        extractor(_WARM_UP, "https://portal.example/a")
    pairs = [_least(gzip.decompress(path.read_bytes()), url) for path, url in pages]
    mine, theirs = zip(*pairs, strict=True)
    for name, times in (("dateline", mine), ("trafilatura", theirs)):
        mean, median = statistics.fmean(times), statistics.median(times)
        print(f"{name:12}mean {mean:6.1f} ms, median {median:6.1f}, worst {max(times):.0f}")
    means, medians = (each(theirs) / each(mine) for each in (statistics.fmean, statistics.median))
    print(f"{len(pairs)} pages: {means:.1f} times as fast by the mean, {medians:.1f} by the median")


def _pages(pack: Path) -> list[Page]:
    with (pack / "gold.jsonl").open(encoding="utf-8") as lines:
        return [(pack / line["html"], line["url"]) for line in map(json.loads, lines)]


def _least(html: bytes, url: str) -> tuple[float, float]:
    """Milliseconds of ours and trafilatura's fastest reading, taken in turn."""
    runs = [(_milliseconds(_ours, html, url), _milliseconds(_theirs, html, url)) for _ in range(_TIMES)]
    return min(mine for mine, _ in runs), min(theirs for _, theirs in runs)


def _milliseconds(extractor: Callable[[bytes, str], object], html: bytes, url: str) -> float:
    start = time.process_time()
    extractor(html, url)
    return (time.process_time() - start) * 1000


def _ours(html: bytes, url: str) -> object:
    return extract.read(html, PageContext(url, url, _FETCHED_AT))


def _theirs(html: bytes, url: str) -> object:
    from benchmarks import cleaning_rivals

    return cleaning_rivals.trafilatura(html, url)


if __name__ == "__main__":
    main()
