"""Loads agencies.toml: names, credit lines, dateline marks"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from storage.errors import Refused

SHIPPED = Path(__file__).with_name("agencies.toml")
_SHORTEST_LITERAL = 3
_QUANTIFIERS = "?*{"
# words that many agencies share; "agency" and "service" stay, to find those that no file names
_COMMON_TEXT = "news press media the of and international agencia agence agenzia national"
_COMMON_WORDS = frozenset(_COMMON_TEXT.split())
_NO_WORD = re.compile(r"[^\w&]+")
_WORD = re.compile(r"[\w&]+")


@dataclass(frozen=True, slots=True)
class Agency:
    """One table of agencies.toml; the fields are explained at the head of that file."""

    key: str
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ambiguous: bool = False
    release: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern of one agency, and text that each of its matches contains."""

    agency: str
    literal: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Agencies:
    """All agencies, indexed for looking up names, marks, phrases and domains."""

    by_key: Mapping[str, Agency]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {normal_form(name): agency.key for agency in self.by_key.values() for name in _free_names(agency)}

    @cached_property
    def _marks(self) -> dict[str, str]:
        return {mark: agency.key for agency in self.by_key.values() for mark in _exact_marks(agency)}

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Patterns of bodies."""
        return tuple(
            Phrase(agency.key, required_literal(text), re.compile(text))
            for agency in self.by_key.values()
            for text in agency.phrases
        )

    @cached_property
    def headlines(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Patterns of headlines, matched at the start."""
        return tuple((agency.key, re.compile(text)) for agency in self.by_key.values() for text in agency.headlines)

    @cached_property
    def caseless_names(self) -> tuple[tuple[str, str], ...]:
        """Names and marks in Han and Kana, which stand in running text without spaces; longest first."""
        found = {
            name: agency.key
            for agency in self.by_key.values()
            for name in (*agency.names, *agency.marks)
            if all("぀" <= letter <= "鿿" for letter in name)
        }
        return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

    @cached_property
    def _hints(self) -> frozenset[str]:
        """One telling word of every name and mark: a line without any of them names no agency."""
        return frozenset(
            max(telling or words, key=len)
            for form in (*self._names, *map(normal_form, self._marks))
            for words in [form.split()]
            for telling in [[word for word in words if word not in _COMMON_WORDS]]
            if words
        ) | {"service", "agency", "newswire"}

    def may_name(self, line: str) -> bool:
        """Whether `line` can name an agency at all; quick, and wrong in this direction only."""
        if not self._hints.isdisjoint(_WORD.findall(line.casefold())):
            return True
        return not line.isascii() and any(name in line for name, _ in self.caseless_names)

    @cached_property
    def _domains(self) -> dict[str, str]:
        return {domain: agency.key for agency in self.by_key.values() for domain in agency.domains}

    def find(self, text: str) -> str | None:
        """The key of the agency that `text` names as a whole, or None."""
        text = text.strip()
        return self._marks.get(text) or self._names.get(normal_form(text))

    def is_ambiguous(self, key: str, text: str) -> bool:
        """Whether `text`, which names `key`, also means other things."""
        agency = self.by_key[key]
        return text.strip() in agency.marks and (agency.ambiguous or len(text.strip()) <= 2)

    def is_release(self, key: str) -> bool:
        """Whether `key` distributes press releases."""
        return key in self.by_key and self.by_key[key].release

    def of_host(self, host: str) -> str | None:
        """The agency whose own site `host` (a host name) is, or None."""
        labels = host.lower().rstrip(".").split(".")
        for start in range(len(labels) - 1):
            rest = labels[start + 1 :]
            found = self._domains.get(".".join(labels[start:]))
            if found is None and _is_public_suffix(rest):
                found = self._domains.get(f"{labels[start]}.*")
            if found is not None:
                return found
        return None


def load(*paths: Path) -> Agencies:
    """The shipped agencies and those of further files, which add to lists or bring new tables.

    Raises Refused with one line for each complaint: file, table, field, what to do.
    """
    merged: dict[str, Agency] = {}
    complaints: list[str] = []
    for path in (SHIPPED, *paths):
        for key, table in _read(path).items():
            agency, wrong = _checked(key, table)
            complaints += [f"{path}: [{key}] {text}" for text in wrong]
            if not wrong:
                merged[key] = _joined(merged[key], agency) if key in merged else agency
    complaints += _shared(merged.values())
    if complaints:
        raise Refused("\n".join(complaints))
    return Agencies(merged)


def normal_form(text: str) -> str:
    """`text` without case, punctuation and an English article, for comparing names."""
    return _NO_WORD.sub(" ", text.casefold()).strip().removeprefix("the ")


def required_literal(pattern: str) -> str:
    """The longest run of plain text that each match of `pattern` contains; "" if none is sure."""
    runs, run, depth, position = [], "", 0, 0
    while position < len(pattern):
        taken, step = _plain(pattern, position)
        character = pattern[position]
        following = pattern[position + step : position + step + 1]
        if character == "|" and depth == 0:
            return ""
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        if taken and depth == 0 and following not in tuple(_QUANTIFIERS):
            run += taken
        else:
            runs.append(run)
            run = ""
        position += step
    return max([*runs, run], key=len)


def _plain(pattern: str, position: int) -> tuple[str, int]:
    """The character that stands for itself at `position` ("" if none does), and how far to go on."""
    character = pattern[position]
    if character == "\\":
        escaped = pattern[position + 1 : position + 2]
        return ("" if escaped.isalnum() else escaped), 2
    if character == "{":
        return "", pattern.find("}", position) - position + 1
    return ("" if character in "^$.*+?()[]|" else character), 1


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror}): check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: not valid TOML: {error} (names beyond A-Z need quotes)") from error


def _checked(key: str, table: object) -> tuple[Agency, list[str]]:
    """The agency that `table` describes, and what is wrong with it."""
    if not isinstance(table, dict):
        return Agency(key), [f"must be a table of lists, as in [{key}] names = [...]"]
    known = {field.name for field in fields(Agency)} - {"key"}
    wrong: list[str] = []
    values: dict[str, Any] = {}
    for name, value in table.items():
        complaint = _complaint(name, value, known)
        wrong += [complaint] if complaint else []
        values[name] = value if isinstance(value, bool) else tuple(value) if isinstance(value, list) else ()
    if wrong:
        return Agency(key), wrong
    return Agency(key=key, **values), []


def _complaint(name: str, value: object, known: set[str]) -> str | None:
    if name not in known:
        near = get_close_matches(name, sorted(known), 1)
        return f"{name}: unknown field" + (f"; did you mean {near[0]}?" if near else "")
    if name in {"ambiguous", "release"}:
        return None if isinstance(value, bool) else f"{name}: must be true or false"
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        return f"{name}: must be a list of texts, none empty"
    if name in {"phrases", "headlines"}:
        return next(filter(None, (_pattern_complaint(name, text) for text in value)), None)
    return None


def _pattern_complaint(name: str, text: str) -> str | None:
    try:
        re.compile(text)
    except re.error as error:
        return f"{name}: {text!r} is no regular expression: {error}"
    if name == "phrases" and len(required_literal(text)) < _SHORTEST_LITERAL:
        # without plain text to look for first, the pattern would have to be tried on every article
        return f"{name}: {text!r} needs {_SHORTEST_LITERAL} plain characters in a row outside of groups"
    return None


def _joined(one: Agency, other: Agency) -> Agency:
    lists = ("names", "marks", "not_places", "phrases", "headlines", "domains")
    added = {name: tuple(dict.fromkeys(getattr(one, name) + getattr(other, name))) for name in lists}
    return Agency(one.key, **added, ambiguous=one.ambiguous or other.ambiguous, release=one.release or other.release)


def _shared(agencies: Iterable[Agency]) -> list[str]:
    """Complaints about names, marks and domains that two agencies claim."""
    owners: dict[tuple[str, str], str] = {}
    complaints = []
    for agency in agencies:
        claimed = {("name", normal_form(name)) for name in _free_names(agency)}
        claimed |= {("mark", mark) for mark in agency.marks} | {("domain", d) for d in agency.domains}
        for what, text in sorted(claimed):
            owner = owners.setdefault((what, text), agency.key)
            if owner != agency.key:
                complaints.append(f"[{agency.key}] {what} {text!r} is also that of [{owner}]: keep it in one")
    return complaints


def _free_names(agency: Agency) -> list[str]:
    """What names the agency whatever its case: its names, and marks that are no everyday word in lower case."""
    marks = [] if agency.ambiguous else [mark for mark in (agency.key, *agency.marks) if not _is_acronym(mark)]
    return [*agency.names, *marks]


def _exact_marks(agency: Agency) -> list[str]:
    return [*agency.marks, *([agency.key] if _is_acronym(agency.key) else [])]


def _is_acronym(mark: str) -> bool:
    return len(mark) <= 2 or (mark.isupper() and len(mark) <= 5)


def _is_public_suffix(labels: list[str]) -> bool:
    return len(labels) == 1 or (len(labels) == 2 and len(labels[0]) <= 3 and len(labels[1]) == 2)
