"""Writes workers/clean/calendar.json: month names from CLDR and the chief time zone of each country.

Run `python benchmarks/make_calendar.py`; needs Babel, which is a development dependency only.
"""

import json
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from babel import Locale

TARGET = Path(__file__).parent.parent / "workers" / "clean" / "calendar.json"

LOCALES = """
en de fr es it pt ca gl eu nl af da sv nb nn is fi et lv lt pl cs sk sl hr bs sr sr_Latn mk bg ro hu
el tr az az_Cyrl kk ky uz uz_Cyrl tk ru uk be ka hy ar ar_SY ar_LB ar_IQ ar_DZ ar_MA ar_TN ar_MR fa
he ur ps ku hi bn mr ne gu pa ta te kn ml si th lo km my id ms fil sw am sq mt ga cy lb mn tg ha yo
so zu ig de_AT es_MX pt_PT en_AU
"""

# Names that papers print and CLDR lacks.
EXTRA: dict[int, str] = {
    1: "jan janv gen ene sty янв січ გენ styczen januar jänner január jänn",
    2: "feb feb febr fev fév févr фев лют",
    3: "mar mrt mär märz maerz maart mars мар бер",
    4: "apr abr avr avril апр кві",
    5: "mai maj may мая май тра",
    6: "jun juin juni июн чер haz",
    7: "jul juil juillet juli июл лип tem",
    8: "aug ago août aout авг сер ağu",
    9: "sep sept set settembre сен сент вер eyl",
    10: "oct okt ott out окт жов eki",
    11: "nov noi ноя нояб лис kas",
    12: "dec dez dic déc дек гру ara",
}

# Where a country has several zones, the one in which most of its papers are written.
CHIEF_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "VN": "Asia/Ho_Chi_Minh",
}


def fold(name: str) -> str:
    """As workers.clean.calendars looks names up; the "de" of Catalan months is no part of the name."""
    return name.casefold().strip().rstrip(".").removeprefix("de ")


def month_names() -> dict[str, dict[int, set[str]]]:
    """Folded month name -> month -> languages that use it so."""
    names: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code in LOCALES.split():
        months = Locale.parse(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[context][width].items():
                    if len(fold(name)) > 1 and not any(c.isdigit() for c in name):
                        names[fold(name)][month].add(code.split("_")[0])
    for month, words in EXTRA.items():
        for word in words.split():
            if not names[word]:
                names[word][month].add("")
    return names


def one_per_name(names: dict[str, dict[int, set[str]]]) -> tuple[dict[str, int], dict[str, int]]:
    """The month of each name, and `language:name` for those that languages disagree on."""
    months: dict[str, int] = {}
    disputed: dict[str, int] = {}
    for name, by_month in sorted(names.items()):
        chief = max(by_month, key=lambda m: (len(by_month[m]), m))
        months[name] = chief
        for month, languages in by_month.items():
            if month != chief:
                disputed |= {f"{language}:{name}": month for language in sorted(languages)}
    return months, disputed


def country_zones() -> dict[str, str]:
    zones: dict[str, list[str]] = defaultdict(list)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].append(zone)
    single = {country: names[0] for country, names in zones.items() if len(names) == 1}
    return dict(sorted((single | CHIEF_ZONES).items()))


def main() -> None:
    months, disputed = one_per_name(month_names())
    data = {"months": months, "disputed": disputed, "zones": country_zones()}
    TARGET.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
