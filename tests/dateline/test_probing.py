"""What a probe's lines come to: language, country, zone, the entry that is written"""

import base64
from pathlib import Path

import pytest

from dateline import probing
from dateline.errands import Portal
from storage import portal_entries, portals
from storage.errors import Refused

FRONT = {"url": "https://www.abend.at/", "final_url": "https://www.abend.at/", "language": "de", "title": "Abend"}
TEXT = "The harbour board voted on Tuesday to keep the old lighthouse lit for another twenty years, its chairman said. "
PAGE = f"""<!doctype html><html lang=en><head><title>Lighthouse stays lit</title>
<meta property="article:published_time" content="2026-11-20T09:00:00"></head>
<body><article><h1>Lighthouse stays lit</h1><p>{TEXT * 2}</p><p>{TEXT * 3}</p><p>{TEXT}</p></article></body></html>"""


def seed(kind, url, by, problem=None):
    newest = "2026-11-20T11:00:00+00:00"
    return {
        "kind": kind,
        "url": url,
        "found_by": by,
        "entries": 3,
        "newest_at": newest,
        "problem": problem,
        "language": "de",
    }


@pytest.fixture
def found():
    lines = {
        "home": [FRONT],
        "robots": [{"verdict": "allowed", "crawl_delay_seconds": 2.0, "sitemaps": ["https://www.abend.at/map.xml"]}],
        "seed": [
            seed("section", "https://www.abend.at/", "home"),
            seed("feed", "https://www.abend.at/feed", "page"),
            seed("feed", "https://www.abend.at/broken", "page", "no entries"),
            seed("sitemap", "https://www.abend.at/map.xml", "robots.txt"),
            seed("sitemap", "https://www.abend.at/map-1.xml", "index"),
            seed("section", "https://www.abend.at/politik", "section"),
        ],
        "page": [{"url": "https://www.abend.at/x", "problem": "status 404"}],
        "end": [{"left": ["https://www.abend.at/rss"], "problem": None}],
    }
    return probing._probe("https://www.abend.at/", lines, "AT", "Europe/Vienna")


def test_the_entry_names_what_is_worth_following(found, tmp_path: Path):
    entry = probing.entry(found, None)
    assert entry["id"] == "abend"
    assert [s["url"] for s in entry["seeds"]] == [
        "https://www.abend.at/",
        "https://www.abend.at/feed",
        "https://www.abend.at/map.xml",
    ]
    portal_entries.add(tmp_path / "portals.toml", entry)
    (portal,) = portals.read(tmp_path / "portals.toml")
    assert (portal.language, portal.country, portal.timezone) == ("de", "AT", "Europe/Vienna")
    assert [s.kind for s in portal.seeds] == ["section", "feed", "sitemap"]


def test_what_went_wrong_is_kept(found):
    assert found.samples[0].problem == "status 404"
    assert found.left == ("https://www.abend.at/rss",)
    assert found.crawl_delay_seconds == 2.0
    assert [s.problem for s in found.seeds if s.problem] == ["no entries"]


def test_a_site_that_does_not_answer_comes_to_an_empty_probe():
    lines = {"home": [], "robots": [], "seed": [], "page": [], "end": [{"left": [], "problem": "status 503"}]}
    found = probing._probe("https://a.example/", lines, None, None)
    assert found.usable() == []
    assert found.problem == "status 503"


@pytest.mark.parametrize(
    ("home", "key"),
    [
        ("https://www.example.org/", "example"),
        ("https://news.world.example.co.uk/", "news-world-example-co-uk"),
        ("http://127.0.0.12:8080/", "127-0-0-12"),
        ("https://www.Straße.de/", "xn-strae-oqa"),
    ],
)
def test_ids_are_made_from_hosts(home, key):
    assert probing.key_of(probing.address(home)) == key


@pytest.mark.parametrize(
    ("home", "country"),
    [
        ("https://a.at/", "AT"),
        ("https://a.co.uk/", "GB"),
        ("https://a.com/", None),
        ("https://a.tv/", None),
        ("http://127.0.0.1/", None),
    ],
)
def test_countries_are_told_by_domains_that_mean_one(home, country):
    assert probing.country_of(home) == country


def test_an_address_may_lack_its_scheme_but_not_its_sense():
    assert probing.address("example.org") == "https://example.org/"
    with pytest.raises(Refused, match="no address"):
        probing.address("http://")


def test_a_sample_is_cleaned_with_the_portals_zone():
    line = {
        "url": "https://a.at/x",
        "final_url": "https://a.at/x",
        "fetched_at": "2026-11-20T12:00:00+00:00",
        "content_type": "text/html",
        "body": base64.b64encode(PAGE.encode()).decode(),
    }
    sample = probing.sample(line, Portal(timezone="Europe/Vienna"))
    assert sample.title == "Lighthouse stays lit"
    assert sample.words > 50
    assert sample.published_at.hour == 8
    assert (sample.published_at_source, sample.published_at_zone) == ("meta", "portal")
