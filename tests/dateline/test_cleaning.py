"""Pages of files and addresses become rows, and whatever can't be had or is no article says so"""

import base64
from datetime import UTC, datetime

import pytest

from dateline import cleaning, errands
from dateline.errands import Portal
from storage.config import Config
from storage.errors import Refused

URL = "https://quay.example/2026/lighthouse"
SENTENCE = "The harbour board voted on Tuesday to keep the old lighthouse lit for another twenty years, its head said."
HEAD = "<title>Lighthouse stays lit</title><meta property='article:published_time' content='2026-11-20T09:00:00'>"
TEXT = f"<p>ASHER QUAY (AP) — {SENTENCE} {SENTENCE}</p><p>{SENTENCE} {SENTENCE} It was close.</p><p>{SENTENCE}</p>"


def page(head=""):
    article = f"<article><h1>Lighthouse stays lit</h1>{TEXT}</article>"
    return f"<html lang=en><head>{HEAD}{head}</head><body>{article}</body></html>"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page(), encoding="utf-8")
    return path


def rows(given, portal=None, url=None, settings=None):
    settings = settings or Config()
    cleaned = cleaning.clean(settings, [str(one) for one in given], portal or Portal(), url)
    return [cleaning.row(one, settings) for one in cleaned]


def test_a_file_stands_where_it_is_said_to(file):
    (row,) = rows([file], Portal("quay", "Europe/Vienna", "en", "AT"), URL)
    assert (row["url"], row["canonical_url"], row["portal"]) == (URL, URL, "quay")
    assert (row["title"], row["language"]) == ("Lighthouse stays lit", "en")
    assert row["body"].count("harbour board") == 5
    assert (row["agency"], row["agency_source"]) == ("AP", "dateline")
    assert row["published_at"] == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert row["fetched_at"].timestamp() == pytest.approx(file.stat().st_mtime)
    (alone,) = rows([file])
    assert alone["url"] == file.as_uri()


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("https://quay.example/lighthouse", "https://quay.example/lighthouse"), ("https://other.example/x", URL)],
)
def test_an_address_that_the_page_claims_counts_on_its_own_site(file, claim, expected):
    file.write_text(page(f"<link rel=canonical href='{claim}'>"), encoding="utf-8")
    (row,) = rows([file], url=URL)
    assert row["canonical_url"] == expected


def test_an_operators_agencies_are_known(file, tmp_path):
    file.write_text(page().replace("(AP)", "(QRS)"), encoding="utf-8")
    more = tmp_path / "agencies.toml"
    more.write_text('[Quorum]\nnames = ["Quorum"]\nmarks = ["QRS"]\n')
    (row,) = rows([file], url=URL, settings=Config(agencies=more))
    assert row["agency"] == "Quorum"


def test_a_file_that_cannot_be_read_is_a_problem_and_the_next_one_is_read(file, tmp_path):
    missing, folder, found = rows([tmp_path / "none.html", tmp_path, file])
    assert missing == {"url": str(tmp_path / "none.html"), "problem": "cannot be read: No such file or directory"}
    assert folder["problem"].startswith("cannot be read")
    assert found["title"] == "Lighthouse stays lit"


def test_a_file_that_holds_no_article_is_rejected(tmp_path):
    empty = tmp_path / "page.html"
    empty.write_text("<html><body></body></html>")
    (row,) = rows([empty], url=URL)
    assert (row["url"], row["rejected"], "title" in row) == (URL, "empty", False)


@pytest.fixture
def fetched(monkeypatch):
    """What the short crawl was asked for; it brings the page at all addresses but those that end in `away`."""
    asked = []

    def crawl(_settings, *words):
        asked.append(words)
        for url in words[1:]:
            if url.endswith("away"):
                yield {"is": "page", "url": url, "problem": "no answer"}
            else:
                told = {"final_url": url + "?x", "fetched_at": "2026-11-20T12:00:00+00:00", "content_type": "text/html"}
                yield {"is": "page", "url": url, **told, "body": base64.b64encode(page().encode()).decode()}

    monkeypatch.setattr(errands, "crawl", crawl)
    return asked


def test_addresses_are_fetched_all_at_once_behind_the_files(file, fetched):
    away, here = "https://quay.example/away", URL
    one, two, three = rows([away, file, here], Portal("quay", "Asia/Tokyo"))
    assert fetched == [("fetch", away, here)]
    assert one["url"] == file.as_uri()
    assert two == {"url": away, "problem": "no answer"}
    assert (three["url"], three["portal"]) == (URL, "quay")
    assert three["published_at"] == datetime(2026, 11, 20, 0, tzinfo=UTC)
    assert three["fetched_at"] == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_files_alone_start_no_crawl(file, fetched):
    rows([file])
    assert fetched == []


def test_what_the_portals_file_says(tmp_path):
    settings = Config(portals=tmp_path / "portals.toml")
    entry = 'id = "quay"\nhome = "https://quay.example/"\nlanguage = "de"\ncountry = "AT"\n'
    settings.portals.write_text(f'[[portal]]\n{entry}timezone = "Europe/Vienna"\nselectors = {{ body = "main" }}\n')
    assert cleaning.portal_of(settings, "quay") == Portal("quay", "Europe/Vienna", "de", "AT", {"body": "main"})
    with pytest.raises(Refused, match="no portal 'nobody'"):
        cleaning.portal_of(settings, "nobody")
