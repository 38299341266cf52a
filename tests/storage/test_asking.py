"""Questions are answered, changes are refused, on both stores"""

import pytest
import sqlalchemy as sa

from storage import asking
from storage.errors import Refused
from storage.models.page import Host


def test_rows_with_names(database):
    with database.session() as session:
        session.add(Host(name="a.example"))
    assert asking.ask(database, "SELECT name AS host FROM host WHERE name LIKE 'a%'") == (["host"], [("a.example",)])


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM host", "INSERT INTO host (name) VALUES ('x')", "SELECT nothing FROM nowhere", "DROP TABLE host"],
)
def test_what_is_refused(database, query):
    with database.session() as session:
        session.add(Host(name="a.example"))
    with pytest.raises(Refused):
        asking.ask(database, query)
    with database.session() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Host)) == 1
        session.add(Host(name="b.example"))
