import pytest

from dateline.lab import material
from dateline.lab.copies import WIRE_KINDS

LANGUAGES = ["en", "de", "fr", "es", "ru", "ar", "zh"]


def test_stories_are_whole() -> None:
    stories = material.stories()
    assert len({story.key for story in stories}) == len(stories) >= 39
    for story in stories:
        assert len(story.text) >= 4
        assert story.author
        assert not story.agency or story.place
        assert not story.spun or len(story.spun) == len(story.text)
    assert {story.language for story in stories} == set(LANGUAGES)
    assert "spun" in WIRE_KINDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_words(language: str) -> None:
    words = material.words(language)
    assert len(words["months"]) == 12
    assert set(material.words("en")) <= set(words)
    assert len(words["local"]) >= 2
    assert len(words["update"]) >= 2
    assert language == "en" or words["newsletter"] != material.words("en")["newsletter"]


def test_an_unknown_language_falls_back() -> None:
    assert material.words("xx") == material.words("en")


def test_every_site_has_its_template() -> None:
    sites = material.sites()
    assert len({site.template for site in sites}) >= 6
    assert all("$title" in material.template(site.template) for site in sites)
