"""What a run shows while it works"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from dateline.once import Left

LINE_SECONDS = 5.0


@contextmanager
def watching(*, is_quiet: bool) -> Iterator[Callable[[Left], None]]:
    """A status line on a terminal, a line every few seconds elsewhere."""
    started, last = time.monotonic(), 0.0
    is_terminal = sys.stderr.isatty()

    def report(left: Left) -> None:
        nonlocal last
        now = time.monotonic()
        if is_quiet or (not is_terminal and now - last < LINE_SECONDS):
            return
        last = now
        text = (
            f"{now - started:5.0f} s  {left.articles} articles; to do: {left.seeds} seeds, {left.visits} visits, "
            f"{left.to_clean} to clean, {left.to_place} to compare"
        )
        click.echo(f"\r\x1b[K{text}" if is_terminal else text, nl=not is_terminal, err=True)

    yield report
    if is_terminal and not is_quiet:
        click.echo("", err=True)
