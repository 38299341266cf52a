"""Reads packs of labelled articles: articles.jsonl.gz, gold.jsonl, hard_negatives.jsonl, perhaps roles.jsonl."""

import gzip
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from storage.domain import Document
from workers import agencies
from workers.agencies import Agencies
from workers.dedup import wire
from workers.dedup.wire import Signs


@dataclass(frozen=True)
class Pack:
    """One pack in order of publication; article ids count from `first_id`, the names are the pack's own."""

    path: Path
    documents: list[Document]
    names: dict[int, str]
    gold: dict[int, dict[str, Any]]
    hard: list[tuple[int, int, str]]
    roles: dict[int, dict[str, str]] = field(default_factory=dict)

    def same_story(self, a: int, b: int) -> bool:
        """Return whether two articles descend from one text, a combined article from both of its."""
        stories_a = {self.gold[a]["story"], self.gold[a].get("also")} - {None}
        stories_b = {self.gold[b]["story"], self.gold[b].get("also")} - {None}
        return bool(stories_a & stories_b)


def load(path: Path, first_id: int = 1) -> Pack:
    """Return a pack read from its folder."""
    with gzip.open(path / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
        raw = sorted(map(json.loads, file), key=lambda article: (article["published_at"], article["id"]))
    ids = {article["id"]: number for number, article in enumerate(raw, first_id)}
    roles_file = path / "roles.jsonl"
    return Pack(
        path=path,
        documents=[_document(ids[article["id"]], article) for article in raw],
        names={number: name for name, number in ids.items()},
        gold={ids[line["id"]]: line for line in _lines(path / "gold.jsonl")},
        hard=[(ids[line["a"]], ids[line["b"]], line["type"]) for line in _lines(path / "hard_negatives.jsonl")],
        roles={ids[line["id"]]: line for line in _lines(roles_file)} if roles_file.exists() else {},
    )


def load_cases(folder: Path, first_id: int = 1) -> Pack:
    """Return the hand-written groups of tests/cases/stories as one pack, all pairs of other stories hard negatives."""
    groups = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    articles = [
        {**article, "group": f"{group['language']}-{group['topic']}", "lang": group["language"]}
        for group in groups
        for article in group["articles"]
    ]
    articles.sort(key=lambda article: (article["published_at"], article["group"], article["id"]))
    numbered = dict(enumerate(articles, first_id))
    originals = {(a["group"], a["story"]): f"{a['group']}/{a['id']}" for a in articles if a["role"] == "original"}
    return Pack(
        path=folder,
        documents=[_document(number, {"url": "", **article}) for number, article in numbered.items()],
        names={number: f"{article['group']}/{article['id']}" for number, article in numbered.items()},
        gold={number: _gold(article, originals) for number, article in numbered.items()},
        hard=[
            (a, b, numbered[b]["role"])
            for a, b in itertools.combinations(numbered, 2)
            if numbered[a]["group"] == numbered[b]["group"] and numbered[a]["story"] != numbered[b]["story"]
        ],
        roles={number: {"role": article["role"], "lang": article["lang"]} for number, article in numbered.items()},
    )


def _gold(article: Mapping[str, str], originals: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    role = article["role"]
    is_own = role in {"original", "own-report", "follow-up", "template"}
    return {
        "story": f"{article['group']}-{article['story']}",
        "kind": "original" if is_own else role.partition("-")[0],
        "agency_true": None,
        "parent": None if is_own else originals[article["group"], article["story"]],
    }


def _document(number: int, article: Mapping[str, str]) -> Document:
    at = datetime.fromisoformat(article["published_at"])
    signs = Signs(title=article["title"], body=article["body"], portal=article["portal"])
    return Document(
        article_id=number,
        revision_id=number,
        portal=article["portal"],
        url=article["url"],
        title=article["title"],
        body=article["body"],
        language=None,
        published_at=at,
        arrived_at=at,
        agency=wire.attribute(signs, _agencies()),
        is_agency_portal=_agencies().of_host(article["portal"]) is not None,
    )


@cache
def _agencies() -> Agencies:
    return agencies.load()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
