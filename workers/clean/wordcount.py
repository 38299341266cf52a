"""How many words a text has, in scripts with and without spaces"""

import re
from functools import lru_cache
from itertools import filterfalse

# Scripts without spaces between words, and how many letters a word has there on average: two in Chinese
# and Japanese, four in Thai, Lao, Khmer and Burmese. Korean writes spaces.
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_LETTERS_A_WORD = ((_IDEOGRAPHS, 2), (_UNSPACED, 4))
_LEADS = bytes([0xE0, 0xE1, *range(0xE3, 0xEA), 0xEF])  # first bytes of letters of these scripts in UTF-8
_LETTER = re.compile(r"\w")


_LONG = 2_000  # characters of a text that is worth remembering: several readers ask for the words of a page's text
_SPACES = bytes(32 if chr(code).isspace() and code < 128 else code for code in range(256))
_MARKS = bytes(code for code in range(128) if not re.match(r"[\w\s]", chr(code)))


def count(text: str) -> int:
    """Words of `text`; an estimate in scripts that write no spaces."""
    return _known(text) if len(text) >= _LONG else _count(text)


def _count(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(_SPACES, _MARKS).split())
    words = 0.0
    for letters, size in _LETTERS_A_WORD if _may_be_unspaced(text) else ():
        words += sum(len(run) for run in letters.findall(text)) / size
        text = letters.sub(" ", text)
    parts = text.split()
    marked = (part for part in filterfalse(str.isalnum, parts) if not part[0].isalnum())
    return round(words) + len(parts) - sum(not _LETTER.search(part) for part in marked)


def _may_be_unspaced(text: str) -> bool:
    """Whether letters of such scripts may be in it, as the first bytes of its letters tell."""
    coded = text.encode("utf-8", "replace")
    return len(coded.translate(None, _LEADS)) < len(coded)


_known = lru_cache(maxsize=8)(_count)
