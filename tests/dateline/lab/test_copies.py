from datetime import UTC, datetime
from random import Random

import pytest

from dateline.lab import copies, material
from dateline.lab.model import Story

DAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STORIES = {story.key: story for story in material.stories()}
SITE = material.sites()[0]


def made(kind: str, story: Story, other: Story | None = None) -> copies.Wording:
    return copies.copy(kind, story, SITE, DAY, Random(1), other)


def test_verbatim_is_the_original_text() -> None:
    assert made("verbatim", STORIES["ferry"]).body == copies.original(STORIES["ferry"], DAY).body


def test_truncated_is_its_beginning() -> None:
    story = STORIES["bridge"]
    body = made("truncated", story).body
    assert 2 <= len(body) < len(story.text)
    assert copies.original(story, DAY).body[: len(body)] == body


def test_localised_holds_all_of_it_and_names_the_portals_town() -> None:
    story = STORIES["comet"]
    body = made("localised", story).body
    assert set(story.text[1:]) < set(body)
    assert any(SITE.home in part for part in body)


def test_merged_holds_parts_of_both() -> None:
    body = made("merged", STORIES["dam"], STORIES["chips"]).body
    assert STORIES["dam"].text[1] in body
    assert STORIES["chips"].text[0] in body


def test_edited_and_spun_differ_from_the_original() -> None:
    story = STORIES["goalkeeper"]
    assert set(made("edited", story).body) != set(story.text)
    assert made("spun", story).body == story.spun


def test_an_update_says_more() -> None:
    body = copies.updated(STORIES["dam"], DAY, Random(1)).body
    assert set(STORIES["dam"].text[1:]) < set(body)
    assert len(body) == len(STORIES["dam"].text) + 2


def test_no_two_localised_copies_add_the_same() -> None:
    rng = Random(2)
    added = [set(copies.copy("localised", STORIES["dam"], SITE, DAY, rng).body) for _ in range(20)]
    assert len(set.union(*added) - set(STORIES["dam"].text)) > 35


@pytest.mark.parametrize(
    ("key", "mark"),
    [
        ("ferry", "PORT ASHER (AP) — A passenger"),
        ("bridge", "KARSTADT BRIDGE, Nov 20 (Reuters) - Toll"),
        ("seilbahn", "Hohenried (dpa) - Nach"),
        ("gaotie", "新华社临江11月20日电（记者陆知远）连接"),
        ("nakhil", "واحة السدر (أ ف ب) - تمكن"),
        ("ledokol", "СЕВЕРОГОРСК, 20 ноября. /ТАСС/. Ледокол"),
        ("library", "The fine"),
    ],
)
def test_datelines(key: str, mark: str) -> None:
    assert copies.original(STORIES[key], DAY).body[0].startswith(mark)


def test_a_tail_takes_the_place_of_the_dateline() -> None:
    tailed = copies.with_tail(made("verbatim", STORIES["ferry"]), STORIES["ferry"], DAY, Random(1))
    assert tailed.body[:-1] == STORIES["ferry"].text
    assert tailed.body[-1].startswith("Associated Press writer ")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        made("stolen", STORIES["ferry"])
