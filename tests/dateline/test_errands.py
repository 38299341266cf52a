"""Settings reach the child unchanged, and pages come back as they were"""

import base64

import pytest

from dateline import errands
from dateline.errands import Portal
from storage import config
from storage.config import Config
from storage.domain import SeedKind
from storage.errors import Permanent


def test_every_setting_survives_the_environment():
    settings = Config(allow_addresses="127.0.0.0/8,::1/128", user_agent="x/1", obey_robots=False, revisit_seconds="1,2")
    spelled = {config.PREFIX + k.upper(): v for k, v in errands._spelled(settings).items()}
    assert config.load(environment=spelled) == settings


def test_a_page_line_becomes_what_cleaning_is_told():
    line = {
        "url": "https://a.example/x",
        "final_url": "https://a.example/y",
        "fetched_at": "2026-11-20T12:00:00+00:00",
        "content_type": "text/html",
        "body": base64.b64encode(b"<p>").decode(),
        "entry": {"url": "https://a.example/x", "title": "T", "published_at": "2026-11-20T11:00:00+00:00"},
        "entry_kind": "feed",
    }
    told = errands.context(line, Portal(timezone="Europe/Vienna", country="AT"))
    assert (told.final_url, told.timezone, told.country) == ("https://a.example/y", "Europe/Vienna", "AT")
    assert told.entry.published_at.hour == 11
    assert told.entry_kind is SeedKind.FEED
    assert errands.body(line) == b"<p>"


@pytest.mark.slow
def test_a_child_that_breaks_is_told():
    with pytest.raises(Permanent, match="broke"):
        list(errands.crawl(Config(), "nonsense"))
