"""Writes entries into a portals file and leaves the rest of it as it was"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from storage import portals
from storage.errors import Refused


def add(path: Path, entry: Mapping[str, Any]) -> None:
    """Append an entry; the file is made if it isn't there, and replaced only when the result can be read.

    Raises Refused where the id is taken, BadPortals where the entry or the file is wrong.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = portals.parse(text.encode(), str(path)) if text else ()
    if any(p.key == entry.get("id") for p in known):
        raise Refused(f"{path} has a portal {entry['id']!r} already: choose another id with --id")
    document = tomlkit.parse(text)
    entries = document.setdefault("portal", tomlkit.aot())
    assert isinstance(entries, AoT)
    entries.append(_table(entry))
    _replace(path, tomlkit.dumps(document))


def set_enabled(path: Path, key: str, *, is_enabled: bool) -> None:
    """Switch an entry on or off. Raises Refused where there is no such id."""
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for entry in document.get("portal", []):
        if entry.get("id") == key:
            entry["enabled"] = is_enabled
            _replace(path, tomlkit.dumps(document))
            return
    raise Refused(f"{path} has no portal {key!r}: `dateline portals list` shows them")


def _table(entry: Mapping[str, Any]) -> tomlkit.items.Table:
    table = tomlkit.table()
    for key, value in entry.items():
        if value in (None, (), [], {}):
            continue
        if isinstance(value, list | tuple):
            array = tomlkit.array()
            for item in value:
                inline = tomlkit.inline_table()
                inline.update(item) if isinstance(item, Mapping) else None
                array.append(inline if isinstance(item, Mapping) else item)
            table[key] = array.multiline(len(value) > 1)
        else:
            table[key] = value
    return table


def _replace(path: Path, text: str) -> None:
    """Check, then rename over: a reader sees the old file or the new one, never half of one."""
    portals.parse(text.encode(), str(path))
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    if path.exists():
        fresh.chmod(path.stat().st_mode & 0o777)
    fresh.replace(path)
