"""Portals are probed and added from a lab"""

import pytest

from dateline.cli.portals import portals
from storage import portals as file
from storage.config import Config
from storage.errors import Refused
from tests.dateline.cli.running import invoke, lines


@pytest.fixture
def settings(tmp_path):
    return Config(portals=tmp_path / "portals.toml", allow_addresses="127.0.0.0/8")


@pytest.mark.slow
def test_probe_shows_seeds_rules_and_samples(settings, lab_homes):
    (found,) = lines(invoke(portals, settings, "probe", lab_homes["talbote"], "--json"))
    assert (found["language"], found["robots"]) == ("de", "allowed")
    assert {s["kind"] for s in found["seeds"]} == {"feed", "sitemap", "section"}
    articles = [s for s in found["samples"] if not s["problem"]]
    assert len(articles) >= 4
    assert all(s["title"] and s["words"] for s in articles)
    assert not settings.portals.exists()


@pytest.mark.slow
def test_add_writes_what_probe_found(settings, lab_homes):
    home = lab_homes["talbote"]
    output = invoke(portals, settings, "add", home, "--id", "talbote", "--timezone", "Europe/Berlin")
    assert "portal talbote added" in output
    assert "samples" in output
    (portal,) = file.read(settings.portals)
    assert (portal.key, portal.home, portal.language, portal.timezone) == ("talbote", home, "de", "Europe/Berlin")
    assert {s.kind for s in portal.seeds} == {"feed", "sitemap", "section"}


def test_add_without_a_probe(settings):
    output = invoke(portals, settings, "add", "www.example.org", "--no-probe")
    assert "time zone isn't known" in output
    invoke(portals, settings, "add", "https://other.example/", "--no-probe", "--timezone", "Asia/Tokyo")
    assert [(p.key, p.home, p.timezone) for p in file.read(settings.portals)] == [
        ("example", "https://www.example.org/", None),
        ("other", "https://other.example/", "Asia/Tokyo"),
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["https://a.example/", "--timezone", "Europe/Wien"], "IANA name"),
        (["http://"], "no address of a site"),
        (["https://www.example.org/", "--id", "example"], "already"),
    ],
)
def test_a_wrong_entry_is_refused_and_nothing_is_lost(settings, words, complaint):
    invoke(portals, settings, "add", "www.example.org", "--no-probe")
    with pytest.raises(Refused, match=complaint):
        invoke(portals, settings, "add", *words, "--no-probe")
    assert len(file.read(settings.portals)) == 1
