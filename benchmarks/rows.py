"""Reads a store through its views, into the lines that scorers read"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.db import Database


def export(url: str, path: Path) -> int:
    """Write an object a line for each article that is up at its portal; how many."""
    database = Database(url)
    revisions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    count = 0
    with database.read() as session, path.open("w", encoding="utf-8") as out:
        for row in session.execute(sa.text("SELECT * FROM revision_v1 ORDER BY revision_id")).mappings():
            revisions[row["article_id"]].append({"body": row["body"], "stored_at": plain(row["stored_at"])})
        for row in session.execute(sa.text("SELECT * FROM article_v1 ORDER BY article_id")).mappings():
            out.write(json.dumps(line(row, revisions[row["article_id"]]), ensure_ascii=False) + "\n")
            count += 1
    database.close()
    return count


def line(row: Any, revisions: list[dict[str, Any]]) -> dict[str, Any]:
    """One article."""
    names = ("url", "canonical_url", "title", "agency", "language", "body", "copy_kind", "withdrawn_at")
    found = {name: plain(row[name]) for name in names}
    found["authors"] = plain(row["authors"]) or []
    found["published_at"] = plain(row["published_at"])
    found["story"] = str(row["story_id"]) if row["story_id"] is not None else None
    found["is_original"] = bool(row["is_original"])
    found["paywalled"] = bool(row["paywalled"])
    found["stored_at"] = plain(row["stored_at"])
    found["revisions"] = revisions
    return found


def plain(value: Any) -> Any:
    """A value of either store as JSON has it: SQLite gives times and lists as text."""
    if isinstance(value, str) and value[:1] == "[":
        return json.loads(value)
    if isinstance(value, str) and len(value) == 26 and value[10] == " ":
        return value.replace(" ", "T") + "Z"
    return value.isoformat() if hasattr(value, "isoformat") else value
