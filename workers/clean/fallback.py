"""Another source for the text when the leaves give none: the page's own JSON-LD, its scripts, then trafilatura"""

import re

from storage.domain import Block, BlockKind
from workers.clean import wordcount
from workers.clean.body import body_text
from workers.clean.drawn import drawn_paragraphs
from workers.clean.facts import declares_article
from workers.clean.hints import announced_body
from workers.clean.markup import Markup
from workers.clean.normal import clean_line
from workers.clean.outline import Outline

_FEW_WORDS = 25  # a body shorter than this is doubted
_MIN_GAIN = 2.0  # how many times longer another text must be
_LONG_PAGE_WORDS = 120
_TAGS = re.compile(r"<[^>]{1,200}>")


def better_text(page: Markup, outline: Outline, blocks: tuple[Block, ...], body: bytes) -> tuple[Block, ...] | None:
    """Blocks from elsewhere, where the page's own leaves gave next to nothing; None to keep them.

    The publisher's own `articleBody` comes first: pages that draw their text by script carry it there, or else in what
    they hand to the script; a list of teasers may do so as well, so only an article's page is searched. trafilatura
    costs ten times what the rest of cleaning does, so it is asked only where the page shows text that was not picked.
    """
    words = wordcount.count(body_text(blocks))
    if words >= _FEW_WORDS:
        return None
    announced = _blocks(announced_body(page.objects))
    if _is_better(announced, words):
        return announced
    drawn = _blocks("\n".join(drawn_paragraphs(page))) if declares_article(page) else ()
    if _is_better(drawn, words):
        return drawn
    shown = sum(wordcount.count(leaf.text) for leaf in outline.leaves if leaf.link_chars * 2 < len(leaf.text))
    if shown < _LONG_PAGE_WORDS:
        return None
    import trafilatura  # here because importing it takes a fifth of a second that few pages need

    found = _blocks(trafilatura.extract(body, url=page.url, include_comments=False, favor_precision=True) or "")
    return found if _is_better(found, words) else None


def _is_better(blocks: tuple[Block, ...], words: int) -> bool:
    return wordcount.count(body_text(blocks)) >= max(_FEW_WORDS, _MIN_GAIN * words)


def _blocks(text: str) -> tuple[Block, ...]:
    lines = (clean_line(_TAGS.sub(" ", line)) for line in text.splitlines())
    return tuple(Block(BlockKind.PARAGRAPH, line) for line in lines if line)
