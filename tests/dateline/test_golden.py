"""Saved pages are compared field by field"""

import json

import pytest

from dateline import golden
from dateline.errands import Portal
from storage.config import Config
from storage.errors import Permanent, Refused

SENTENCE = "The harbour board voted on Tuesday to keep the old lighthouse lit for another twenty years, its head said."
PAGE = f"""<!doctype html><html lang="en"><head><title>Lighthouse stays lit</title>
<meta property="article:published_time" content="2026-11-20T09:00:00"></head><body><article>
<h1>Lighthouse stays lit</h1><p>{SENTENCE}</p><p>{SENTENCE} It was close.</p><p>{SENTENCE} Nobody spoke.</p>
</article></body></html>"""
EXPECTED = {
    "url": "https://quay.example/a",
    "timezone": "Europe/Vienna",
    "title": "Lighthouse stays lit",
    "published_at": "2026-11-20T08:00:00+00:00",
    "body": [SENTENCE, f"{SENTENCE} It was close.", f"{SENTENCE} Nobody spoke."],
}


def save(folder, name, page=PAGE, **changed):
    case = folder / name
    case.mkdir()
    (case / "page.html").write_text(page)
    (case / "expected.json").write_text(json.dumps({**EXPECTED, **changed}))


def test_a_page_that_comes_out_as_saved_has_no_differences(tmp_path):
    save(tmp_path, "one")
    assert list(golden.test(tmp_path)) == [golden.Tested("one", ())]


def test_each_field_that_differs_is_named(tmp_path):
    save(tmp_path, "one", title="Lighthouse goes dark", is_live=True)
    save(tmp_path, "two", page="<html></html>")
    one, two = golden.test(tmp_path)
    assert one.differences == (
        golden.Difference("title", "Lighthouse goes dark", "Lighthouse stays lit"),
        golden.Difference("is_live", True, False),
    )
    assert {d.field for d in two.differences} == {"title", "published_at", "body"}
    assert all(d.found == "empty" for d in two.differences)


def test_a_rejection_may_be_what_is_right(tmp_path):
    case = tmp_path / "none"
    case.mkdir()
    (case / "page.html").write_text("<html></html>")
    (case / "expected.json").write_text(json.dumps({"url": "https://quay.example/a", "rejection": "empty"}))
    assert [t.differences for t in golden.test(tmp_path)] == [()]


def test_folders_that_hold_nothing_usable_are_refused(tmp_path):
    with pytest.raises(Refused, match="no saved page"):
        list(golden.test(tmp_path))
    save(tmp_path, "one")
    (tmp_path / "one" / "page.html").unlink()
    with pytest.raises(Refused, match=r"one: a saved page needs page\.html"):
        list(golden.test(tmp_path))


@pytest.mark.slow
def test_a_page_saved_from_the_web_passes_at_once_and_is_not_overwritten(tmp_path, lab_homes):
    settings, home = Config(allow_addresses="127.0.0.0/8"), lab_homes["talbote"]
    case = golden.save(settings, tmp_path, home, Portal(timezone="Europe/Berlin"))
    assert json.loads((case / "expected.json").read_text())["timezone"] == "Europe/Berlin"
    assert [t.differences for t in golden.test(tmp_path)] == [()]
    with pytest.raises(Refused, match="already"):
        golden.save(settings, tmp_path, home, Portal())
    with pytest.raises(Permanent, match="status 404"):
        golden.save(settings, tmp_path, home + "nowhere", Portal())
