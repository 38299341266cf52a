"""Composes as many distinct stories as asked for from sentence material"""

from random import Random
from typing import Any

from dateline.lab import material
from dateline.lab.model import Story

LANGUAGES = ("en", "de")
AGENCIES = {"en": ("AP", "Reuters", "AFP"), "de": ("dpa", "AFP")}
SECTIONS = ("world", "business", "science", "culture", "local", "politics")


class Composer:
    """Draws stories of one seed; two stories share turns of phrase, as news does, but no run of sentences."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"compose {seed}")
        self._names = material.table("names")
        self._count = 0

    def story(self, language: str, *, wire: bool) -> Story:
        """A new story; `wire` gives it an agency, and a second wording that a spinner could have made."""
        self._count += 1
        rng = self._rng
        parts = material.table(f"parts_{language}")
        pairs = [self._paragraph(parts, position) for position in range(rng.randint(5, 9))]
        text = tuple(first for first, _ in pairs)
        return Story(
            key=f"composed-{self._count}",
            language=language,
            section=rng.choice(SECTIONS),
            author=self.person(),
            titles=self._titles(parts),
            text=text,
            agency=rng.choice(AGENCIES[language]) if wire else None,
            place=self.place().upper() if language == "en" else self.place(),
            spun=tuple(second for _, second in pairs) if wire else (),
        )

    def person(self) -> str:
        names, rng = self._names, self._rng
        return f"{rng.choice(names['first'])} {rng.choice(names['last_head'])}{rng.choice(names['last_tail'])}"

    def place(self) -> str:
        return f"{self._rng.choice(self._names['place_head'])}{self._rng.choice(self._names['place_tail'])}"

    def _titles(self, parts: dict[str, Any]) -> tuple[str, ...]:
        """Three headlines over one text: two wordings of one claim, and one of its cause."""
        agent, act = self._pick(parts["agents"]), self._pick(parts["acts"])
        first = self._filled(f"{agent[0]} {act[0]}|{agent[1]} {act[1]}")
        return (_plain(first[0]), _plain(first[1]), _plain(f"{first[0]}, {self._words(parts)}"))

    def _words(self, parts: dict[str, Any]) -> str:
        return self._filled(self._rng.choice(parts["tails"]))[0]

    def _paragraph(self, parts: dict[str, Any], position: int) -> tuple[str, str]:
        makers = [self._report, self._report] if position == 0 else [self._report, self._quote, self._fact]
        chosen = [self._rng.choice(makers) for _ in range(self._rng.randint(2, 3))]
        sentences = [self._filled(maker(parts)) for maker in chosen]
        return " ".join(first for first, _ in sentences), " ".join(second for _, second in reversed(sentences))

    def _report(self, parts: dict[str, Any]) -> str:
        agent, act, tail = (self._pick(parts[key]) for key in ("agents", "acts", "tails"))
        comma = "," if parts is not material.table("parts_en") else ""
        return f"{agent[0]} {act[0]}{comma} {tail[0]}.|{agent[1]} {act[1]}, {tail[1]}."

    def _quote(self, parts: dict[str, Any]) -> str:
        said, role, name = self._rng.choice(parts["quotes"]), self._rng.choice(parts["roles"]), self.person()
        if parts is material.table("parts_de"):
            return f'"{said}", sagte {name} ({role}).|{name} ({role}) meinte dazu: "{said}."'
        return f'"{said}," said {name}, {role}.|According to {name}, {role}, it comes down to this: "{said}."'

    def _fact(self, parts: dict[str, Any]) -> str:
        first, second = self._pick(parts["facts"])
        return f"{first}.|{second}."

    def _pick(self, choices: list[str]) -> tuple[str, str]:
        first, _, second = self._rng.choice(choices).partition("|")
        return first, second or first

    def _filled(self, pair: str) -> tuple[str, str]:
        """Both wordings with the same number, person and town in them."""
        values = {"n": str(self._rng.randint(3, 990)), "name": self.person(), "place": self.place()}
        first, _, second = pair.format(**values).partition("|")
        return first, second


def _plain(title: str) -> str:
    return title.replace(",", "").rstrip(".")
