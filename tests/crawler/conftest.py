"""Fixtures: Scrapy's engine, started once"""

from collections.abc import Iterator

import pytest

from tests.crawler.loopback import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    found = Engine()
    yield found
    found.close()
