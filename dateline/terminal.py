"""How commands speak: tables for people, JSON lines for programs, errors that say what to do"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Any

import click

Row = Mapping[str, Any]
# Below so many seconds, in this unit, of so many seconds.
UNITS = ((120.0, "s", 1), (7200.0, "min", 60), (172800.0, "h", 3600), (float("inf"), "d", 86400))
OBEYED = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
json_option = click.option("--json", "is_json", is_flag=True, help="One JSON object a line, for programs.")


def plain(value: object) -> Any:
    """A value as JSON holds it: times as ISO 8601 in UTC, dataclasses as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return {k: plain(v) for k, v in asdict(value).items()}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    return value


def say_json(rows: Iterable[object]) -> None:
    """One JSON object a line."""
    for row in rows:
        # Valid JSON holds characters that terminals obey, and halves of pairs that none can print.
        text = json.dumps(plain(row), ensure_ascii=False)
        click.echo(OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def say_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "nothing") -> None:
    """A table as wide as the terminal; control characters in values are shown, not obeyed."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*[Text(cell(value)) for value in row])
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(table if table.row_count else f"{title + ': ' if title else ''}{empty}", markup=False)


def cell(value: object) -> str:
    """A value as a person reads it, on one line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(cell(v) for v in value)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value))


def ago(then: datetime | None, now: datetime) -> str:
    """How long before `now`, or after it, in one unit."""
    if then is None:
        return "-"
    seconds = (now - then).total_seconds()
    size = abs(seconds)
    unit, length = next((u, n) for limit, u, n in UNITS if size < limit)
    amount = f"{size / length:.0f} {unit}"
    return f"{amount} ago" if seconds >= 0 else f"in {amount}"
