"""Names and numbers of a text: what a rewording keeps"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup import number_runs
from workers.dedup.lexicon import Attributes, Bools, Ints, number_share, number_term

Floats = npt.NDArray[np.float32]

NAME_SHARE = 0.004  # a term that stands in fewer articles than this may be a name where case doesn't tell
GERMAN_NAME_SHARE = 0.002  # nouns are capitalised too: only the rarer ones can be told for names
CASELESS = 0.01  # texts with fewer capitalised words are in a script without case (or in small letters)
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
    terms, shares = known.facts[numbers], known.shares[numbers]
    for at, value in _scaled(numbers, values, is_number, known):
        terms[at], shares[at] = number_term(value), number_share(value)
    for at, end, value in _spelt(words, known.parts[numbers]):
        terms[at], shares[at] = number_term(value), number_share(value)
        is_fact[at], is_fact[at + 1 : end] = True, False
        is_number[at] = True
    places = is_fact.nonzero()[0]
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
    return bool(np.count_nonzero(capital) < CASELESS * capital.size)


def _inside_or_known(numbers: Ints, first: Bools, known: Attributes) -> Bools:
    """Return the capitalised words inside sentences, and those opening one that look like names besides."""
    capital = known.is_capitalised[numbers]
    names: Bools = capital & ~first
    opens_a_name = np.zeros(numbers.size, np.bool_)
    opens_a_name[:-1] = names[1:]
    open_question = (first & capital & (known.shares[numbers] < NAME_SHARE)).nonzero()[0]
    inner_names = set(known.facts[numbers[names]].tolist())
    again = [name in inner_names for name in known.facts[numbers[open_question]].tolist()]
    names[open_question] = opens_a_name[open_question] | np.array(again, np.bool_)
    return names


def _scaled(
    numbers: Ints, values: npt.NDArray[np.float64], is_number: Bools, known: Attributes
) -> list[tuple[int, float]]:
    """Return where a magnitude follows a number, with the product: "1.2 million"."""
    places = is_number[:-1].nonzero()[0]
    magnitudes = known.magnitudes[numbers[places + 1]]
    scaled = places[magnitudes > 0].tolist()
    return [(at, float(values[at] * known.magnitudes[numbers[at + 1]])) for at in scaled]


def _spelt(words: Sequence[str], parts: npt.NDArray[np.float64]) -> Iterator[tuple[int, int, float]]:
    """Yield where numbers of several words begin and end, with their values: "cent vingt-cinq"; see number_runs."""
    held = parts.nonzero()[0]
    places, values = held.tolist(), parts[held].tolist()
    at = 0
    while at < len(places):
        last = at
        end = min(len(places), at + number_runs.MOST_WORDS)
        while last + 1 < end and _goes_on(words, places[last], places[last + 1]):
            last += 1
        while last > at:
            value = number_runs.value(values[at : last + 1])
            if value is not None:
                yield places[at], places[last] + 1, value
                break
            last -= 1
        at = last + 1


def _goes_on(words: Sequence[str], place: int, following: int) -> bool:
    return following == place + 1 or (following == place + 2 and number_runs.is_and(words[place + 1].casefold()))


def _is_german(words: Sequence[str]) -> bool:
    opening = words[:200]
    return sum(map(_GERMAN.__contains__, opening)) >= min(8, max(3, len(words) // 20))
