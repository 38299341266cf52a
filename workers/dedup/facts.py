"""Names and numbers of a text: what a rewording keeps"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.lexicon import Attributes, Ints, number_share, number_term

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

NAME_SHARE = 0.004  # a term that stands in fewer articles than this may be a name where case doesn't tell
GERMAN_NAME_SHARE = 0.002  # nouns are capitalised too: only the rarer ones can be told for names
CASELESS = 0.01  # texts with fewer capitalised words are in a script without case (or in small letters)
TENS = (20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0)
_GERMAN = frozenset({"der", "die", "und", "das", "den", "mit", "nicht", "von"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Every mention of a name or number in order: its term, position among the words, how common it is."""

    terms: Ints
    at: Ints
    is_number: Bools
    shares: Floats


def facts(words: Sequence[str], numbers: Ints, first: Bools, known: Attributes) -> Facts:
    """Return the facts of a text whose `words` have these lexicon `numbers`; `first` marks sentence openings."""
    values = known.values[numbers]
    is_number = ~np.isnan(values)
    is_name = _names(words, numbers, first, known) & ~is_number
    is_fact = is_number | is_name
    by_sound = known.is_capitalised[numbers] | is_number
    terms = np.where(by_sound, known.skeletons[numbers], known.stems[numbers])
    shares = known.shares[numbers]
    for at, value in _combined(numbers, values, known):
        terms[at], shares[at] = number_term(value), number_share(value)
        if not known.magnitudes[numbers[at + 1]]:
            is_fact[at + 1] = False
    places = np.flatnonzero(is_fact)
    return Facts(terms[places], places, is_number[places], shares[places])


def _names(words: Sequence[str], numbers: Ints, first: Bools, known: Attributes) -> Bools:
    capital, shares = known.is_capitalised[numbers], known.shares[numbers]
    if is_caseless(capital):
        caseless: Bools = (shares < NAME_SHARE) & (known.lengths[numbers] > 1)
        return caseless
    if _is_german(words):
        nouns: Bools = capital & (shares < GERMAN_NAME_SHARE)
        return nouns
    return _inside_or_known(numbers, first, known)


def is_caseless(capital: Bools) -> bool:
    """Return whether a text tells names by no capitals; `capital` marks its capitalised words."""
    return bool(capital.sum() < CASELESS * capital.size)


def _inside_or_known(numbers: Ints, first: Bools, known: Attributes) -> Bools:
    """Return the capitalised words inside sentences, and those opening one that look like names besides."""
    capital = known.is_capitalised[numbers]
    names: Bools = capital & ~first
    opens_a_name = np.zeros(numbers.size, np.bool_)
    opens_a_name[:-1] = names[1:]
    open_question = np.flatnonzero(first & capital & (known.shares[numbers] < NAME_SHARE))
    inner_names = set(known.skeletons[numbers[names]].tolist())
    again = [skeleton in inner_names for skeleton in known.skeletons[numbers[open_question]].tolist()]
    names[open_question] = opens_a_name[open_question] | np.array(again, np.bool_)
    return names


def _combined(numbers: Ints, values: npt.NDArray[np.float64], known: Attributes) -> list[tuple[int, float]]:
    """Return where numbers go on in the next word, with their values: "1.2 million", "fifty-eight"."""
    if numbers.size < 2:
        return []
    following, follower = values[1:], numbers[1:]
    is_word = (known.lengths[numbers[:-1]] > 2) & (known.lengths[follower] > 1)
    adds = np.isin(values[:-1], TENS) & (following > 0) & (following < 10) & is_word
    magnitudes = known.magnitudes[follower]
    scales = ~np.isnan(values[:-1]) & (magnitudes > 0)
    found = []
    for at in np.flatnonzero(adds | scales).tolist():
        value = float(values[at])
        found.append((at, value + float(following[at]) if adds[at] else value * float(magnitudes[at])))
    return found


def _is_german(words: Sequence[str]) -> bool:
    opening = words[:200]
    return sum(map(_GERMAN.__contains__, opening)) >= min(8, max(3, len(words) // 20))
