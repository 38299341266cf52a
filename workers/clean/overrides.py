"""A portal's own selectors for the text, where the operator gave some"""

from collections.abc import Mapping

from selectolax.lexbor import SelectolaxError

from workers.clean.markup import Markup, text_of
from workers.clean.normal import clean_line
from workers.clean.outline import Outline


def chosen_leaves(page: Markup, outline: Outline, selectors: Mapping[str, str]) -> list[int] | None:
    """Leaves inside what the selector `body` matches, less what `remove` matches.

    None where there is no `body` selector, or it matches no text on this page: then the model decides.
    A selector that the parser refuses counts as one that matches nothing.
    """
    wanted = _texts(page, selectors.get("body"))
    if not wanted:
        return None
    unwanted = " ".join(_texts(page, selectors.get("remove")))
    whole = " ".join(wanted)
    first = _starts(whole, outline)
    return [at for at in first if outline.leaves[at].text not in unwanted] or None


def _texts(page: Markup, selector: str | None) -> list[str]:
    if not selector:
        return []
    try:
        return [text for node in page.tree.css(selector) if (text := text_of(node))]
    except SelectolaxError:
        return []


def _starts(whole: str, outline: Outline) -> list[int]:
    """Leaves that follow one another in the selected text."""
    found, at = [], 0
    for index, leaf in enumerate(outline.leaves):
        text = clean_line(leaf.text)
        place = -1 if leaf.is_embed else whole.find(text, at)
        # Text before the selected part may share short words with it: a leaf must stand where the last one ended.
        if place >= 0 and place - at <= 1:
            found.append(index)
            at = place + len(text)
    return found
