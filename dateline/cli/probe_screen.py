"""The screen that `dateline portals probe` prints"""

from typing import Any

import click

from dateline.probing import Probe, Sample
from dateline.terminal import cell, say_table


def show(found: Probe) -> None:
    """Print a probe: the site, its seeds, its samples, and what was left out."""
    click.echo(f"{cell(found.url)}  {cell(found.title)}")
    delay = f", crawl-delay {found.crawl_delay_seconds:g} s" if found.crawl_delay_seconds else ""
    click.echo(f"robots.txt: {found.robots}{delay}; {len(found.sitemaps)} sitemaps named")
    click.echo(f"language {cell(found.language)}, country {cell(found.country)}, time zone {cell(found.timezone)}\n")
    seeds = ((s.kind, s.found_by, s.entries, s.newest_at, s.problem or "", s.url) for s in found.seeds)
    say_table("seeds", ("kind", "found by", "entries", "newest", "problem", "url"), seeds, empty="none found")
    click.echo("")
    samples = (_sample(s) for s in found.samples)
    columns = ("title", "authors", "published", "read from", "words", "url")
    say_table("samples", columns, samples, empty="none read")
    if found.left:
        click.echo(f"\nnot looked at for want of time: {cell(found.left)}")
    if found.problem:
        click.echo(f"\n{cell(found.problem)}")


def _sample(one: Sample) -> tuple[Any, ...]:
    if one.problem:
        return f"- {one.problem}", "", None, "", None, one.url
    source = f"{one.published_at_source}, zone {one.published_at_zone}" if one.published_at else "no time found"
    return one.title, one.authors, one.published_at, source, one.words, one.url
