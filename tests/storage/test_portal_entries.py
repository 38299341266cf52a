"""Entries are added and switched without touching the rest of the file"""

import pytest

from storage import portal_entries, portals
from storage.errors import Refused

FILE = '# ours\n[[portal]]\nid = "a" # keep\nhome = "https://a.example/"\n'


def test_add_keeps_comments(tmp_path):
    path = tmp_path / "portals.toml"
    path.write_text(FILE)
    seeds = [{"url": "https://b.example/rss", "kind": "feed"}, {"url": "https://b.example/x", "kind": "section"}]
    portal_entries.add(path, {"id": "b", "home": "https://b.example/", "language": None, "seeds": seeds})
    assert path.read_text().startswith(FILE)
    assert [s.url for s in portals.read(path)[1].seeds] == ["https://b.example/rss", "https://b.example/x"]


def test_a_new_file(tmp_path):
    path = tmp_path / "portals.toml"
    portal_entries.add(path, {"id": "b", "home": "https://b.example/"})
    assert [p.key for p in portals.read(path)] == ["b"]


def test_a_bad_entry_changes_nothing(tmp_path):
    path = tmp_path / "portals.toml"
    path.write_text(FILE)
    with pytest.raises(portals.BadPortals):
        portal_entries.add(path, {"id": "b", "home": "nowhere"})
    with pytest.raises(Refused, match="already"):
        portal_entries.add(path, {"id": "a", "home": "https://c.example/"})
    assert path.read_text() == FILE


def test_switching(tmp_path):
    path = tmp_path / "portals.toml"
    path.write_text(FILE)
    portal_entries.set_enabled(path, "a", is_enabled=False)
    assert not portals.read(path)[0].enabled
    assert "# keep" in path.read_text()
    with pytest.raises(Refused, match="no portal 'z'"):
        portal_entries.set_enabled(path, "z", is_enabled=True)
