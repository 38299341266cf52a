"""Docs/settings.md, made from storage/config.py; `python -m tests.contracts.settings_page` writes it"""

from pathlib import Path

from storage.config import FILE, PREFIX, Config

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def page() -> str:
    """One table row a setting."""
    rows = [f"| `{name}` | {default(name)} | {field.description} |" for name, field in Config.model_fields.items()]
    return "\n".join(
        [
            "# Settings",
            "",
            f"A setting is a key of `{FILE}` (or of the file that `--settings` names), or an environment variable",
            f"`{PREFIX}` + the key in capitals; the environment wins. Lists there are separated by commas.",
            "A wrong value is complained of at the start, all of them at once.",
            "",
            "| key | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def default(name: str) -> str:
    """A default as the page shows it."""
    value = Config.model_fields[name].default
    if isinstance(value, tuple):
        return "`" + ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in value) + "`" if value else "none"
    if value in ("", None):
        return "none"
    shown = format(value, "g") if isinstance(value, float) else str(value)
    return f"`{shown.lower() if isinstance(value, bool) else shown}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
