"""Notes by which a text says that it is a later version of itself, such as "This story has been updated" """

import re

HEAD, TAIL = 400, 600  # characters in which such notes stand
MARKED = 40  # characters of a body that may begin with a headline's mark
_MARKS = (
    r"^\W{0,3}UPDATE \d",
    r"^\W{0,3}(?:UPDATED?|CORRECT(?:ED|ION)|REFILE|KORR(?:EKTUR)?|BERICHTIGUNG|CORRECCIÓN|RECTIFICATIF|ИСПРАВЛЕНО)\b",
    r"\((?:Corrected|Updated|Korrigiert|Aktualisiert)\)",
)
_NOTES = (
    (
        r"(?:story|article|report|item|version|headline)\b[^.\n]{0,30}?\b(?:been|was|is)"
        r" (?:updated|corrected|revised|clarified|amended)"
    ),
    r"(?:previous|earlier) version of th(?:is|e) ",
    r"corrects? (?:to|that|the) ",
    r"\((?:adds|updates|recasts|corrects)\b",
    (
        r"(?:meldung|beitrag|artikel|text|fassung) (?:wurde|ist|wird)[^.\n]{0,30}?"
        r"(?:aktualisiert|ergänzt|korrigiert|berichtigt)"
    ),
    r"früheren (?:fassung|version)",
    r"version (?:précédente|antérieure) de c",
    r"article a été (?:mis à jour|corrigé|modifié)",
    r"versión anterior de est",
    r"(?:noticia|artículo|nota) (?:ha sido|fue) (?:actualizad|corregid)",
    r"versione precedente di quest",
    r"versão anterior dest",
    r"(?:новость|материал|статья|текст)\w* (?:был[аи]? )?(?:обновлен|обновлён|исправлен|дополнен)",
    r"предыдущей версии",
)
# One of which every note has: looking for these takes a hundredth of the time.
_STEMS = (
    "updat", "correct", "revis", "clarif", "amend", "version", "(adds", "(recast", "aktualisier", "ergänz", "korrigi",
    "berichtig", "fassung", "à jour", "corrigé", "modifié", "actualizad", "corregid", "versión", "versão", "обновл",
    "исправл", "дополнен", "верси",
)  # fmt: skip
_ASCII_STEMS = tuple(stem for stem in _STEMS if stem.isascii())
_MARK = re.compile("|".join(_MARKS))
_NOTE = re.compile("|".join(_NOTES), re.IGNORECASE)


def is_noted(title: str, body: str) -> bool:
    """Return whether a text's headline, beginning or end says that it was updated or corrected."""
    if _MARK.search(title) or _MARK.search(body[:MARKED]):
        return True
    ends = (body[:HEAD], body[-TAIL:]) if len(body) > HEAD + TAIL else (body,)
    return any(_may_hold(end) and _NOTE.search(end) for end in ends)


def _may_hold(end: str) -> bool:
    folded = end.lower()
    return any(stem in folded for stem in (_ASCII_STEMS if folded.isascii() else _STEMS))
