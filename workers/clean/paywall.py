"""Whether the text of a page was cut off for those who do not pay"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from storage.domain import Block, Provenance
from workers.clean.signals import Signals
from workers.clean.signs import BITS

_SHORT = 900  # characters of text; a longer one was not cut after a taste
_LONGEST_PROMPT = 300
_META = (
    "article:content_tier",
    "og:article:content_tier",
    "content_tier",
    "lp:type",
    "cxenseparse:access",
    "paywall",
    "ispaywalled",
)
_LOCKED = re.compile(
    r"^(?:locked|metered|premium|paid|hard|true|yes|paywalled|subscription|subscriber|plus)$", re.IGNORECASE
)
_BOX = BITS["newsletter"]  # paywall, piano, register and the like
_UNCLEAR = re.compile(r"…$|\.\.\.$|[^.!?»”\"'’)。！？؟।]$")


@cache
def _prompts() -> tuple[str, ...]:
    data = tomllib.loads((files("workers.clean") / "paywall.toml").read_text("utf-8"))
    return tuple(map(str.lower, data["prompts"]))


@lru_cache(maxsize=2_000)  # boxes say the same on each page of a portal
def is_prompt(text: str) -> bool:
    """Whether a line asks for a subscription to read on."""
    if len(text) > _LONGEST_PROMPT:
        return False
    lowered = text.lower()
    return any(prompt in lowered for prompt in _prompts())


def judge(signals: Signals) -> tuple[bool, Provenance]:
    """Whether the reader is kept from the rest of the article.

    A declaration alone is not enough where the whole text is there: portals that let crawlers or a first
    reader in declare their whole site as paid.
    """
    length = sum(len(block.text) for block in signals.blocks)
    declared = _declared(signals)
    has_prompt = _has_prompt(signals)
    if declared is False and not (has_prompt and length < _SHORT):
        return False, Provenance("jsonld", 0.95)
    if declared and (has_prompt or length < _SHORT):
        return True, Provenance("jsonld", 0.97)
    if has_prompt and (length < _SHORT or _is_cut(signals.blocks)):
        return True, Provenance("text", 0.8)
    if declared:
        return True, Provenance("jsonld", 0.7)
    return False, Provenance("text", 0.8 if not has_prompt else 0.6)


def _declared(signals: Signals) -> bool | None:
    """What the page says: free, paid, or nothing."""
    value = signals.declared.article.get("isAccessibleForFree")
    if isinstance(value, list):
        value = value[0] if value else None
    if value is not None:
        return str(value).strip().rsplit("/", 1)[-1].lower() in {"false", "0", "no"}
    tier = next((signals.markup.meta[name][0] for name in _META if name in signals.markup.meta), None)
    return True if tier and _LOCKED.match(tier) else None


def _has_prompt(signals: Signals) -> bool:
    """Whether a prompt to subscribe stands where the text ends, or in a box made for one."""
    outline = signals.outline
    behind = outline.leaves[max(0, signals.text_end - 1) : signals.text_end + 6]
    if any(is_prompt(leaf.text) for leaf in behind):
        return True
    boxed = (leaf for leaf in outline.leaves if outline.signs[leaf.element] & _BOX)
    return any(is_prompt(leaf.text) for leaf in boxed)


def _is_cut(blocks: Sequence[Block]) -> bool:
    """Whether the last paragraph breaks off in the middle."""
    return bool(blocks) and len(blocks[-1].text) > 40 and bool(_UNCLEAR.search(blocks[-1].text))
