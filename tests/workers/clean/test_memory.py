"""Habits go into the store when it is time to, and at once when a line became one"""

import pytest
import sqlalchemy as sa

from storage.domain import PageContext
from storage.models.article import Revision
from storage.models.page import Page
from storage.models.portal import Habit
from storage.portals import Portal
from storage.repositories.cleanings import Task
from tests import factories
from workers.clean.habits import MIN_ARTICLES, Habits, PageBlock, learn
from workers.clean.memory import ENOUGH, Memory

BOX = PageBlock("Subscribe to our morning letter, free of charge")


class Child:
    """What the memory asks of the keeper."""

    starts = 1

    def __init__(self):
        self.habits_of, self.asked = Habits(), 0

    def habits(self, _portal):
        self.asked += 1
        return self.habits_of.to_json()

    def known(self, _portal):
        return len(self.habits_of.known())

    def remember(self, _portal, text):
        self.habits_of = Habits.from_json(text)
        return self.starts

    def read(self, number, *more):
        own = [
            PageBlock(f"Article {number}, sentence {part}, says what no other article of this portal says.")
            for part in range(3)
        ]
        self.habits_of = learn(self.habits_of, [*own, *more])


def keep(database, memory, task):
    """What follows reading; then the next batch begins."""
    learnt = memory.learnt([task])
    with database.session() as session:
        versions = memory.keep(session, learnt)
    memory.kept(versions)
    memory.tell([task])
    return bool(learnt)


def a_task(database, now):
    with database.session() as session:
        portal_id = factories.portal(session, "a").id
    portal = Portal.model_validate({"id": "a", "home": "https://a.example/"})
    context = PageContext(url="https://a.example/1", final_url="https://a.example/1", fetched_at=now)
    return Task(1, 1, 1, portal_id, portal, context, now, (), False)


def test_two_cleaners_learn_as_much_as_one(database, now):
    """Each reads every other article of a portal, with a box under some."""
    task, children = a_task(database, now), (Child(), Child())
    memories = [Memory(database, child) for child in children]
    for number in range(3 * MIN_ARTICLES):
        child, memory = children[number % 2], memories[number % 2]
        memory.tell([task])
        child.read(number, *([BOX] if number % 3 == 0 else []))
        keep(database, memory, task)
    with database.read() as session:
        stored = Habits.from_json(session.get_one(Habit, task.portal_id).data["text"])
    assert stored.articles == 3 * MIN_ARTICLES
    assert len(stored.known()) == 1
    for child, memory in zip(children, memories, strict=True):
        memory.tell([task])
        assert child.habits_of == stored


def page_with(database, task, number, line, version):
    """An article whose text holds a line, read with the habits of that version."""
    with database.session() as session:
        article = factories.article(session, f"https://a.example/{number}", body=line)
        session.execute(sa.update(Revision).where(Revision.article_id == article.id).values(habit_version=version))
        assert article.portal_id == task.portal_id


def waiting(database):
    with database.read() as session:
        return sorted(session.scalars(sa.select(Page.url).where(Page.step == "clean")))


@pytest.mark.parametrize("is_known", [False, True], ids=["a new portal", "a known one"])
def test_what_was_read_while_another_cleaner_found_a_habit_is_read_again(database, now, is_known):
    """It is stored after the other looked for such articles, and this one's child has nothing to add."""
    task, children = a_task(database, now), (Child(), Child())
    ours, theirs = (Memory(database, child) for child in children)
    for number in range(ENOUGH if is_known else 1):
        children[0].read(number)
        keep(database, ours, task)
    version = ours.tell([task])[task.portal_id]
    for number in range(50, 50 + MIN_ARTICLES):
        theirs.tell([task])
        children[1].read(number, BOX)
        keep(database, theirs, task)
    page_with(database, task, 1, BOX.text, version)
    page_with(database, task, 2, "Nothing else", version)
    children[0].read(0)
    keep(database, ours, task)
    if is_known:  # its lessons aren't due, and it hears of the habit before the next batch
        keep(database, ours, task)
    assert waiting(database) == ["https://a.example/1"]


def test_a_new_child_adds_to_what_the_one_before_it_knew(database, now):
    task, child = a_task(database, now), Child()
    memory = Memory(database, child)
    for number in range(6):
        memory.tell([task])
        if number == 3:  # it died over a page of this batch
            child.habits_of, child.starts = Habits(), 2
        child.read(number, BOX)
        keep(database, memory, task)
    memory.tell([task])
    assert (child.habits_of.articles, len(child.habits_of.known())) == (6, 1)


def test_a_line_that_becomes_a_habit_is_kept_at_once(database, now):
    task, child = a_task(database, now), Child()
    memory = Memory(database, child)
    for number in range(ENOUGH):
        child.read(number)
        assert keep(database, memory, task), "all lessons of a new portal are kept"
    kept = []
    for number in range(ENOUGH, ENOUGH + MIN_ARTICLES):
        child.read(number, BOX)
        kept.append(keep(database, memory, task))
    assert kept == [False] * (MIN_ARTICLES - 1) + [True]
    with database.read() as session:
        stored = Habits.from_json(session.get_one(Habit, task.portal_id).data["text"])
    assert stored == child.habits_of
    assert len(stored.known()) == 1
    assert not keep(database, memory, task)
