"""Text in normal form: NFC, no control characters, no lone surrogates, single spaces"""

import re
import unicodedata

# Soft hyphens, zero-width spaces and joins, and marks of direction: they are layout, not text, and two
# copies of one text differ in them. Zero-width joiner and non-joiner stay: Persian and Hindi spell with them.
_LAYOUT = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufff9-\ufffb"
# Control characters except white space, and surrogates without a partner: databases refuse both.
_FORBIDDEN = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_UNWANTED = re.compile(f"[{_LAYOUT}{_FORBIDDEN}]+")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


def clean_line(text: str) -> str:
    """`text` on one line in normal form, without white space at the ends."""
    line = text.strip()
    if not line.isprintable() or "  " in line:  # of the marks that part words, only a space can be printed
        line = " ".join(line.split())
        if not line.isprintable():
            # Removal can bring two spaces together, and leave one at an end.
            return " ".join(unicodedata.normalize("NFC", _UNWANTED.sub("", line)).split())
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def clean_lines(text: str) -> str:
    """`text` in normal form with its line breaks and indents kept, for preformatted text."""
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text.expandtabs(4)))
    return "\n".join(line.rstrip() for line in _BREAKS.sub("\n", text).split("\n")).strip("\n")
