"""Numbers told in several words, such as "cent vingt-cinq", "treinta y dos" and "خمسة وعشرون", as one value"""

from collections.abc import Sequence
from itertools import pairwise

_AND = frozenset({"and", "y", "e", "et", "und", "i", "ve", "و"})
_SCORE = 20.0  # quatre-vingts
_HUNDRED = 100.0
MOST_WORDS = 9


def is_and(word: str) -> bool:
    """Return whether a word (in lower case) may stand between the words of one number."""
    return word in _AND


def value(words: Sequence[float]) -> float | None:
    """Return the number that the values of its words make in their order, None where they make none.

    "two", "five" are two numbers; "twenty", "five" are one, and so are "five", "twenty" where the tens come last.
    """
    if len(words) < 2 or len(words) > MOST_WORDS:
        return None
    total, current = 0.0, 0.0
    for before, word in pairwise((0.0, *words)):
        if word >= 1000:
            total, current = total + max(current, 1.0) * word, 0.0
        elif word == _HUNDRED and 0 < current < 10:
            current *= word
        elif word == _SCORE and before == 4 and current % _HUNDRED == 4:
            current += 76.0
        elif _follows(before, word, current):
            current += word
        else:
            return None
    return total + current


def _follows(before: float, word: float, current: float) -> bool:
    """Return whether a word adds to the ones before it: hundreds, tens, ones, or ones before tens."""
    if not current:
        return True
    room = current % _HUNDRED
    if word >= _HUNDRED:
        return False
    if 10 <= word < _HUNDRED:
        is_french = room in {60.0, 80.0} and word < 20
        return not room or is_french or (0 < room < 10 and before == room and (word == 10 or word % 10 == 0))
    return room % 10 == 0 and (room >= 20 or not room)
