"""The portals file: what it says, and every complaint at once"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import portals
from storage.domain import SeedKind

GOOD = """
[[portal]]
id = "world-nation"
home = "https://world.example/"
language = "en-GB"
country = "GB"
timezone = "Europe/London"
since = "36h"
schedule = "*/10 * * * *"
delay_seconds = 1.5
seeds = ["https://world.example/rss", {url = "https://world.example/news.xml", kind = "sitemap"}]
headers = {Accept-Language = "en"}
selectors = {title = "h1.head", body = "//div[@class='story']"}

[[portal]]
id = "plain"
home = "http://plain.example"
enabled = false
"""


def complaints(text):
    with pytest.raises(portals.BadPortals) as caught:
        portals.parse(text.encode() if isinstance(text, str) else text)
    return {(c.portal, c.key): c for c in caught.value.complaints}


def test_a_good_file():
    first, second = portals.parse(GOOD.encode())
    assert (first.key, first.language, first.since_days) == ("world-nation", "en", 1.5)
    assert [(s.url, s.kind) for s in first.seeds][1] == ("https://world.example/news.xml", SeedKind.SITEMAP)
    assert first.seeds[0].kind is None
    assert (second.enabled, second.schedule, second.since_days) == (False, "adaptive", 7.0)


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ('home = "world.example"', "home", "full URL"),
        ('home = "https://user:pw@world.example/"', "home", "without a user name"),
        ('home = "http://world.example:99999/"', "home", "URL"),
        ('language = "klingon"', "language", "ISO 639"),
        ('country = "Austria"', "country", "ISO 3166"),
        ('timezone = "europe/vienna"', "timezone", "did you mean Europe/Vienna?"),
        ("delay_seconds = -1", "delay_seconds", "greater than or equal to 0"),
        ('since = "-3d"', "since", "duration"),
        ("since = -3", "since", "not negative"),
        ('schedule = "61 * * * *"', "schedule", "cron"),
        ('schedule = "0s"', "schedule", "at least 1s"),
        ('selectors = {body = "div["}', "selectors", "CSS"),
        ('selectors = {body = "//div["}', "selectors", "XPath"),
        ('selectors = {bodi = "div"}', "selectors", "one of"),
        ('timezon = "Europe/Vienna"', "timezon", "did you mean `timezone`?"),
        ('seeds = [{url = "https://a.example", kynd = "feed"}]', "seeds.0.kynd", "did you mean `kind`?"),
        ('seeds = [{url = "https://a.example", kind = "tv"}]', "seeds.0.kind", "feed"),
        ('headers = {X = "a\\nb"}', "headers.X", "one line"),
        ('proxy = "socks"', "proxy", "proxy's URL"),
        ("enabled = 7", "enabled", "boolean"),
        ('id = "World Nation"', "id", "small letters"),
    ],
)
def test_each_complaint_names_place_and_remedy(line, key, expected):
    name = line.split(" = ")[0]
    base = {"id": 'id = "x"', "home": 'home = "https://x.example/"'}
    base[name] = line
    found = complaints("[[portal]]\n" + "\n".join(base.values()))
    ((portal, at),) = found
    assert at == key
    assert portal == ("World Nation" if name == "id" else "x")
    assert expected in found[(portal, at)].expected


def test_all_at_once():
    found = complaints(
        '[[portal]]\nid = "a"\nhome = "nowhere"\ncolour = 1\n[[portal]]\nlanguage = "zz"\n[other]\nx = 1\n'
    )
    assert set(found) == {
        ("a", "home"),
        ("a", "colour"),
        ("entry 2", "id"),
        ("entry 2", "home"),
        ("entry 2", "language"),
        ("file", "other"),
    }


def test_doubled_id_and_home():
    entry = '[[portal]]\nid = "a"\nhome = "https://a.example/"\n'
    assert {key for _, key in complaints(entry * 2)} == {"id", "home"}


def test_broken_toml_and_encoding_name_the_line():
    assert "line 2" in str(complaints('[[portal]]\nid = "a\n')[("file", "syntax")])
    assert complaints(b'[[portal]]\nid = "caf\xe9"\n')[("file", "line 2")].expected == "UTF-8 text"


def test_a_byte_order_mark_is_no_error():
    assert len(portals.parse(b"\xef\xbb\xbf" + GOOD.encode())) == 2


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda t: ("[[portal]]\nid = " + t).encode("utf-8", "replace"))
)
def test_no_file_breaks_the_reader(data):
    try:
        portals.parse(data)
    except portals.BadPortals as error:
        assert error.complaints
