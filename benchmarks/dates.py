"""Right readings and time a string on tests/cases/dates/forms.tsv, beside dateutil and dateparser.

Run `python benchmarks/dates.py`.
"""

import csv
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dateparser
from dateutil import parser as dateutil_parser

from workers.clean import dates
from workers.clean.zones import Zone

FORMS = Path(__file__).parent.parent / "tests" / "cases" / "dates" / "forms.tsv"
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def ours(text: str, language: str) -> datetime | None:
    moment = dates.read(text, dates.Locale(NOW, Zone(BERLIN, "portal"), language))
    return moment.at if moment else None


def with_dateutil(text: str, _language: str) -> datetime | None:
    return in_utc(dateutil_parser.parse(text, dayfirst=True, default=NOW.replace(tzinfo=None, hour=0)))


def with_dateparser(text: str, language: str) -> datetime | None:
    return in_utc(dateparser.parse(text, languages=[language], settings={"RELATIVE_BASE": NOW.replace(tzinfo=None)}))


def in_utc(local: datetime | None) -> datetime | None:
    if local is None:
        return None
    is_day = (local.hour, local.minute) == (0, 0) and local.tzinfo is None
    return local.replace(tzinfo=UTC) if is_day else local.replace(tzinfo=local.tzinfo or BERLIN).astimezone(UTC)


def measure(reader: Callable[[str, str], datetime | None]) -> tuple[int, float]:
    """Right readings, seconds spent."""
    right, spent = 0, 0.0
    for form in csv.DictReader(FORMS.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE):
        expected = (
            None
            if form["expected"] == "none"
            else datetime.fromisoformat(form["expected"].split()[0]).replace(tzinfo=UTC)
        )
        started = time.process_time()
        try:
            at = reader(form["text"], form["language"])
        except (ValueError, OverflowError):
            at = None
        spent += time.process_time() - started
        right += at == expected or bool(at and expected and abs(at - expected) < timedelta(seconds=1))
    return right, spent


def main() -> None:
    warnings.simplefilter("ignore")  # dateutil warns of each zone name it does not know
    total = len(FORMS.read_text("utf-8").splitlines()) - 1
    print("| reader | right | µs |\n|---|---|---|")
    for name, reader in (("dateline", ours), ("dateutil", with_dateutil), ("dateparser", with_dateparser)):
        measure(reader)
        right, spent = measure(reader)
        print(f"| {name} | {right} of {total} | {spent / total * 1e6:.0f} |")


if __name__ == "__main__":
    main()
