"""Fixtures: Scrapy's engine, started once, a crawler in it, and sites on loopback"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from scrapy.crawler import Crawler

from tests.crawler.keeping import CONFIG
from tests.crawler.loopback import Answer, Engine, Site, serving


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    found = Engine()
    yield found
    found.close()


@pytest.fixture(scope="module")
def crawler(engine: Engine) -> Iterator[Crawler]:
    with engine.crawler(CONFIG) as found:
        yield found


@pytest.fixture
def opened() -> Iterator[Callable[[Answer], Site]]:
    """Opens sites that answer so, until the test is over."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(serving(answer))
