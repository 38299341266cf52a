import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import Provenance
from workers.clean.title import Claim, choose

SITES = ["Harbour Herald", "harbourherald.example", "harbourherald"]
HEADLINE = "Ministers meet as ferry dispute widens"


def chosen(*claims: tuple[str, str]) -> str | None:
    found = choose([Claim(text, source) for source, text in claims], SITES)
    return found[0] if found else None


@pytest.mark.parametrize(
    "title",
    [
        f"{HEADLINE} - Harbour Herald",
        f"{HEADLINE} | Harbour Herald",
        f"{HEADLINE} | News | Harbour Herald",
        f"Harbour Herald: {HEADLINE}",
        f"Harbour Herald - {HEADLINE}",
        f"{HEADLINE} — harbourherald.example",
        f"{HEADLINE} | HarbourHerald",
        f"{HEADLINE} - The Harbour Herald".replace("The ", ""),
    ],
)
def test_the_sites_name_is_taken_off(title: str) -> None:
    found = chosen(("title", title))
    assert found is not None
    assert found.removesuffix(" | News") == HEADLINE


@pytest.mark.parametrize(
    "headline",
    [
        "Covid-19: what we know - and what we don't",
        "Profile: the man behind the Herald",
        "Ministers – and their critics – meet",
        "Über die Brücke | ein Essay",
        "«Wir waren 40 Tage dort»",
    ],
)
def test_marks_inside_a_headline_stay(headline: str) -> None:
    assert chosen(("title", f"{headline} | Harbour Herald")) == headline
    assert chosen(("h1", headline), ("og", headline)) == headline


def test_what_readers_see_goes_before_a_reworded_head() -> None:
    assert chosen(("h1", HEADLINE), ("og", "Ferry dispute: what ministers meet about")) == HEADLINE
    assert chosen(("h1", HEADLINE), ("og", HEADLINE), ("jsonld", "Other words for robots")) == HEADLINE


def test_a_head_that_agrees_on_another_wording_wins() -> None:
    other = "Ferry dispute: what ministers will meet about"
    assert chosen(("h1", HEADLINE), ("og", other), ("jsonld", other), ("title", f"{other} | Harbour Herald")) == other


def test_of_several_h1_the_one_the_head_confirms_is_taken() -> None:
    seen = [("h1", "Harbour Herald"), ("h1", "Most read"), ("h1", HEADLINE), ("h1", "Newsletter")]
    assert chosen(*seen, ("og", f"{HEADLINE} - Harbour Herald")) == HEADLINE


def test_a_section_heading_is_no_headline() -> None:
    assert chosen(("h1", "Politics"), ("title", f"{HEADLINE} | Harbour Herald")) == HEADLINE


def test_kickers_and_cuts_are_mended_from_other_sources() -> None:
    assert chosen(("h1", f"Island politics{HEADLINE}"), ("jsonld", HEADLINE), ("og", HEADLINE)) == HEADLINE
    assert chosen(("og", f"{HEADLINE[:30]}..."), ("title", f"{HEADLINE} | Harbour Herald")) == HEADLINE
    assert chosen(("jsonld", "Ministers &quot;meet&quot; &amp; talk about it")) == 'Ministers "meet" & talk about it'


def test_a_suffix_that_no_name_explains_is_known_from_other_sources() -> None:
    assert chosen(("h1", HEADLINE), ("title", f"{HEADLINE} | Politics | Island news")) == HEADLINE
    korean = "섬 정부, 여객선 분쟁 확대에 장관 회의 소집"
    assert (
        chosen(("jsonld", korean), ("og", f"{korean}-정치ㅣ항구일보"), ("title", f"{korean}-정치ㅣ항구일보")) == korean
    )


def test_nothing_gives_nothing() -> None:
    assert chosen() is None
    assert chosen(("title", "Harbour Herald"), ("h1", " ")) is None


TEXTS = st.text(st.sampled_from("ab |-–—:·Ж京 .…«»&;"), max_size=40) | st.text(max_size=40)


@given(
    st.lists(st.tuples(st.sampled_from(["h1", "og", "title", "jsonld"]), TEXTS), max_size=5),
    st.lists(TEXTS, max_size=3),
)
def test_no_texts_raise_and_the_choice_is_part_of_one(texts: list[tuple[str, str]], sites: list[str]) -> None:
    found = choose([Claim(text, source) for source, text in texts], sites)
    assert found is None or found[0].strip()


@pytest.mark.parametrize(
    ("h1", "og", "expected"),
    [
        (
            "Elections - They lost all that they had",
            "A long night: They lost all that they had",
            "They lost all that they had",
        ),
        ("City / The day comes: They lost all that they had", "The day comes: They lost all that they had", None),
        ("High Stakes: They lost all that they had", "High stakes: They lost all that they had", None),
        ("Elections - They lost", "A long night: They lost", None),
    ],
)
def test_two_kickers_before_one_headline(h1: str, og: str, expected: str | None) -> None:
    found = choose([Claim(h1, "h1"), Claim(og, "og"), Claim(f"{og} | Harbour Herald", "title")], ["Harbour Herald"])
    assert found is not None
    assert found[0] == (expected or found[0])
    assert (found[0] in {h1, og}) == (expected is None)


def test_the_largest_line_yields_to_two_sources_but_not_to_a_title_alone() -> None:
    line, told = Claim("Ferry talks go on after a long night", "large"), Claim("News of the Valley", "title")
    assert choose([line, told], []) == (line.text, Provenance("large", 0.73))
    both = choose([line, told, Claim(told.text, "entry")], [])
    assert both is not None
    assert both[0] == told.text
