"""Commands about stories and their copies: show, explain, pin"""

import getpass
from typing import Any

import click

from dateline.terminal import cell, json_option, say_json, say_table
from storage.domain import CopyKind
from storage.errors import Refused


@click.group()
def story() -> None:
    """A story: an original and all its copies.

    \b
      dateline story show https://www.example.org/a/b
      dateline story explain https://www.example.org/a/b
      dateline story pin 412 388 --apart --reason "two reporters at one trial"
    """


@story.command()
@click.argument("which", metavar="STORY_ID|URL")
@json_option
@click.pass_obj
def show(settings: Any, which: str, *, is_json: bool) -> None:
    """A story's original and copies, why each stands there, and what operators said of them."""
    from dateline.cli.database import known_store
    from storage.repositories import shown_stories

    with known_store(settings).read() as session:
        found = shown_stories.story(session, shown_stories.story_id(session, which))
    if is_json:
        say_json([found])
        return
    merged = f", merged from {cell(found.merged_from)}" if found.merged_from else ""
    click.echo(f"story {found.story_id}: {len(found.members)} articles, agency {cell(found.agency)}{merged}")
    click.echo(f"original: article {cell(found.original_article_id)} ({cell(found.original_reasons)})\n")
    columns = ("article", "portal", "kind", "score", "of", "agency", "published", "title", "why", "url")
    say_table("", columns, (_member(m) for m in found.members))
    for pin in found.pins:
        word = f"a copy ({pin['kind']}) of" if pin["is_copy"] else "kept apart from"
        click.echo(f"article {pin['article_id']} is {word} {pin['other_id']}: {cell(pin['reason'])}, {pin['made_by']}")


def _member(m: Any) -> tuple[Any, ...]:
    kind = "original" if m.is_original else m.copy_kind
    score = None if m.copy_score is None else f"{m.copy_score:.2f}"
    why = (m.reason or "") + (" (pinned)" if m.is_pinned else "") + (" (withdrawn)" if m.withdrawn_at else "")
    of = " and ".join(str(source) for source in (m.copy_of_article_id, m.also_copy_of_article_id) if source is not None)
    return m.article_id, m.portal, kind, score, of, m.agency, m.published_at, m.title, why, m.url


@story.command()
@click.argument("which", metavar="ARTICLE_ID|URL")
@click.argument("other", metavar="[OTHER]", required=False)
@json_option
@click.pass_obj
def explain(settings: Any, which: str, other: str | None, *, is_json: bool) -> None:
    """Two texts aligned, the evidence, the thresholds and the rules' version on one screen.

    OTHER is an article's id or URL; left out, it is the article that this one copies, or else was nearest to.
    """
    from dateline.cli.database import known_store
    from storage.repositories import candidates, ledger, shown_stories
    from workers.dedup import classify
    from workers.dedup import explain as explaining
    from workers.dedup.commonness import Commonness
    from workers.dedup.limits import Limits

    with known_store(settings).read() as session:
        one = shown_stories.article_id(session, which)
        two = shown_stories.article_id(session, other) if other else shown_stories.compared_with(session, one)
        texts = ledger.documents(session, (one, two))
        kept = shown_stories.verdict(session, one, two)
        learned = candidates.learned(session).get("commonness")
    if one == two:
        raise Refused("these are one article: name two")
    counts = Commonness(learned) if learned else None
    found = explaining.explain(texts[one], texts[two], classify.shipped(), Limits(), counts)
    if is_json:
        say_json([{"explanation": found, "kept_verdict": kept}])
        return
    click.echo("\n".join(cell(line) for line in explaining.render(found).split("\n")))
    if kept is not None:
        verdict = kept["kind"] or ("related" if kept["is_related"] else "no copy")
        click.echo(
            f"\nkept: article {kept['article_id']} of {kept['other_id']}: {verdict}, {kept['score']:.3f}, "
            f"rules {kept['rule_version']}, {cell(kept['decided_at'])}"
        )


@story.command()
@click.argument("which", metavar="ARTICLE_ID|URL")
@click.argument("other", metavar="OTHER_ID|URL")
@click.option("--copy", "is_copy", is_flag=True, help="ARTICLE is a copy of OTHER: it joins OTHER's story.")
@click.option("--apart", "is_apart", is_flag=True, help="They are no copies of each other: never one story.")
@click.option(
    "--kind", type=click.Choice([k.value for k in CopyKind]), help="With --copy: which kind; edited by default."
)
@click.option("--reason", required=True, help="Kept with the word, for those who read it later.")
@json_option
@click.pass_obj
def pin(settings: Any, /, which: str, other: str, **words: Any) -> None:
    """Overrule the comparison of two articles. The newest word on a pair holds, whatever is compared later.

    \b
      dateline story pin 412 388 --copy --kind spun --reason "every sentence recast"
      dateline story pin 412 388 --apart --reason "two reporters at one trial"
    """
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import pins, shown_stories
    from storage.repositories.pins import Word

    if words["is_copy"] == words["is_apart"]:
        raise Refused("say which: --copy or --apart")
    if words["kind"] and not words["is_copy"]:
        raise Refused("--kind goes with --copy")
    kind = CopyKind(words["kind"] or CopyKind.EDITED) if words["is_copy"] else None
    with known_store(settings).session() as session:
        one, two = (shown_stories.article_id(session, word) for word in (which, other))
        pins.pin(session, Word(one, two, kind, words["reason"], _who()), db.now(session))
    if words["is_apart"]:
        _ring(settings)
    if words["is_json"]:
        say_json([{"article_id": one, "other_id": two, "kind": kind, "is_copy": words["is_copy"]}])
    elif kind:
        click.echo(f"article {one} is a copy ({kind}) of {two}")
    else:
        click.echo(f"article {one} and {two} are kept apart; both are placed anew within seconds")


def _ring(settings: Any) -> None:
    """Wake the deduplication, if the daemon runs; if not, its next start places them."""
    from storage import broker, queue

    queue.ring(broker.connect(settings), queue.DEDUP)


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
