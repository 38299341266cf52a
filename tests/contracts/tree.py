"""The file tree of docs/house.md: the first line of each module; `python -m tests.contracts.tree` writes it"""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "house.md"
ROOMS = ("crawler", "workers", "storage", "dateline", "benchmarks")
BEGIN, END = "<!-- tree: begin -->", "<!-- tree: end -->"


def modules() -> list[Path]:
    """Every module of the rooms that git knows, migrations' steps left out."""
    named = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = [Path(n) for n in named.splitlines() if n.endswith(".py")]
    return [p for p in found if p.name != "__init__.py" and "versions" not in p.parts and (ROOT / p).exists()]


def first_line(path: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""
    return text.split("\n", 1)[0].strip()


def tree() -> str:
    """A room a block, a module a line."""
    blocks = []
    for room in ROOMS:
        paths = [p for p in modules() if p.parts[0] == room]
        width = max(len(str(p)) for p in paths) + 2
        blocks.append("\n".join(f"{p!s:<{width}}{first_line(p)}" for p in paths))
    return "```\n" + "\n\n".join(blocks) + "\n```"


def written(page: str) -> str:
    """The page with the tree as it is now."""
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{tree()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
