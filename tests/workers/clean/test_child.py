import gc
from collections.abc import Iterator

import pytest

from workers.clean import child


@pytest.fixture
def _collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_collector")
def test_the_collector_leaves_alone_what_a_reader_has_loaded() -> None:
    before = gc.get_threshold()[0]
    made = child._load("workers.clean.reading:PortalReader")
    assert made.habits("nobody").startswith("{")
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] > before
