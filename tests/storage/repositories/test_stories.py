"""A batch of placements is written whole, and readers hear of what changed for them"""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import AgencyClaim, CopyKind, Verdict
from storage.models.article import Article, Revision
from storage.models.operation import Change
from storage.models.page import Page
from storage.models.story import StoredVerdict, Story
from storage.repositories import stories
from storage.repositories.stories import Judged, Origin, Redirect
from tests import factories
from tests.storage.repositories.placing import batch, member

AP = AgencyClaim("AP", "dateline", 0.9)
DPA = AgencyClaim("dpa", "byline", 0.8)
HOUR = timedelta(hours=1)


@pytest.fixture
def trio(database):
    """Three articles of three portals, none placed."""
    with database.session() as session:
        return [factories.article(session, f"https://{key}.example/1", f"Title {key}") for key in "abc"]


def write(database, written, now=factories.NOW):
    with database.session() as session:
        stories.write(session, written, now)


def rows(database, *columns):
    with database.read() as session:
        return [tuple(row) for row in session.execute(sa.select(*columns).order_by(columns[0]))]


def told(database, *ops):
    """(op, article, story, other story) of the changes since the articles came."""
    found = rows(database, Change.seq, Change.op, Change.article_id, Change.story_id, Change.other_story_id)
    return [row[1:] for row in found if row[1] in ops]


def agencies(database):
    return {
        article: (name, source)
        for article, name, source in rows(database, Article.id, Article.agency, Article.agency_source)
    }


def family(trio, **words):
    """The first is the original of the two others; its story is the AP's."""
    one, two, three = trio
    story = one.revision_id
    copy = {"copy_of_id": one.id, "kind": CopyKind.EDITED, "score": 0.9}
    standings = [member(one, story, agency=AP), member(two, story, **copy), member(three, story, agency=DPA, **copy)]
    return batch(standings, **{"origins": [Origin(story, one.id, ("earliest",), AP)], **words})


def test_all_of_a_placement_is_written(database, trio, now):
    one, two, _ = trio
    written = family(trio)
    copy = replace(written.standings[1], is_pinned=True, reason="pinned by ann: seen")
    write(database, replace(written, standings=[written.standings[0], copy]), now)
    with database.read() as session:
        row = session.get_one(Article, two.id)
        assert (row.story_id, row.is_original, row.copy_of_id) == (one.revision_id, False, one.id)
        assert (row.copy_kind, row.copy_score) == ("edited", pytest.approx(0.9))
        assert (row.is_pinned, row.placed_reason) == (True, "pinned by ann: seen")
        story = session.get_one(Story, one.revision_id)
        assert (story.original_article_id, story.original_reasons, story.agency) == (one.id, ["earliest"], "AP")
        assert session.get_one(Article, one.id).is_original


def test_a_revision_is_marked_with_the_agency_that_it_shows_and_with_none_if_it_shows_none(database, trio, now):
    columns = (Revision.id, Revision.placed_at, Revision.agency, Revision.agency_source, Revision.agency_confidence)
    write(database, batch([], revisions={1: AP, 2: None}), now)
    assert rows(database, *columns) == [
        (1, now, "AP", "dateline", 0.9),
        (2, now, None, None, None),
        (3, None, None, None, None),
    ]
    write(database, batch([], revisions={1: None}), now)
    assert rows(database, *columns)[0] == (1, now, None, None, None)


def test_copies_without_a_credit_have_the_storys_agency(database, trio):
    one, two, three = trio
    write(database, family(trio))
    assert agencies(database) == {one.id: ("AP", "dateline"), two.id: ("AP", "story"), three.id: ("dpa", "byline")}


def test_what_was_inherited_follows_the_story_also_for_members_that_the_batch_does_not_name(database, trio):
    one, two, three = trio
    write(database, family(trio))
    origin = Origin(one.revision_id, one.id, ("earliest",))
    write(database, batch([], origins=[replace(origin, agency=DPA)]))
    assert agencies(database) == {one.id: ("AP", "dateline"), two.id: ("dpa", "story"), three.id: ("dpa", "byline")}
    write(database, batch([], origins=[origin]))
    assert agencies(database) == {one.id: ("AP", "dateline"), two.id: (None, None), three.id: ("dpa", "byline")}
    assert [article for _, article, *_ in told(database, "placed")][3:] == [two.id, two.id]


def test_an_original_inherits_nothing(database, trio):
    one, *_ = trio
    story = one.revision_id
    write(database, batch([member(one, story)], origins=[Origin(story, one.id, ("only member",), AP)]))
    assert agencies(database)[one.id] == (None, None)


def test_readers_hear_of_what_changed_for_them_and_of_nothing_twice(database, trio):
    one, two, three = trio
    story = one.revision_id
    for _ in range(2):
        write(database, family(trio))
    assert told(database, "placed") == [("placed", article.id, story, None) for article in trio]
    one_, two_, three_ = family(trio).standings
    unseen = replace(two_, score=0.9001, reason="said otherwise")
    write(database, replace(family(trio), standings=[one_, unseen, replace(three_, kind=CopyKind.SPUN)]))
    assert told(database, "placed")[3:] == [("placed", three.id, story, None)]
    write(database, replace(family(trio), standings=[replace(two_, score=0.8)]))
    assert told(database, "placed")[4:] == [("placed", two.id, story, None)]


def test_a_story_keeps_its_beginning_when_it_changes(database, trio, now):
    one, two, _ = trio
    write(database, family(trio), now)
    write(database, family(trio, origins=[Origin(one.revision_id, two.id, ("credited",), DPA)]), now + HOUR)
    columns = (Story.id, Story.original_article_id, Story.original_reasons, Story.agency)
    assert rows(database, *columns, Story.created_at, Story.updated_at) == [
        (one.revision_id, two.id, ["credited"], "dpa", now, now + HOUR)
    ]


def alone(trio):
    """Each in a story of its own."""
    return batch([member(article, article.revision_id) for article in trio])


def merged(database):
    return dict(rows(database, Story.id, Story.merged_into_id))


def test_an_emptied_story_leads_on_and_so_do_those_that_led_to_it(database, trio, now):
    write(database, alone(trio), now)
    for old, new in ((1, 2), (2, 3)):
        write(database, batch([], redirects=[Redirect(old, new)], emptied=frozenset({old})), now + HOUR)
    assert merged(database) == {1: 3, 2: 3, 3: None}
    assert told(database, "story_merged", "story_split") == [
        ("story_merged", None, 1, 2),
        ("story_merged", None, 2, 3),
    ]
    assert [at for _, at in rows(database, Story.id, Story.updated_at)] == [now + HOUR, now + HOUR, now]


def test_a_story_that_goes_on_has_split_and_leads_nowhere(database, trio):
    write(database, alone(trio))
    write(database, batch([], redirects=[Redirect(1, 2)]))
    assert merged(database) == {1: None, 2: None, 3: None}
    assert told(database, "story_merged", "story_split") == [("story_split", None, 1, 2)]


def test_a_story_that_has_members_again_leads_nowhere_and_never_to_itself(database, trio):
    one, two, _ = trio
    write(database, alone(trio))
    write(database, batch([member(one, 2, copy_of_id=two.id)], redirects=[Redirect(1, 2)], emptied=frozenset({1})))
    assert merged(database)[1] == 2
    back = [member(one, 1), member(two, 1, copy_of_id=one.id)]
    write(database, batch(back, redirects=[Redirect(2, 1)], emptied=frozenset({2})))
    assert merged(database) == {1: None, 2: 1, 3: None}
    write(database, batch([], redirects=[Redirect(1, 2)], emptied=frozenset({1})))
    assert all(old != new for old, new in merged(database).items())


def verdict(score=0.9, kind=CopyKind.EDITED):
    return Verdict(kind, score, kind is None, {"words": 0.5}, ((0, 5, 10, 15),), "7")


def judged(article, other, revision=None, **words):
    return Judged(article.id, revision or article.revision_id, other.id, other.revision_id, verdict(**words))


def test_verdicts_on_a_revision_are_replaced_and_those_on_earlier_ones_stay(database, trio, now):
    one, two, three = trio
    write(database, batch([], verdicts=[judged(two, one), judged(two, three, score=0.4, kind=None)]), now)
    write(database, batch([], verdicts=[judged(three, one, score=0.6)]), now)
    again = batch([], verdicts=[judged(two, three, score=0.7)], revisions={two.revision_id: None})
    write(database, again, now + HOUR)
    write(database, batch([]), now + HOUR)
    kept = rows(
        database, StoredVerdict.article_id, StoredVerdict.other_id, StoredVerdict.score, StoredVerdict.decided_at
    )
    assert kept == [(two.id, three.id, 0.7, now + HOUR), (three.id, one.id, 0.6, now)]
    with database.read() as session:
        row = session.scalars(sa.select(StoredVerdict).where(StoredVerdict.article_id == three.id)).one()
        assert (row.kind, row.is_related, row.evidence, row.spans) == (
            "edited",
            False,
            {"words": 0.5},
            [[0, 5, 10, 15]],
        )
        assert (row.revision_id, row.other_revision_id, row.rule_version) == (3, 1, "7")


def test_what_is_judged_anew_keeps_the_verdicts_on_other_stories_and_its_second_source(database, trio, now):
    """Two is combined from one and three, placed once and then judged by a new original of its own story."""
    one, two, three = trio
    merged = {"kind": CopyKind.MERGED}
    stands = [member(one, 1), member(two, 1, copy_of_id=one.id, kind=CopyKind.MERGED), member(three, 3)]
    found = [judged(two, one, **merged), judged(two, three, **merged)]
    write(database, batch(stands, verdicts=found), now)
    write(database, batch(stands, verdicts=[judged(two, one, score=0.8, **merged)], revisions={}), now + HOUR)
    kept = rows(database, StoredVerdict.other_id, StoredVerdict.score)
    assert sorted(kept) == [(one.id, 0.8), (three.id, 0.9)]
    with database.read() as session:
        seen = session.execute(sa.text("SELECT article_id, copy_of_article_id, also_copy_of_article_id FROM copy_v1"))
        assert [tuple(row) for row in seen] == [(two.id, one.id, three.id)]
    write(database, batch(stands, verdicts=[judged(two, one)]), now + 2 * HOUR)
    assert rows(database, StoredVerdict.other_id) == [(one.id,)]


@pytest.mark.parametrize(("kind", "expected"), [(CopyKind.VERBATIM, ["https://a.example/old"]), (None, [])])
def test_the_old_address_of_what_is_found_twice_at_a_portal_is_visited(database, now, kind, expected):
    with database.session() as session:
        old = factories.article(session, "https://a.example/old", at=now - HOUR)
        new = factories.article(session, "https://a.example/new", at=now)
        session.execute(sa.update(Page).values(due_at=now + 24 * HOUR))
    write(database, batch([], verdicts=[judged(new, old, kind=kind)]), now)
    assert [url for url, due in rows(database, Page.url, Page.due_at) if due <= now] == expected


def test_current_revisions(database, trio):
    with database.read() as session:
        assert stories.current_revisions(session, [3, 1, 99]) == {1: 1, 3: 3}
        assert stories.current_revisions(session, []) == {}
