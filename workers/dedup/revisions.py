"""Notes by which a text says that it is a later version of itself, such as "This story has been updated" """

import re

HEAD, TAIL = 400, 600  # characters in which such notes stand
MARKED = 40  # characters of a body that may begin with a headline's mark
_MARKS = (
    r"^\W{0,3}UPDATE \d",
    r"^\W{0,3}(?:UPDATED?|CORRECT(?:ED|ION)|REFILE|KORR(?:EKTUR)?|BERICHTIGUNG|CORRECCIÓN|RECTIFICATIF|ИСПРАВЛЕНО)\b",
    r"\((?:Corrected|Updated|Korrigiert|Aktualisiert)\)",
)
# Each with what every note of its kind holds, one or the other: looking for that takes a hundredth of the time.
_NOTES = (
    (
        (" updated", " corrected", " revised", " clarified", " amended"),
        (
            r"(?:story|article|report|item|version|headline)\b[^.\n]{0,30}?\b(?:been|was|is)"
            r" (?:updated|corrected|revised|clarified|amended)"
        ),
    ),
    (("version of th",), r"(?:previous|earlier) version of th(?:is|e) "),
    (("correct t", "corrects t"), r"corrects? (?:to|that|the) "),
    (("(adds", "(updates", "(recasts", "(corrects"), r"\((?:adds|updates|recasts|corrects)\b"),
    (
        ("aktualisiert", "ergänzt", "korrigiert", "berichtigt"),
        (
            r"(?:meldung|beitrag|artikel|text|fassung) (?:wurde|ist|wird)[^.\n]{0,30}?"
            r"(?:aktualisiert|ergänzt|korrigiert|berichtigt)"
        ),
    ),
    (("früheren ",), r"früheren (?:fassung|version)"),
    (("version précédente", "version antérieure"), r"version (?:précédente|antérieure) de c"),
    (("article a été ",), r"article a été (?:mis à jour|corrigé|modifié)"),
    (("versión anterior",), r"versión anterior de est"),
    ((" actualizad", " corregid"), r"(?:noticia|artículo|nota) (?:ha sido|fue) (?:actualizad|corregid)"),
    (("versione precedente",), r"versione precedente di quest"),
    (("versão anterior",), r"versão anterior dest"),
    (
        ("обновлен", "обновлён", "исправлен", "дополнен"),
        r"(?:новость|материал|статья|текст)\w* (?:был[аи]? )?(?:обновлен|обновлён|исправлен|дополнен)",
    ),
    (("предыдущей версии",), r"предыдущей версии"),
)
_MARK = re.compile("|".join(_MARKS))
_SIGNS = tuple((sign, re.compile(pattern, re.IGNORECASE)) for signs, pattern in _NOTES for sign in signs)
_ASCII_SIGNS = tuple((sign, note) for sign, note in _SIGNS if sign.isascii())


def is_noted(title: str, body: str) -> bool:
    """Return whether a text's headline, beginning or end says that it was updated or corrected."""
    if _MARK.search(title) or _MARK.search(body[:MARKED]):
        return True
    ends = (body[:HEAD], body[-TAIL:]) if len(body) > HEAD + TAIL else (body,)
    return any(map(_holds_note, ends))


def _holds_note(end: str) -> bool:
    folded = end.lower()
    signs = _ASCII_SIGNS if folded.isascii() else _SIGNS
    return any(note.search(end) for sign, note in signs if sign in folded)
