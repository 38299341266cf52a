"""Scores of body, title, authors and dates as extraction benchmarks define them"""

import re
import statistics
from datetime import date
from typing import Any

from benchmarks.cleaning_labels import shingles, tokenize

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"})
_BY = re.compile(r"^\s*(by|von|por|par|di|door)\s+", re.IGNORECASE)


def summary(gold: list[dict[str, Any]], predictions: list[dict[str, Any]], source: str) -> str:
    """One line of figures over the pages of one source."""
    found = {line["id"]: line for line in predictions}
    pairs = [(line, found.get(line["id"], {})) for line in gold if line["source"] == source]
    parts = [body_scores(pairs), _title_score(pairs), _author_score(pairs), _date_score(pairs)]
    return "  ".join(part for part in parts if part)


def body_scores(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """F1 of the mean precision and recall of shingles, and the share of bodies that are exactly right."""
    with_body = [(g["body"], p.get("body") or "") for g, p in pairs if g.get("body") is not None]
    if not with_body:
        return ""
    counts = [_overlap(gold, text) for gold, text in with_body]
    precision = statistics.fmean(hit / (hit + extra) if hit else 0.0 for hit, extra, _ in counts if hit + extra)
    recall = statistics.fmean(hit / (hit + missed) if hit else 0.0 for hit, _, missed in counts if hit + missed)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    exact = statistics.fmean(tokenize(gold) == tokenize(text) for gold, text in with_body)
    return f"F1 {f1:.4f} P {precision:.3f} R {recall:.3f} accuracy {exact:.3f}"


def _overlap(gold: str, text: str) -> tuple[int, int, int]:
    wanted, found = shingles(tokenize(gold)), shingles(tokenize(text))
    hit = sum((wanted & found).values())
    return hit, sum(found.values()) - hit, sum(wanted.values()) - hit


def _title_score(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    right = [_plain(g["title"]) == _plain(p.get("title") or "") for g, p in pairs if g.get("title")]
    return f"title {statistics.fmean(right):.3f}" if right else ""


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).replace("\u200b", "").replace("\xad", "").split()).casefold()


def _author_score(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    scores = []
    for gold, found in pairs:
        if gold.get("authors"):
            wanted, names = _names(gold["authors"]), _names(found.get("authors") or [])
            scores.append(2 * len(wanted & names) / (len(wanted) + len(names)))
    return f"authors F1 {statistics.fmean(scores):.3f}" if scores else ""


def _names(names: list[str]) -> set[str]:
    plain = (_BY.sub("", " ".join(str(name).split())).strip(" .,;|").casefold() for name in names)
    return {name for name in plain if name}


def _date_score(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    right = [_day(g["date"]) == _day(p.get("published_at")) for g, p in pairs if _day(g.get("date"))]
    return f"date {statistics.fmean(right):.3f}" if right else ""


def _day(text: str | None) -> date | None:
    match = re.match(r"\s*(\d{4})-(\d\d)-(\d\d)", str(text or ""))
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:  # a record may be wrong
        return None
