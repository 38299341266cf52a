"""The screen that `dateline why` prints"""

from collections.abc import Iterator
from datetime import datetime

import click

from dateline.terminal import Row, cell
from storage.repositories.life import Life


def show(life: Life) -> None:
    """Print a page's life, a section a question."""
    for title, lines in sections(life):
        click.echo(click.style(title, bold=True))
        for line in lines:
            click.echo(f"  {line}")


def sections(life: Life) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section that has something to say."""
    yield cell(life.page["url"]), list(_state(life))
    for title, lines in (
        ("seen by", [_sighting(s) for s in life.sightings]),
        ("robots", [_robots(life)]),
        ("fetches", [_fetch(f) for f in life.fetches]),
        ("operations", [_operation(o) for o in life.operations]),
        ("failures", [f"{at(f['failed_at'])}  {cell(f['job'])}  {cell(f['error'])}" for f in life.failures]),
        ("further pages", [f"{p['part_number']}. {cell(p['url'])}  {p['state']}" for p in life.parts]),
        ("revisions", [_revision(r) for r in life.revisions]),
        ("story", list(_story(life))),
        ("compared with", [_verdict(v, life) for v in life.verdicts]),
        ("changes told", [_change(c) for c in life.changes]),
    ):
        if lines:
            yield title, lines


def at(time: datetime | None) -> str:
    """A time of the screen."""
    return cell(time)


def _state(life: Life) -> Iterator[str]:
    page = life.page
    where = f"page {page['id']} of {cell(life.portal['key'])}"
    yield f"{where}: {page['state']}, next step {page['step']}, due {at(page['due_at'])}"
    if life.portal["paused_at"]:
        yield f"the portal is paused since {at(life.portal['paused_at'])}: {cell(life.portal['paused_reason'])}"
    if page["reason"] or page["detail"]:
        yield f"{cell(page['reason'])}: {cell(page['detail'])} (after {page['tries']} tries)"
    if page["state"] == "leased":
        yield f"leased to {cell(page['lease_owner'])} until {at(page['lease_until'])}, fence {page['fence']}"
    if life.alias_of:
        yield f"another address of {cell(life.alias_of)}"


def _sighting(row: Row) -> str:
    return f"{at(row['seen_at'])}  {row['kind']}  {cell(row['seed'])}" + (f"  as {cell(row['raw_url'])}")


def _robots(life: Life) -> str:
    host = life.host
    verdict = next((f["robots"] for f in reversed(life.fetches) if f["robots"]), "not asked yet")
    delay = f", crawl-delay {host['crawl_delay_seconds']:g} s" if host["crawl_delay_seconds"] is not None else ""
    read = f"read {at(host['robots_fetched_at'])}, status {cell(host['robots_status'])}"
    return f"{verdict}; robots.txt of {cell(host['name'])} {read}{delay}"


def _fetch(row: Row) -> str:
    parts = [
        at(row["fetched_at"]),
        cell(row["status"]),
        str(row["outcome"]),
        f"{row['size']} bytes",
        f"{row['seconds']:.2f} s",
    ]
    if row["reason"] or row["detail"]:
        parts.append(f"{cell(row['reason'])}: {cell(row['detail'])}")
    if row["hops"]:
        parts.append("by way of " + " ".join(cell(hop[-1]) for hop in row["hops"]))
    if row["directives"]:
        parts.append("says " + cell(row["directives"]))
    if row["operation_id"]:
        parts.append(f"for operation {row['operation_id']}")
    if row["cleaning"]:
        parts.append(
            f"-> cleaning: {row['cleaning']}" + (f" ({cell(row['cleaning_detail'])})" if row["cleaning_detail"] else "")
        )
    return "  ".join(parts)


def _operation(row: Row) -> str:
    asked = f"{row['operation_id']} {row['kind']} by {cell(row['asked_by'])} at {at(row['asked_at'])}"
    return f"{asked}: {row['outcome'] or 'pending'}  {cell(row['reason'])}"


def _revision(row: Row) -> str:
    time = f"published {at(row['published_at'])} ({row['published_at_source']})"
    parts = [
        f"{row['number']}. {at(row['stored_at'])}  {cell(row['title'])}  {row['word_count']} words",
        cell(row["language"]),
        time if row["published_at"] else "no time of publication",
        f"by {cell(row['authors']) or '-'}",
        f"agency {cell(row['agency'])}; rules {row['rule_version']}",
    ]
    return ", ".join(parts)


def _story(life: Life) -> Iterator[str]:
    if not life.article or not life.story:
        return
    article = life.article
    if article["withdrawn_at"]:
        yield f"withdrawn {at(article['withdrawn_at'])}: {cell(article['withdrawn_reason'])}"
    copy = f"a copy: {article['copy_kind']}, probability {cell(article['copy_score'])}"
    what = "the original" if article["is_original"] else copy
    agency = f"agency {cell(article['agency'])} from {cell(article['agency_source'])}"
    yield f"article {article['id']} is {what} in story {life.story['id']} ({len(life.members)} articles), {agency}"
    if life.story["original_reasons"]:
        yield f"original because: {cell(life.story['original_reasons'])}"
    for member in life.members:
        mark = "original" if member["is_original"] else f"{member['copy_kind']} {cell(member['copy_score'])}"
        yield f"{mark:<18} {cell(member['portal'])}  {cell(member['canonical_url'])}"


def _verdict(row: Row, life: Life) -> str:
    is_ours = life.article is not None and row["article_id"] == life.article["id"]
    other = row["other_url"] if is_ours else row["url"]
    evidence = ", ".join(f"{k} {cell(v)}" for k, v in sorted(row["evidence"].items()))
    kind = row["kind"] or ("related" if row["is_related"] else "no copy")
    return f"{cell(other)}: {kind}, {row['score']:.3f} by rules {row['rule_version']}  [{evidence}]"


def _change(row: Row) -> str:
    return f"{row['seq']}  {at(row['at'])}  {row['op']}" + (f"  story {row['story_id']}" if row["story_id"] else "")
