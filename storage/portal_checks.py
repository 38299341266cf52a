"""What one value of a portals file must be: each check returns it or says what is expected"""

import re
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)")
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
SELECTORS = ("title", "dek", "body", "authors", "published", "modified", "section", "remove", "links")
HOST = re.compile(r"(?=.{1,253}(?::|$))([\w-]+\.)*[\w-]+(:\d{1,5})?", re.UNICODE)


def address(value: str) -> str:
    """An absolute http or https URL with a host and without credentials."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"a full http(s) URL, but {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or re.search(r"\s", value):
        raise ValueError("a full URL such as https://www.example.org/")
    if parts.username or parts.password:
        raise ValueError("a URL without a user name or password; use `headers` for those")
    return value


def host(value: str) -> str:
    """A host name, with a port if it isn't the usual one."""
    if not HOST.fullmatch(value):
        raise ValueError("a host such as m.example.org, without scheme or path")
    return value.lower()


def language(value: str) -> str:
    """An ISO 639 code that CLDR knows, its region dropped."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(value.replace("-", "_")).language)
    except (UnknownLocaleError, ValueError):
        raise ValueError("an ISO 639 code such as en, de or pt") from None


def country(value: str) -> str:
    """An ISO 3166 code."""
    from babel import Locale

    if not re.fullmatch(r"[A-Z]{2}", value) or value not in Locale("en").territories:
        raise ValueError("an ISO 3166 code in capitals, such as US or AT")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # it searches folders: 20 ms each time


def timezone(value: str) -> str:
    """A name of the IANA database."""
    zones = _zones()
    if value in zones:
        return value
    near = {z.casefold(): z for z in zones}.get(value.casefold())
    raise ValueError("an IANA name such as Europe/Vienna" + (f"; did you mean {near}?" if near else ""))


def seconds(value: str) -> float:
    """A duration such as 15m or 1h30m in seconds."""
    if not re.fullmatch(rf"(?:{DURATION.pattern}\s*)+", value.strip()):
        raise ValueError("a duration such as 90s, 15m, 36h or 7d")
    return sum(float(n) * UNITS[u] for n, u in DURATION.findall(value))


def days(value: object) -> object:
    """A duration in days; a bare number means days."""
    if isinstance(value, str):
        return seconds(value) / UNITS["d"]
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        raise ValueError("a duration that is not negative, such as 7d")
    return value


def header(value: str) -> str:
    """One line."""
    if re.search(r"[\r\n\0]", value):
        raise ValueError("one line of text")
    return value


def proxy(value: str) -> str:
    """An http URL of a proxy; credentials are allowed here."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a proxy's URL such as http://proxy.example.org:3128")
    return value


def schedule(value: str) -> str:
    """`adaptive`, a duration of a second or more, or a cron expression."""
    from cronsim import CronSim, CronSimError

    if value == "adaptive":
        return value
    if re.fullmatch(rf"(?:{DURATION.pattern}\s*)+", value.strip()):
        if seconds(value) < 1:
            raise ValueError("an interval of at least 1s")
        return value
    try:
        from datetime import UTC, datetime

        CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(
            f"`adaptive`, an interval such as 15m, or a cron expression such as */10 * * * *: {error}"
        ) from None
    return value


def selectors(value: dict[str, str]) -> dict[str, str]:
    """Known names with CSS or XPath that can be read."""
    for name, selector in value.items():
        if name not in SELECTORS:
            raise ValueError(f"one of {', '.join(SELECTORS)}, not {name}")
        _selector(name, selector)
    return value


def _selector(name: str, selector: str) -> None:
    from cssselect import SelectorError
    from cssselect import parse as parse_css
    from lxml.etree import XPath, XPathError

    try:
        if selector.startswith(("/", "./", "(")):
            XPath(selector)
        else:
            parse_css(selector)
    except (SelectorError, XPathError) as error:
        raise ValueError(f"{name}: CSS, or XPath beginning with `/`, `./` or `(`: {error}") from None
