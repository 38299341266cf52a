"""Copies of each kind, made of a pack's originals, by which the model of kinds learns what a kind is

The packs' own copies of a kind share habits of the program that made them, such as a portal's lines round every
verbatim copy. These have the bare kind: the text as it is, a few words changed and sentences left out, some of them at
its end (edited), words exchanged in most sentences (spun), another's sentences before it, its end cut or not
(localised), or among it (update); half of each with lines of a portal round them, which make no kind. The packs' own
copies come a second time as those of portals that are new, whose lines nobody knows. All train the choice between kinds
only, never whether a text is a copy.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchmarks.copy_variants import Variant
from benchmarks.packs import Pack
from storage.domain import Document
from workers import text

FIRST_ID = 2_000_000  # above those of copy_variants
EVERY = 8  # of the originals that nobody copied
LEAST = 5  # sentences of a text that copies are made of
EXCHANGED = (0.06, 0.5)  # of the words of a spun copy, as word-for-word spinners do
EDITED = (0.004, 0.04)  # of the words of an edited copy, and one at least
CUT = 0.6  # of an edited copy's sentences at least are left where its end is cut too,
OPENING = 0.3  # of a localised one's, which often has no more than the agency's opening,
UNCUT = 0.95  # and at most
LEFT_OUT = (0.05, 0.25)  # of the sentences of an edited copy
_WORD = re.compile(r"\b[^\W\d_A-ZА-Я]{4,}\b")
_DATELINE = re.compile(r"^[^\n]{3,60}?(?:\s[-–—]+\s|\)\s)")
BEFORE = (
    "By Staff Reporter | 12 March 2026, 14:05",
    "Posted in Nation on Thursday",
    "Share this:",
    "5 minutes to read",
    "Home / Latest / Top stories",
    "Text size: small, medium, large",
    "Von unserer Redaktion, aktualisiert um 11.20 Uhr",
    "Artikel anhören",
    "Partager sur les réseaux sociaux",
    "Par la rédaction, publié le 3 avril à 18 h 40",
    "Portada / Internacional",
    "Redacción, 7 de mayo de 2026",
    "Время чтения: 3 минуты",
)
AFTER = (
    "Do you have a story for us? Write to newsroom@portal.example.",
    "Get our morning briefing by e-mail. You can unsubscribe at any time.",
    "Comments are moderated and may take a while to appear. 4 comments",
    "© Portal Media Group 2026. Reproduction without permission is prohibited.",
    "More from this section: what to know this weekend.",
    "By signing up you accept our terms and our privacy policy.",
    "Tags: politics, economy, world",
    "Das könnte Sie auch interessieren: unsere meistgelesenen Artikel.",
    "Alle Rechte vorbehalten. Impressum und Datenschutz.",
    "Abonnez-vous à notre lettre quotidienne. Tous droits réservés.",
    "Suscríbase a nuestro boletín. Deje su comentario.",
    "Подписывайтесь на наш канал. Перепечатка запрещена.",
)
FRAMED = 0.5  # of the made copies have such lines, up to so many before and after:
MOST_BEFORE, MOST_AFTER = 2, 4
_KINDS = ("verbatim", "edited", "spun", "localised", "update")


def kinds(pack: Pack) -> Iterator[Variant]:
    """Yield a made copy of each kind for the originals of a pack."""
    copied = {gold["parent"] for gold in pack.gold.values() if gold.get("parent")}
    others = _same_language(pack)
    number = FIRST_ID
    for document in pack.documents:
        name = pack.names[document.article_id]
        is_wanted = name in copied or document.article_id % EVERY == 0
        if pack.gold[document.article_id]["kind"] != "original" or not is_wanted:
            continue
        parts = _sentences(document)
        if len(parts) < LEAST:
            continue
        chance = random.Random(f"kinds {name}")
        other = chance.choice(others[document.article_id])
        for kind in _KINDS:
            body = "\n\n".join(_framed(chance, _made(kind, chance, parts, _sentences(other))))
            gold = {**pack.gold[document.article_id], "kind": kind, "parent": name}
            made = replace(document, article_id=number, revision_id=number, portal="a portal of its own", body=body)
            yield Variant(made, gold, (document.article_id,))
            number += 1


def newcomers(pack: Pack) -> Iterator[Variant]:
    """Yield the copies of a pack as if each portal were new, so that none of its lines is known for a habit."""
    number_of = {name: number for number, name in pack.names.items()}
    number = FIRST_ID + len(_KINDS) * len(pack.documents)
    for document in pack.documents:
        gold = pack.gold[document.article_id]
        source = number_of.get(gold.get("parent") or "")
        if gold["kind"] != "original" and source is not None:
            number += 1
            yield Variant(replace(document, article_id=number, revision_id=number), gold, (source,))


def _same_language(pack: Pack) -> Mapping[int, list[Document]]:
    """Return for each article others in its language that it doesn't share a story with."""
    language = {number: role["lang"] for number, role in pack.roles.items()}
    found: dict[int, list[Document]] = {}
    for document in pack.documents:
        mine = document.article_id
        near = (
            range(max(0, mine - 40), min(len(pack.documents), mine + 40))
            if not language
            else range(len(pack.documents))
        )
        found[mine] = [
            other
            for other in (pack.documents[at] for at in near)
            if language.get(other.article_id) == language.get(mine) and not pack.same_story(mine, other.article_id)
        ]
    return found


def _made(kind: str, chance: random.Random, parts: list[str], theirs: list[str]) -> list[str]:
    if kind == "verbatim":
        return parts if chance.random() < 0.5 else [_DATELINE.sub("", parts[0]), *parts[1:]]
    if kind == "edited":
        return _edited(chance, parts, theirs)
    if kind == "spun":
        return _exchanged(chance, parts, chance.uniform(*EXCHANGED), theirs)
    some = theirs[: chance.randint(1, 3)] if kind == "localised" else theirs[1 : 1 + chance.randint(1, 3)]
    if kind == "localised":
        return [*some, *_shortened(chance, parts, OPENING)]
    found = list(parts)
    for part in some:
        found.insert(chance.randint(1, len(found)), part)
    return found


def _framed(chance: random.Random, parts: list[str]) -> list[str]:
    if chance.random() >= FRAMED:
        return parts
    before = chance.sample(BEFORE, chance.randint(0, MOST_BEFORE))
    return [*before, *parts, *chance.sample(AFTER, chance.randint(1, MOST_AFTER))]


def _edited(chance: random.Random, parts: list[str], theirs: list[str]) -> list[str]:
    parts = _shortened(chance, parts, CUT)
    drop = max(1, round(chance.uniform(*LEFT_OUT) * len(parts)))
    gone = set(chance.sample(range(1, len(parts)), min(drop, len(parts) - 2)))
    kept = [part for at, part in enumerate(parts) if at not in gone]
    share, found = chance.uniform(*EDITED), kept
    while found == kept:
        found, share = _exchanged(chance, kept, share, theirs), share + EDITED[0]
        if share > 1:
            return kept
    return found


def _shortened(chance: random.Random, parts: list[str], least: float) -> list[str]:
    """Return the sentences, half of the time without the last ones; a share of `least` is always left."""
    if chance.random() < 0.5:
        return parts[: max(LEAST - 1, round(chance.uniform(least, UNCUT) * len(parts)))]
    return parts


def _exchanged(chance: random.Random, parts: list[str], share: float, theirs: list[str]) -> list[str]:
    """Return sentences with some of their words, no names among them, exchanged for another text's."""
    words = [word for part in theirs for word in _WORD.findall(part)] or ["word"]
    return [_WORD.sub(lambda m: chance.choice(words) if chance.random() < share else m[0], part) for part in parts]


def _sentences(document: Document) -> list[str]:
    return [document.body[start:end] for start, end in text.sentences(document.body)]
