"""A page is shown with what was kept of it and why"""

import json
import sqlite3

import pytest
from click.testing import CliRunner

from dateline.cli.cleaning import clean
from storage.config import Config
from storage.errors import Refused
from tests.dateline.cli.running import invoke, lines

SENTENCE = "The harbour board voted on Tuesday to keep the old lighthouse lit for another twenty years, its head said."
PAGE = f"""<!doctype html><html lang="en"><head><title>Lighthouse stays lit | The Quay</title>
<meta property="article:published_time" content="2026-11-20T09:00:00"></head><body>
<nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Sport</a></li></ul></nav>
<article><h1>Lighthouse stays lit</h1><p class="byline">By Mara Quill</p>
<p>ASHER QUAY (AP) — {SENTENCE} {SENTENCE}</p><p>{SENTENCE} {SENTENCE} It was close.</p><p>{SENTENCE} Nobody spoke.</p>
</article><footer><p>Subscribe to our newsletter</p></footer></body></html>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return path


def test_the_screen_shows_fields_with_their_sources_and_every_block(page):
    output = invoke(clean, Config(), page, "--timezone", "Europe/Vienna")
    assert "Lighthouse stays lit" in output
    assert "Mara Quill" in output
    assert "2026-11-20 08:00:00Z" in output
    assert "zone portal" in output
    kept = [line for line in output.splitlines() if line.startswith("  + ")]
    dropped = [line for line in output.splitlines() if line.startswith("  - ")]
    assert sum("harbour board" in line for line in kept) == 3
    assert any("newsletter" in line for line in dropped)
    brief = invoke(clean, Config(), page, "--kept")
    assert not [line for line in brief.splitlines() if line.startswith("  - ")]


def test_json_has_the_names_of_the_view(page, sqlite):
    (row,) = lines(invoke(clean, Config(), page, "--json", "--url", "https://quay.example/2026/lighthouse"))
    assert row["url"] == row["canonical_url"] == "https://quay.example/2026/lighthouse"
    assert (row["agency"], row["agency_source"]) == ("AP", "dateline")
    assert row["authors"] == ["Mara Quill"]
    assert row["body"].count("harbour board") == 5
    with sqlite3.connect(sqlite.engine.url.database) as store:
        columns = {column[0] for column in store.execute("SELECT * FROM article_v1").description}
    store.close()
    assert set(row) <= columns


def test_what_is_no_article_says_why_and_ends_with_1(tmp_path, page):
    other = tmp_path / "empty.html"
    other.write_text("<html><body></body></html>")
    words = [str(other), str(tmp_path / "missing.html"), str(page), "--json"]
    result = CliRunner().invoke(clean, words, obj=Config())
    assert result.exit_code == 1
    empty, missing, good = map(json.loads, result.output.splitlines())
    assert empty["rejected"]
    assert "cannot be read" in missing["problem"]
    assert good["title"] == "Lighthouse stays lit"


def test_a_portals_own_settings_are_taken(page, tmp_path):
    settings = Config(portals=tmp_path / "portals.toml")
    settings.portals.write_text('[[portal]]\nid = "quay"\nhome = "https://quay.example/"\ntimezone = "Asia/Tokyo"\n')
    (row,) = lines(invoke(clean, settings, page, "--portal", "quay", "--json"))
    assert row["published_at"] == "2026-11-20T00:00:00Z"
    assert row["portal"] == "quay"
    with pytest.raises(Refused, match="no portal 'nobody'"):
        invoke(clean, settings, page, "--portal", "nobody")


@pytest.mark.slow
def test_addresses_are_fetched(lab_homes):
    home = lab_homes["talbote"]
    result = CliRunner().invoke(clean, [home, "--json"], obj=Config(allow_addresses="127.0.0.0/8"))
    (row,) = lines(result.output)
    assert (row["url"], result.exit_code) == (home, 1)
    assert row["rejected"]
