"""A probe on the screen: seeds and samples with their problems, and what time didn't suffice for"""

from dataclasses import replace

import pytest

from dateline.cli import probe_screen
from dateline.probing import FoundSeed, Probe, Sample
from tests.factories import NOW

PROBE = Probe(
    url="https://a.example/",
    title="The A Times",
    language="en",
    country=None,
    timezone="Europe/Vienna",
    robots="allowed",
    crawl_delay_seconds=5.0,
    sitemaps=("https://a.example/sitemap.xml",),
    seeds=(
        FoundSeed("feed", "https://a.example/rss", "home", 20, NOW, None),
        FoundSeed("sitemap", "https://a.example/sitemap.xml", "robots.txt", 0, None, "status 500"),
    ),
    samples=(
        Sample("https://a.example/1", "Rain", ("Mara Voss",), NOW, "jsonld", "offset", "en", 320),
        Sample("https://a.example/2", problem="section_page: a list"),
    ),
    left=(),
    problem=None,
)


def shown(capsys, probe):
    probe_screen.show(probe)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "said",
    [
        "robots.txt: allowed, crawl-delay 5 s; 1 sitemaps named",
        "language en, country -, time zone Europe/Vienna",
        "status 500",
        "Mara Voss",
        "jsonld, zone offset",
        "- section_page: a list",
    ],
)
def test_what_was_found(capsys, said):
    assert said in shown(capsys, PROBE)


def test_nothing_found_and_why(capsys):
    said = shown(capsys, replace(PROBE, seeds=(), samples=(), left=("https://a.example/b",), problem="time was short"))
    assert "none found" in said
    assert "none read" in said
    assert "not looked at for want of time: https://a.example/b" in said
    assert said.rstrip().endswith("time was short")
