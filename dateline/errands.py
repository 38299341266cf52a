"""Short crawls in a child process, whose lines are read as they come"""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from storage import config
from storage.config import Config
from storage.domain import Entry, PageContext, SeedKind
from storage.errors import Permanent

Line = Mapping[str, Any]
_ENTRY = TypeAdapter(Entry)


@dataclass(frozen=True, slots=True)
class Portal:
    """What an errand knows of the portal whose pages it reads; all of it may be unknown."""

    key: str | None = None
    timezone: str | None = None
    language: str | None = None
    country: str | None = None
    selectors: Mapping[str, str] | None = None


def crawl(settings: Config, *words: str) -> Iterator[Line]:
    """The lines of `python -m crawler WORDS`, each with its kind in `is`. Raises Permanent where the child broke."""
    environment = config.child_environment(**{**_spelled(settings), "log_level": "ERROR"})
    command = [sys.executable, "-m", "crawler", *words]
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)  # noqa: S603 - ours
        assert child.stdout is not None
        try:
            with child.stdout:
                for line in child.stdout:
                    yield json.loads(line)
            code = child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
        if code:
            errors.seek(0)
            last = errors.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise Permanent(f"the short crawl broke (exit {code}): {' '.join(last)}")


def _spelled(settings: Config) -> dict[str, str]:
    """Settings as the environment spells them."""
    found = {}
    for key in Config.model_fields:
        value = getattr(settings, key)
        if value is not None:
            found[key] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return found


def body(line: Line) -> bytes:
    """The bytes of a page's line."""
    return base64.b64decode(line["body"])


def context(line: Line, portal: Portal) -> PageContext:
    """What cleaning is told of a page's line."""
    return PageContext(
        url=line["url"],
        final_url=line["final_url"],
        fetched_at=datetime.fromisoformat(line["fetched_at"]),
        content_type=line["content_type"],
        timezone=portal.timezone,
        language=portal.language,
        country=portal.country,
        portal=portal.key,
        entry=_ENTRY.validate_python(line["entry"]) if line.get("entry") else None,
        entry_kind=SeedKind(line["entry_kind"]) if line.get("entry_kind") else None,
        selectors=portal.selectors or {},
    )
