"""The words of the house: closed lists that the store takes, values that nobody changes"""

from dataclasses import fields, is_dataclass
from enum import StrEnum

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage import domain
from storage.domain import PageState, PageStep
from storage.models.page import Page
from tests import factories

OURS = [found for found in vars(domain).values() if getattr(found, "__module__", "") == domain.__name__]
LISTS = [found for found in OURS if issubclass(found, StrEnum)]
VALUES = [found for found in OURS if is_dataclass(found)]


@pytest.mark.parametrize("words", LISTS)
def test_a_word_is_written_as_it_is_named(words):
    assert {word.name.lower(): word for word in words} == {word.value: word for word in words}
    assert len(words.__members__) == len(set(words))  # none goes by two names


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_cannot_be_changed(kind):
    value = kind(**dict.fromkeys(field.name for field in fields(kind)))
    for field in fields(kind):
        with pytest.raises(AttributeError):
            setattr(value, field.name, 1)
    with pytest.raises((AttributeError, TypeError)):
        value.another = 1


@pytest.mark.parametrize("values", [*({"state": s} for s in PageState), *({"step": s} for s in PageStep)], ids=str)
def test_the_store_takes_every_state_and_step_of_a_page(sqlite, values):
    with sqlite.session() as session:
        words = {"detail": "why", "lease_until": factories.NOW if values.get("state") is PageState.LEASED else None}
        factories.page(session, "https://a.example/1", **words, **values)
    with sqlite.read() as session:
        page = session.scalars(sa.select(Page)).one()
        assert {name: getattr(page, name) for name in values} == values


@pytest.mark.parametrize("values", [{"state": "lost"}, {"step": "read"}])
def test_the_store_takes_no_other(sqlite, values):
    with sqlite.session() as session, pytest.raises(IntegrityError), session.begin_nested():
        factories.page(session, "https://a.example/1", **values)
