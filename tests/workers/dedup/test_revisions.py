"""Notes of a later version: said by the text of itself, not by the news in it"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.dedup import revisions

TEXT = "The ferry sank off Orle on Friday.\n\n" + "All passengers were rescued, the coast guard said. " * 30


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("UPDATE 2-Ferry sinks off Orle", TEXT),
        ("CORRECTED: Ferry sinks off Orle", TEXT),
        ("Ferry sinks", "(Corrected) " + TEXT),
        ("Ferry sinks", TEXT + "\n\nThis story has been updated."),
        ("Ferry sinks", TEXT + "\n\nAn earlier version of this article gave a wrong number of passengers."),
        ("Fähre gesunken", TEXT + "\n\nDie Meldung wurde um 14 Uhr aktualisiert."),
        ("Naufrage", TEXT + "\n\nUne version précédente de cet article donnait un autre chiffre."),
        ("Паром затонул", TEXT + "\n\nМатериал был дополнен."),
    ],
)
def test_a_note_is_found_at_either_end(title, body):
    assert revisions.is_noted(title, body)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Ferry sinks off Orle", TEXT),
        ("Ferry firm updates its fleet", TEXT + "\n\nThe fleet will be updated in May."),
        ("Ferry sinks", TEXT + "\n\nThis story has been updated.\n\n" + TEXT),  # in the middle: of something else
    ],
)
def test_news_of_updates_is_no_note(title, body):
    assert not revisions.is_noted(title, body)


@settings(deadline=None)
@given(st.data())
def test_every_note_holds_one_of_the_signs_that_are_looked_for_first(data):
    for signs, pattern in revisions._NOTES:
        note = data.draw(st.from_regex(re.compile(pattern), fullmatch=True))
        assert any(sign in note.lower() for sign in signs), note
        assert revisions.is_noted("", note)
