import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "cases" / "stories"
ROLES = {
    *("original", "spun-model", "spun-spinner", "spun-twice", "spun-translated", "edited", "truncated", "localised"),
}
APART = {"own-report", "follow-up", "template"}
UNSPACED = {"zh", "ja"}
_WORD = re.compile(
    r"\d+(?:[.,]\d+)*|[^\s.,:;!?\"“”«»‘’()।،؟–—-]+"
)  # \w would break words at the vowel signs of Devanagari
GROUPS = sorted(FOLDER.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    group: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return group


def runs(text: str, language: str) -> Iterator[str]:
    """Every run of six words, or of twelve letters in a script without spaces."""
    size, words = (12, list(re.sub(r"\W", "", text))) if language in UNSPACED else (6, _WORD.findall(text.casefold()))
    return (" ".join(words[start : start + size]) for start in range(len(words) - size + 1))


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
def test_groups_keep_the_format(path: Path) -> None:
    group = read(path)
    assert path.stem == f"{group['language']}-{group['topic']}"
    articles = group["articles"]
    originals = [one for one in articles if one["role"] == "original"]
    assert len(originals) == 1
    assert len({one["id"] for one in articles}) == len(articles)
    alone = [one["story"] for one in articles if one["role"] in APART]
    assert len(set(alone) - {originals[0]["story"]}) == len(alone)
    for one in articles:
        assert one["role"] in ROLES | APART
        assert (one["role"] in ROLES) == (one["story"] == originals[0]["story"])
        assert datetime.fromisoformat(one["published_at"]).tzinfo
        assert one["title"]
        assert len(one["body"]) > 60
    assert {"original", "spun-model", "own-report", "follow-up"} <= {one["role"] for one in articles}


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
def test_a_models_rewrite_keeps_no_run_of_words(path: Path) -> None:
    group = read(path)
    original = next(one for one in group["articles"] if one["role"] == "original")
    kept = set(runs(original["body"], group["language"]))
    for one in group["articles"]:
        if one["role"] == "spun-model":
            assert not kept.intersection(runs(one["body"], group["language"]))


def test_every_language_that_must_work_has_a_group() -> None:
    spoken = {read(path)["language"] for path in GROUPS}
    assert {"zh", "ko", "ja", "ar", "pt", "hi", "tr", "pl", "en", "es", "fr", "de", "ru", "it"} <= spoken
