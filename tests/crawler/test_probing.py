"""Short crawls of a lab: seeds, robots rules and samples as lines"""

import base64
import json
import subprocess
import sys

import pytest

from storage import config

pytestmark = pytest.mark.slow


def crawl(*words, **settings):
    """Lines of a short crawl by their kind."""
    environment = config.child_environment(**{"allow_addresses": "127.0.0.0/8", **settings})
    command = [sys.executable, "-m", "crawler", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        entry = json.loads(line)
        found.setdefault(entry.pop("is"), []).append(entry)
    return found


def test_a_site_with_a_feed_a_sitemap_and_sections(lab_homes):
    home = lab_homes["talbote"]
    found = crawl("probe", home)
    assert found["home"] == [
        {
            "url": home,
            "final_url": home,
            "title": "Der Talbote | Der Talbote",
            "language": "de",
            "problem": None,
        }
    ]
    (robots,) = found["robots"]
    assert (robots["status"], robots["verdict"]) == (200, "allowed")
    assert robots["sitemaps"] == [home + "news-sitemap.xml"]
    seeds = {(s["kind"], s["found_by"]): s for s in found["seed"]}
    assert seeds["feed", "page"]["entries"] > 0
    assert seeds["feed", "page"]["newest_at"]
    assert seeds["sitemap", "robots.txt"]["entries"] > 0
    assert ("section", "home") in seeds
    assert len({s["url"] for s in found["seed"]}) == len(found["seed"])
    assert found["end"] == [{"problem": None, "left": []}]


def test_samples_come_with_their_bytes_and_obey_robots(lab_homes):
    found = crawl("probe", lab_homes["two-rivers-world"])
    came = [p for p in found["page"] if not p["problem"]]
    assert len(came) == 5
    for sample in came:
        assert sample["content_type"].startswith("text/html")
        assert b"<html" in base64.b64decode(sample["body"])[:500]
        assert sample["entry"]["url"]
    for missing in (p for p in found["page"] if p["problem"]):
        assert "robots" in missing["problem"]
        assert "body" not in missing


def test_wordpress_and_crawl_delay(lab_homes):
    found = crawl("probe", lab_homes["northfield-gazette"])
    assert found["robots"][0]["crawl_delay_seconds"] == 0.3
    assert [s["entries"] > 0 for s in found["seed"] if s["kind"] == "wordpress"] == [True]


def test_short_of_time_it_says_what_it_left(lab_homes):
    found = crawl("probe", lab_homes["northfield-gazette"], "--seconds", "3")
    end = found["end"][0]
    assert end["left"] or end["problem"]


def test_an_address_that_nobody_permitted_is_refused(lab_homes):
    home = lab_homes["talbote"]
    found = crawl("probe", home, allow_addresses="")
    assert "private_address" in found["home"][0]["problem"]
    assert "seed" not in found
    assert "page" not in found


def test_fetch_prints_pages_and_what_was_wrong_with_others(lab_homes):
    home = lab_homes["talbote"]
    found = {p["url"]: p for p in crawl("fetch", home, "no address", home + "nowhere")["page"]}
    assert base64.b64decode(found[home]["body"]).startswith(b"<")
    assert found[home]["final_url"] == home
    assert found["no address"]["problem"]
    assert found[home + "nowhere"]["problem"] == "status 404"
