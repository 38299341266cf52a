"""Weather bulletins: articles from one template that look alike and are no copies"""

from datetime import datetime, timedelta
from random import Random

from dateline.lab import material
from dateline.lab.model import Article, Site, Version

DAYS = 3


def bulletins(sites: tuple[Site, ...], start: datetime, rng: Random) -> list[Article]:
    """For each site of the weather trait, one bulletin a day and place."""
    return [
        _bulletin(site, place, start - timedelta(days=day, hours=3), rng)
        for site in sites
        if "weather" in site.traits
        for day in range(DAYS)
        for place in material.words(site.languages[0])["places"]
    ]


def _bulletin(site: Site, place: str, at: datetime, rng: Random) -> Article:
    language = site.languages[0]
    words = material.words(language)
    local = at.astimezone(site.zone)
    date = words["date"].format(day=local.day, month=words["months"][local.month - 1], year=local.year)
    low = rng.randint(-4, 12)
    high = low + rng.randint(3, 9)
    values = {
        "place": f"{site.home} {place}",
        "date": date,
        "low": low,
        "high": high,
        "high2": high + rng.randint(-3, 3),
        "wind": rng.choice(words["winds"]),
        "speed": rng.randint(5, 70),
        "sky": rng.choice(words["skies"]),
        "rain": rng.randint(0, 20) * 5,
        "sunrise": f"7:{rng.randint(10, 59)}",
        "sunset": f"16:{rng.randint(10, 59)}",
        "pollen": rng.choice(words["pollen"]),
    }
    title = words["weather_title"].format(**values)
    body = tuple(line.format(**values) for line in words["weather"])
    slug = f"weather-{place.lower().replace('ö', 'oe')}-{local:%Y-%m-%d}"
    return Article(
        number=0,
        site=site.id,
        path=f"/weather/{slug}/",
        language=language,
        section="local",
        story=f"{site.id}-{slug}",
        copy_kind=None,
        agency=None,
        authors=(),
        credit="",
        published_at=at,
        versions=(Version(at, title, body),),
        traits=frozenset({"original", "series"}),
    )
