from itertools import combinations

import pytest

from dateline.lab import material
from dateline.lab.compose import LANGUAGES, Composer


def grams(text: tuple[str, ...]) -> set[tuple[str, ...]]:
    words = " ".join(text).lower().split()
    return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}


def likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    return len(grams(a) & grams(b)) / max(1, min(len(grams(a)), len(grams(b))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_composed_stories_do_not_look_like_copies(language: str) -> None:
    composer = Composer(5)
    texts = [composer.story(language, wire=True).text for _ in range(60)]
    assert max(likeness(a, b) for a, b in combinations(texts, 2)) < 0.45


def test_written_stories_do_not_look_like_copies() -> None:
    texts = [story.text for story in material.stories()]
    assert max(likeness(a, b) for a, b in combinations(texts, 2)) < 0.1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spun_wording_keeps_numbers_and_names_and_few_runs_of_words(language: str) -> None:
    story = Composer(9).story(language, wire=True)
    assert len(story.spun) == len(story.text)
    assert likeness(story.text, story.spun) < 0.7
    digits = {word.strip(".,") for word in " ".join(story.text).split() if word.strip(".,").isdecimal()}
    assert digits <= {word.strip(".,") for word in " ".join(story.spun).split()}


def test_no_slot_is_left_open() -> None:
    composer = Composer(1)
    for language in LANGUAGES:
        for _ in range(40):
            story = composer.story(language, wire=True)
            assert not set("{}|") & set("".join((*story.text, *story.spun, *story.titles, story.place)))
