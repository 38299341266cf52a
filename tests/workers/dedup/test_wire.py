import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import AgencyClaim, CleanedArticle
from workers import agencies
from workers.dedup.wire import Signs, attribute, read_signs, signs_of

SIGNS = Path(__file__).parents[2] / "cases" / "agencies" / "signs.tsv"
KNOWN = agencies.load()
TEXT = "Rain fell on the valley for a third day and closed the road to the dam, officials said on Tuesday.\n\n" * 6


def rows() -> list[dict[str, str]]:
    with SIGNS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def signs(place: str, text: str) -> Signs:
    """An article that shows `text` in one place and nothing else."""
    fields = {
        "body": {"body": f"{text} And so on, for quite a few more words than that.\n\n{TEXT}"},
        "tail": {"body": f"{TEXT}{text}"},
        "author": {"authors": (text,)},
        "credit": {"credits": (text,)},
        "canonical": {"canonical_url": text},
        "portal": {"portal": text},
        "publisher": {"publisher": text},
        "fact": {"facts": (tuple(text.split("=", 1)),)},
        "title": {"title": text},
    }[place]
    return Signs(**{"title": "Rain closes a road", "body": TEXT, "portal": "www.valleystar.com", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['place']}: {row['text']}")
def test_signs(row: dict[str, str]) -> None:
    claim = attribute(signs(row["place"], row["text"]), KNOWN)
    assert (claim.agency if claim else "none") == row["agency"]
    if row["source"] and claim:
        assert claim.source == row["source"]


def test_a_dateline_in_the_middle_of_a_localised_copy_counts() -> None:
    body = f"Farmers in Ashby watched the sky.\n\n{TEXT}\n\nDENVER (AP) — Snow is on its way.\n\n{TEXT}"
    assert attribute(Signs("Snow", body), KNOWN) == AgencyClaim("AP", "dateline", 0.921)


def test_a_mixed_credit_is_believed_less_than_an_agency_alone() -> None:
    mixed = attribute(signs("credit", "Le Journal avec AFP"), KNOWN)
    alone = attribute(signs("author", "AFP"), KNOWN)
    assert mixed
    assert alone
    assert mixed.confidence < 0.7 < alone.confidence


def test_two_sources_that_agree_are_surer_than_one() -> None:
    body = f"Rome (AFP) – Rain.\n\n{TEXT}"
    one, two = attribute(Signs("Rain", body), KNOWN), attribute(Signs("Rain", body, authors=("AFP",)), KNOWN)
    assert one
    assert two
    assert two.confidence > one.confidence


def test_a_press_release_is_no_agencys_even_on_a_page_that_credits_one() -> None:
    body = f"Berlin (ots) - Ein neues Gerät.\n\n{TEXT}\n\nQuelle: dpa"
    assert attribute(Signs("Gerät", body), KNOWN) is None
    assert {one.agency for one in read_signs(Signs("Gerät", body), KNOWN)} == {"ots", "dpa"}


def test_an_unknown_agency_keeps_its_letters() -> None:
    claim = attribute(signs("body", "MILLBROOK, Ohio (QVNS) — The council met late on Monday."), KNOWN)
    assert claim
    assert (claim.agency, claim.source) == ("QVNS", "dateline")
    assert claim.confidence < 0.7


def test_each_reading_shows_its_words() -> None:
    for row in rows():
        for one in read_signs(signs(row["place"], row["text"]), KNOWN):
            assert one.quote
            assert 0 < one.confidence <= 1


def test_signs_of_a_cleaned_article() -> None:
    article = CleanedArticle(
        title="Rain", body=TEXT, blocks=(), language="en", desks=("Reuters",), canonical_url="https://reuters.com/a"
    )
    claim = attribute(signs_of(article, "valleystar.com"), KNOWN)
    assert claim
    assert claim.agency == "Reuters"


@given(st.text(st.sampled_from("AP afp(c)©/-—.:\n【共同】电=Rdpa 12"), max_size=300), st.text(max_size=40))
def test_no_jumble_raises(body: str, line: str) -> None:
    attribute(Signs(line, body, authors=(line,), credits=(line,), canonical_url=line, portal=line), KNOWN)


@given(st.sampled_from(sorted(KNOWN.by_key)), st.sampled_from(["Source: {}", "Quelle: {}", "© 2026 {}", "{}"]))
def test_every_agency_is_found_in_every_credit_form(key: str, form: str) -> None:
    name = (*KNOWN.by_key[key].names, key)[0]
    found = read_signs(Signs("Rain", f"{TEXT}{form.format(name)}"), KNOWN)
    assert key in {one.agency for one in found}
