"""Portals file into Portal values, with readable complaints"""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from storage import portal_checks as checks
from storage.domain import SeedKind
from storage.errors import Refused

Address = Annotated[str, AfterValidator(checks.address)]
Days = Annotated[float, BeforeValidator(checks.days)]


class SeedEntry(BaseModel):
    """A seed as the file names it; a bare URL stands for one whose kind is found out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Address
    kind: SeedKind | None = Field(None, description="feed, sitemap, section or wordpress; left out: found out.")


def _seed(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


class Portal(BaseModel):
    """One entry of the portals file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(
        alias="id", description="Short name, kept for ever: `world-nation`.", pattern=r"^[a-z0-9][a-z0-9._-]*$"
    )
    home: Address = Field(description="The home page.")
    enabled: bool = Field(True, description="false: known, but not visited.")
    language: Annotated[str, AfterValidator(checks.language)] | None = Field(
        None, description="Main language, such as `de`; left out: read from its pages."
    )
    country: Annotated[str, AfterValidator(checks.country)] | None = Field(None, description="Such as `AT`.")
    timezone: Annotated[str, AfterValidator(checks.timezone)] | None = Field(
        None, description="IANA name such as `Europe/Vienna`: the zone of times that its pages give without one."
    )
    seeds: tuple[Annotated[SeedEntry, BeforeValidator(_seed)], ...] = Field(
        (), description="Feeds, sitemaps, section pages; none: they are looked for."
    )
    hosts: tuple[Annotated[str, AfterValidator(checks.host)], ...] = Field(
        (), description="Further hosts whose pages belong to the portal."
    )
    host_concurrency: int | None = Field(None, ge=1, le=64, description="Requests at once to one of its hosts.")
    delay_seconds: float | None = Field(None, ge=0, description="Least pause between requests to one of its hosts.")
    since_days: Days = Field(7.0, alias="since", description="How far back to begin: `7d`, `36h`.")
    user_agent: str | None = Field(None, min_length=1, description="Instead of the daemon's own.")
    headers: dict[str, Annotated[str, AfterValidator(checks.header)]] = Field({}, description="Sent with each request.")
    proxy: Annotated[str, AfterValidator(checks.proxy)] | None = Field(None, description="http://host:port")
    schedule: Annotated[str, AfterValidator(checks.schedule)] = Field(
        "adaptive", description="`adaptive`, an interval such as `15m`, or a cron expression in UTC."
    )
    agency: str | None = Field(None, description="The portal is this agency's own: `AP`.")
    selectors: Annotated[dict[str, str], AfterValidator(checks.selectors)] = Field(
        {}, description="For the rare site that needs them: CSS, or XPath if it begins with `/`, `./` or `(`."
    )


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one value of the file."""

    portal: str  # its id, or "entry 3" where it has none, or "file"
    key: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.portal}: {self.key} = {self.value}: {self.expected}"


class BadPortals(Refused):
    """The portals file cannot be used; `complaints` holds every reason."""

    def __init__(self, path: str, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__(
            "\n".join([f"{path}: {len(self.complaints)} complaint(s)", *(f"  {c}" for c in self.complaints)])
        )


def read(path: Path) -> tuple[Portal, ...]:
    """The portals of the file at `path`. Raises BadPortals with every complaint at once."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadPortals(
            str(path), [Complaint("file", "path", str(path), f"a file that can be read: {error.strerror}")]
        ) from error
    return parse(data, str(path))


def parse(data: bytes, name: str = "portals.toml") -> tuple[Portal, ...]:
    """The portals that the bytes of a file name. Raises BadPortals with every complaint at once."""
    document = _toml(data, name)
    complaints = [
        Complaint("file", key, _short(value), f"only [[portal]] entries{_nearest(key, ['portal'])}")
        for key, value in document.items()
        if key != "portal"
    ]
    entries = document.get("portal", [])
    if not isinstance(entries, list):
        complaints.append(Complaint("file", "portal", _short(entries), "[[portal]] with two brackets"))
        entries = []
    portals = [p for i, entry in enumerate(entries, 1) if (p := _portal(entry, i, complaints)) is not None]
    complaints += _doubled(portals)
    if complaints:
        raise BadPortals(name, complaints)
    return tuple(portals)


def _toml(data: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        complaint = Complaint("file", f"line {line}", repr(data[error.start : error.end]), "UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        complaint = Complaint("file", "syntax", str(error), "valid TOML")
    raise BadPortals(name, [complaint])


def _portal(entry: object, number: int, complaints: list[Complaint]) -> Portal | None:
    name = f"entry {number}"
    if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
        name = str(entry["id"])
    try:
        return Portal.model_validate(entry, by_alias=True, by_name=False)
    except ValidationError as error:
        complaints += [_complaint(name, item) for item in error.errors()]
        return None


def _complaint(portal: str, item: Any) -> Complaint:
    key = ".".join(str(part) for part in item["loc"]) or "entry"
    expected = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        known = [f.alias or n for n, f in (SeedEntry if key.startswith("seeds.") else Portal).model_fields.items()]
        expected = f"no such key{_nearest(key.rsplit('.', 1)[-1], known)}"
    elif item["type"] == "missing":
        return Complaint(portal, key, "(missing)", "every portal needs it")
    elif item["type"] == "string_pattern_mismatch":
        expected = "small letters, digits, dots, dashes and underscores, such as world-nation"
    return Complaint(portal, key, _short(item["input"]), expected)


def _doubled(portals: list[Portal]) -> list[Complaint]:
    keys = Counter(p.key for p in portals)
    homes = Counter(p.home.rstrip("/") for p in portals)
    found = [Complaint(k, "id", repr(k), f"an id of its own: it stands {n} times") for k, n in keys.items() if n > 1]
    for home, count in homes.items():
        if count > 1:
            owners = ", ".join(p.key for p in portals if p.home.rstrip("/") == home)
            found.append(Complaint(owners, "home", repr(home), f"one entry a home: it stands {count} times"))
    return found


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(sorted(known))}"


def _short(value: object) -> str:
    text = re.sub(r"\s+", " ", repr(value))
    return text if len(text) <= 80 else text[:77] + "..."
