"""The portal table follows the file, and rows outlive entries"""

import pytest
import sqlalchemy as sa

from storage.errors import Refused
from storage.models.portal import Portal as Row
from storage.portals import Portal
from storage.repositories import portals


def entry(key, home, **more):
    return Portal.model_validate({"id": key, "home": home, **more})


def apply(database, now, *entries):
    with database.session() as session:
        return portals.apply(session, entries, now)


def ids(database):
    with database.read() as session:
        return {r.key: (r.id, r.removed_at is None) for r in session.scalars(sa.select(Row))}


def test_added_changed_renamed_moved_removed(database, now):
    a, b = entry("a", "https://a.example/"), entry("b", "https://b.example/")
    assert apply(database, now, a, b).added == ("a", "b")
    assert apply(database, now, a, b) == portals.Applied((), (), (), ())
    first = ids(database)
    applied = apply(database, now, entry("a2", "http://www.a.example"), entry("b", "https://new.example/"))
    assert applied == portals.Applied((), ("a2", "b"), (("a", "a2"),), ())
    assert ids(database)["a2"] == first["a"]
    assert apply(database, now, entry("b", "https://new.example/")).removed == ("a2",)
    assert ids(database) == {"a2": (first["a"][0], False), "b": first["b"]}
    assert apply(database, now, entry("a2", "http://www.a.example")).changed == ("a2",)
    assert ids(database)["a2"] == first["a"]


def test_a_row_remembers_its_entry(database, now):
    given = entry("a", "https://a.example/", since="3d", timezone="Europe/Rome", seeds=["https://a.example/rss"])
    apply(database, now, given)
    with database.read() as session:
        assert portals.value(portals.find(session, "a")) == given


def test_pause_and_resume(database, now):
    apply(database, now, entry("a", "https://a.example/"))
    with database.session() as session:
        portals.pause(session, "a", "too loud", now)
    with database.session() as session:
        row = portals.find(session, "a")
        assert (row.paused_at, row.paused_reason) == (now, "too loud")
        portals.resume(session, "a", now)
        assert row.paused_at is None
        with pytest.raises(Refused, match="there are: a"):
            portals.find(session, "nix")
