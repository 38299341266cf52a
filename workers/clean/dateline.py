"""The opening mark of a text: place, agency and day, as in "WASHINGTON (AP) —" """

import re
from dataclasses import dataclass
from functools import lru_cache

from workers.clean import byline, calendars, dates
from workers.clean.normal import clean_line

_DASH = r"[—–―\-－]{1,2}|\s?[.:]\s?[—–-]?"
_PLACE = r"[^\W\d_a-zа-яёα-ω][^()\[\]/\d—–―:;!?]{1,48}?"
_DAY = r"[,.]?\s[^()/—–]{0,6}\d{1,2}[^()/—–]{0,14}?"
_FORMS = (
    # WASHINGTON (AP) — ; BERLIN, Nov 3 (Reuters) - ; Paris (AFP) – ; МОСКВА, 3 ноября. /ТАСС/.
    re.compile(
        rf"^(?P<place>{_PLACE})(?P<day>{_DAY})?[.,]?\s?(?:\((?P<agency>[^()]{{2,40}})\)|/\s?(?P<slashed>[^/]{{2,30}})/)\s?(?:{_DASH})"
    ),
    # Москва. 3 ноября. INTERFAX.RU -
    re.compile(rf"^(?P<place>{_PLACE})[.,](?P<day>{_DAY})\.\s(?P<agency>[A-ZА-Я][A-ZА-Я.]{{2,20}})\s(?:[—–\-])"),
    # (Reuters) - ; /ТАСС/. ; (AP) —
    re.compile(r"^(?:\((?P<agency>[^()]{2,40})\)|/\s?(?P<slashed>[^/]{2,30})/)\s?(?:[—–\-]|\.)"),
    # Madrid, 3 nov (EFE).- ; Roma, 3 nov. - ; Berlin, 3. November –
    re.compile(rf"^(?P<place>{_PLACE})(?P<day>{_DAY})\s?(?:\((?P<agency>[^()]{{2,40}})\))?\s?(?:[.]?\s?[—–―-])\s"),
    # BUENOS AIRES — ; LA CROSSE, Wis. —
    re.compile(
        r"^(?P<place>(?:[^\W\d_a-zа-яё][^\W\d_a-zа-яё.'’-]*\s?){1,4}(?:,\s[^\W\d_][\w. ]{1,24}?)?)"
        r"\s?(?:—|–|--|\s-\s)\s?"
    ),
    # 新华社北京11月3日电
    re.compile(r"^(?P<agency>[㐀-鿿]{2,6}(?:社|网))(?P<place>[㐀-鿿]{2,8}?)(?P<day>\d{1,2}月\d{1,2}日)[电電讯訊]"),
    # 【北京=共同】, (서울=연합뉴스)
    re.compile(r"^[【(（\[](?P<place>[぀-ヿ㐀-鿿가-힯]{2,10})\s?[=＝・]\s?(?P<agency>[^】)）\]]{2,20})[】)）\]]"),
)
_MAY = re.compile(r"[)/】）\]]|\s?[—–―-]\s|电|電|--")
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before the first sentence; `text` is the mark as found."""

    text: str
    place: str | None
    agency: str | None


@lru_cache(maxsize=500)  # the text's first paragraphs are looked at for where it starts, and again for what they say
def read(paragraph: str) -> Dateline | None:
    """The dateline with which a paragraph opens; None if it opens with its sentence."""
    head = paragraph[:_LONGEST]
    if not _MAY.search(head):
        return None
    for form in _FORMS:
        match = form.match(head)
        if match is None:
            continue
        parts = match.groupdict()
        agency = clean_line(parts.get("agency") or parts.get("slashed") or "") or None
        place = clean_line(parts.get("place") or "").strip(" ,.") or None
        if _is_dateline(place, agency, parts.get("day")):
            return Dateline(clean_line(match[0]), _without_day(place), agency)
    return None


def _is_dateline(place: str | None, agency: str | None, day: str | None) -> bool:
    if place and (len(place.split()) > 6 or byline.starts_as_byline(place)):
        return False
    if agency:
        return byline.is_desk(agency) or (agency.isupper() and len(agency) < 12) or bool(place and place.isupper())
    if day:
        return bool(dates.places(f"{day} 2000")) or bool(
            re.search(r"\d", day) and any(map(calendars.month, day.split()))
        )
    return bool(place) and _is_capital(str(place))


def _is_capital(place: str) -> bool:
    """Whether the place's own name is in capitals, as in "LA CROSSE, Wis."."""
    name = place.split(",")[0]
    return name.isupper() and len(name) > 2 and len(name.split()) <= 4


def _without_day(place: str | None) -> str | None:
    return re.sub(r"[,.]?\s\d.*$", "", place) if place else None
