"""Text that every database takes"""

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage.text import storable, storable_json

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANY_JSON = st.recursive(ANY_TEXT | st.integers() | st.none(), lambda c: st.lists(c) | st.dictionaries(ANY_TEXT, c))


def test_a_database_takes_what_is_left(database):
    hostile = "a\x00b\ud800c\x1b[31m\ndé"
    with database.session() as session:
        taken = session.execute(sa.select(sa.literal(storable(hostile)))).scalar_one()
    assert taken == "abc[31m\ndé"


@given(ANY_TEXT)
def test_nothing_else_is_lost(text):
    kept = storable(text)
    kept.encode()
    assert storable(kept) == kept
    assert [c for c in text if c.isalnum()] == [c for c in kept if c.isalnum()]


@given(ANY_JSON)
def test_each_text_of_a_value(value):
    def texts(one):
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            for key, item in one.items():
                yield key
                yield from texts(item)
        elif isinstance(one, list):
            for item in one:
                yield from texts(item)

    assert all(storable(t) == t for t in texts(storable_json(value)))
