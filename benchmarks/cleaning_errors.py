"""What kind of text was taken or missed wrongly, line by line"""

import re
from collections.abc import Iterator
from typing import Any

from benchmarks.cleaning_labels import tokenize

_TIME = re.compile(r"\d{1,2}[.:]\d\d|\b20\d\d\b")
_PROMO = re.compile(
    r"^(read|lesen|lire|lea|leia|leggi|lees|läs|les|czytaj|читайте|see also|related|more)\b|[A-Z]{4,}", re.IGNORECASE
)
_SIGN_UP = re.compile(r"newsletter|subscri|sign up|abonn|follow us|e-mail", re.IGNORECASE)
_CAPTION = re.compile(r"photo|foto|image|credit|bild:|getty|©", re.IGNORECASE)


def classes(gold: dict[str, Any], body: str) -> Iterator[str]:
    """Each class of error on this page, once."""
    yield from sorted(set(_errors(gold, body)))


def _errors(gold: dict[str, Any], body: str) -> Iterator[str]:
    wanted = " ".join(tokenize(gold["body"]))
    found = " ".join(tokenize(body))
    if not found:
        yield "missed: everything"
        return
    lines = [line for line in body.split("\n\n") if line]
    for at, line in enumerate(lines):
        tokens = " ".join(tokenize(line))
        if tokens and tokens not in wanted:
            yield f"extra: {_extra_class(gold, line, at, len(lines))}"
    missed = [line for line in gold["body"].split("\n") if tokenize(line) and " ".join(tokenize(line)) not in found]
    for line in missed:
        yield f"missed: {_missed_class(line)}"


def _extra_class(gold: dict[str, Any], line: str, at: int, count: int) -> str:
    if line.strip() == (gold.get("title") or "").strip():
        return "title"
    if _SIGN_UP.search(line):
        return "newsletter or account line"
    if len(line) < 60 and _TIME.search(line):
        return "timestamp"
    if len(line) < 160 and _CAPTION.search(line):
        return "caption or credit"
    if len(line) < 160 and _PROMO.search(line):
        return "inline promo"
    if at == 0:
        return "dek or other opening line"
    if at >= count - 3:
        return "trailing block (bio, related, comment)"
    return "short line inside" if len(line) < 100 else "long block inside"


def _missed_class(line: str) -> str:
    words = len(line.split())
    if words <= 8:
        return "short line (subhead, list item, credit)"
    return "paragraph"
