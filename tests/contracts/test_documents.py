"""Documents agree with the code"""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from dateline.__main__ import COMMANDS
from storage import schema
from storage.domain import CopyKind, RejectionReason
from tests.contracts import settings_page, tree

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")


def test_the_tree_of_the_house():
    page = tree.PAGE.read_text(encoding="utf-8")
    assert tree.written(page) == page, "docs/house.md is behind: run `python -m tests.contracts.tree`"


def test_every_module_says_what_it_is():
    assert [str(p) for p in tree.modules() if not tree.first_line(p)] == []


def test_settings_page():
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), (
        "docs/settings.md is behind: run `python -m tests.contracts.settings_page`"
    )


def described() -> dict[str, list[str]]:
    """Columns of each view as docs/schema.md lists them."""
    parts = re.split(r"^## `(\w+)`$", SCHEMA, flags=re.MULTILINE)
    return {
        name: re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("view", schema.VIEWS)
def test_schema_page(database, view):
    columns = [c["name"] for c in sa.inspect(database.engine).get_columns(view)]
    assert described()[view] == columns


def test_closed_lists_are_described():
    words = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    for name in (*CopyKind, *RejectionReason):
        assert f"`{name}`" in words or f"`{name}`" in SCHEMA, name


def test_commands_are_described():
    operating = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [c for c in COMMANDS if f"dateline {c}" not in operating + readme] == []


def test_packages_import_nothing_by_themselves():
    for path in ROOT.glob("*/**/__init__.py"):
        if path.relative_to(ROOT).parts[0] in tree.ROOMS:
            assert "import" not in path.read_text(encoding="utf-8").replace('"""', "").split("\n", 1)[-1], path
