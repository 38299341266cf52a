"""Portals are probed and added from a lab"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

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


def test_saved_pages_of_the_project_are_read(settings):
    found = lines(CliRunner().invoke(portals, ["test", "--json"], obj=settings).output)
    assert len(found) >= 20
    assert all({"name", "differences"} == set(one) for one in found)


def test_the_example_file_has_nothing_to_complain_about(settings):
    example = settings.model_copy(update={"portals": Path(__file__).parents[3] / "portals.toml"})
    assert "nothing to complain about" in invoke(portals, example, "check")
    found = lines(invoke(portals, example, "check", "--json"))
    assert len(found) >= 40
    assert not any(portal["enabled"] for portal in found)
    for portal in file.read(example.portals):
        assert portal.timezone
        assert portal.country
        assert portal.seeds


def test_a_page_that_differs_shows_only_what_is_missing_or_too_much(settings, tmp_path):
    case = tmp_path / "one"
    case.mkdir()
    lines_of_page = [f"The harbour board voted {n} times on Tuesday to keep the old lighthouse lit." for n in "1234"]
    text = "".join(f"<p>{line}</p>" for line in lines_of_page)
    (case / "page.html").write_text(f"<html><body><article><h1>Lit</h1>{text}</article></body></html>")
    expected = {"url": "https://quay.example/a", "title": "Lit", "body": [*lines_of_page[:3], "A last word."]}
    (case / "expected.json").write_text(json.dumps(expected))
    result = CliRunner().invoke(portals, ["test", str(tmp_path)], obj=settings)
    assert result.exit_code == 1
    assert "missing  A last word." in result.output
    assert f"too much {lines_of_page[3]}" in result.output
    assert lines_of_page[0] not in result.output
    assert "1 pages, 1 of them differ" in result.output
