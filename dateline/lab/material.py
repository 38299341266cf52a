"""Reads the lab's stories, words and sites from their data files"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from dateline.lab.model import Site, Story


@cache
def table(name: str) -> dict[str, Any]:
    """One data file of dateline/lab/texts, parsed."""
    return tomllib.loads(files("dateline.lab.texts").joinpath(f"{name}.toml").read_text("utf-8"))


def words(language: str) -> dict[str, Any]:
    """What portals in `language` say around an article; where a word is missing, the English one."""
    table_ = table("words")
    return {**table_["en"], **table_.get(language, {})}


@cache
def template(name: str) -> str:
    """The markup of one page template."""
    return files("dateline.lab.templates").joinpath(f"{name}.html").read_text("utf-8")


def sites() -> list[Site]:
    """All sites in their order, without addresses."""
    return [_site(entry) for entry in table("sites")["site"]]


def stories() -> list[Story]:
    """All stories that were written by hand."""
    entries = table("stories_en")["story"] + table("stories_intl")["story"]
    return [_story(entry) for entry in entries]


def _site(entry: dict[str, Any]) -> Site:
    lists = {key: tuple(entry[key]) for key in ("languages", "seeds")}
    sets = {key: frozenset(entry[key]) for key in ("shows", "traits")}
    return Site(**{**entry, **lists, **sets})


def _story(entry: dict[str, Any]) -> Story:
    return Story(
        key=entry["key"],
        language=entry["language"],
        section=entry["section"],
        author=entry["author"],
        titles=tuple(entry["titles"]),
        text=_paragraphs(entry["text"]),
        agency=entry.get("agency"),
        place=entry.get("place", ""),
        spun=_paragraphs(entry.get("spun", "")),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip().split("\n\n") if part.strip())
