"""How each portal is doing, those with nothing yet included"""

import pytest

from storage.repositories import portal_health
from tests import factories
from tests.factories import NOW


def test_figures_of_each_portal(database):
    with database.session() as session:
        factories.portal(session, "new")
        factories.article(session, "https://a.example/1")
        factories.page(session, "https://a.example/2", state="scheduled", due_at=NOW)
        factories.page(session, "https://a.example/3", state="quarantined", detail="five errors")
        old, new = portal_health.summary(session)
    assert (old.key, old.pages, old.waiting, old.quarantined, old.articles) == ("a", 3, 1, 1, 1)
    assert old.last_stored_at == NOW
    assert (new.key, new.pages, new.articles, new.last_stored_at) == ("new", 0, 0, None)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "enabled"),
        ({"is_enabled": False}, "disabled"),
        ({"paused_at": NOW, "is_enabled": False}, "paused"),
        ({"removed_at": NOW, "paused_at": NOW}, "removed"),
    ],
)
def test_the_gravest_state_is_named(database, values, state):
    with database.session() as session:
        row = factories.portal(session, "a")
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()
        assert [one.state for one in portal_health.summary(session)] == [state]
