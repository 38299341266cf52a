"""Settings file and environment into one frozen Config"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from storage.errors import Refused

PREFIX = "DATELINE_"
FILE = "dateline.toml"
MOST_CLEANERS = 4  # unless more are asked for: the writer of stories and the store have to keep up

Network = IPv4Network | IPv6Network


def _listed(value: object) -> object:
    """The environment has no lists: a comma separates."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _networks(value: object) -> object:
    parts = _listed(value)
    return tuple(ip_network(str(p)) for p in parts) if isinstance(parts, list | tuple) else parts


Floats = Annotated[tuple[float, ...], BeforeValidator(_listed)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]


class Config(BaseModel):
    """Every setting. A key of dateline.toml, or DATELINE_ and the key in capitals; the environment wins."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    # Where things are
    var: Path = Field(Path("var"), description="Folder of what the daemon writes: database, embedded server, logs.")
    database: str = Field("", description="SQLAlchemy URL of the store; empty: SQLite in `var`.")
    redis: str = Field("", description="URL of the Redis or Valkey server; empty: one of our own in `var`.")
    portals: Path = Field(Path("portals.toml"), description="The portals file.")
    agencies: Path | None = Field(None, description="A file of agencies beside the ones that ship.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("text", description="`text` for people or `json` for machines.", pattern="^(text|json)$")

    # Who we are to portals, and how polite
    user_agent: str = Field(
        "dateline/0.1 (+https://example.org/bot)",
        description="Sent with each request, and matched with robots.txt: name a page that says who you are.",
    )
    host_concurrency: int = Field(2, ge=1, le=64, description="Requests at once to one host.")
    host_delay_seconds: float = Field(0.0, ge=0, description="Least pause between requests to one host.")
    max_crawl_delay_seconds: float = Field(
        300.0,
        ge=0,
        description="A longer crawl-delay is taken as this; longer still only slows the host for ever.",
    )
    concurrency: int = Field(256, ge=1, description="Requests at once over all hosts.")
    obey_robots: bool = Field(True, description="Obey robots.txt.")
    obey_noindex: bool = Field(False, description="Reject pages marked noindex.")
    obey_noarchive: bool = Field(False, description="Reject pages marked noarchive.")
    obey_tdm_reservation: bool = Field(False, description="Reject pages that reserve text and data mining.")
    allow_addresses: Networks = Field(
        (), description="Non-public networks that may be contacted, such as 127.0.0.0/8 for a lab."
    )

    # Limits of one page
    page_bytes: int = Field(10_000_000, ge=10_000, description="Largest body, after decompression.")
    page_seconds: float = Field(15.0, gt=0, description="Total time of one request, body included.")
    redirects: int = Field(10, ge=0, description="Redirects followed before giving up.")
    seed_entries: int = Field(1000, ge=1, description="Entries read of one visit to a seed.")
    url_length: int = Field(2083, ge=100, description="Longest URL accepted.")
    clean_seconds: float = Field(10.0, gt=0, description="Longest time that cleaning one page may take.")
    clean_megabytes: int = Field(400, ge=100, description="Memory that the cleaning child may use.")

    # When to come back
    revisit_seconds: Floats = Field(
        (1200.0, 7200.0, 86400.0, 604800.0), description="Ladder of revisits, counted from discovery."
    )
    poll_min_seconds: float = Field(60.0, gt=0, description="Least time between visits to a seed.")
    poll_max_seconds: float = Field(3600.0, gt=0, description="Most time between visits to a seed.")
    probe_seconds: float = Field(86400.0, gt=0, description="How often a portal's home is searched for seeds.")
    robots_seconds: float = Field(86400.0, gt=0, description="How long a robots.txt is taken as read.")
    recheck_every: int = Field(
        10,
        ge=2,
        description="After so many 304 answers in a row, a full fetch; a page has one at its last revisit.",
    )
    fetch_tries: int = Field(5, ge=1, description="Failed visits in a row before a page is quarantined.")
    retry_seconds: float = Field(30.0, gt=0, description="Wait after a first failed visit; doubles each time.")
    part_wait_seconds: float = Field(
        600.0,
        gt=0,
        description="Longest wait for the further pages of an article before it is stored without.",
    )

    # Leases, queues, processes
    owner: str = Field("", description="Name of this process in leases; `up` gives each of its children one.")
    lease_seconds: float = Field(20.0, gt=1, description="How long a claim holds without a sign of life.")
    sweep_seconds: float = Field(5.0, gt=0, description="How often lost work is looked for.")
    clean_tries: int = Field(3, ge=1, description="Times that cleaning a page may die before it is quarantined.")
    clean_workers: int = Field(0, ge=0, description="Cleaning processes; 0: one a processor, four at most.")
    clean_batch: int = Field(40, ge=1, le=200, description="Pages in one cleaning job.")
    backlog_pages: int = Field(2000, ge=10, description="Pages waiting for cleaning at which crawling pauses.")
    copies_window_days: float = Field(90.0, gt=0, description="How far back copies are looked for.")
    archive_window_days: float = Field(3650.0, gt=0, description="The same for agencies' own portals.")
    keep_failures_days: float = Field(30.0, gt=0, description="How long dismissed failures are kept.")

    @property
    def cleaners(self) -> int:
        """How many cleaning processes there are, the default worked out."""
        return self.clean_workers or min(os.cpu_count() or 1, MOST_CLEANERS)

    @property
    def database_url(self) -> str:
        """The store's URL, the default worked out."""
        return self.database or f"sqlite:///{(self.var / 'dateline.db').resolve()}"


# For glibc: memory of a large page goes back to the system when the page is done, whichever thread read it.
# Less than a megabyte is kept, for to ask the system for it again and again took a twentieth of the time.
ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_TRIM_THRESHOLD_": "4000000"}


def child_environment(**values: str) -> dict[str, str]:
    """This process's environment for a child, with settings (`owner="..."`) that win over the file's."""
    return {**ALLOCATOR, **os.environ, **{PREFIX + key.upper(): value for key, value in values.items()}}


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """Read the settings file (default: ./dateline.toml, if there) and the environment into a Config.

    Raises Refused with every complaint at once.
    """
    environment = os.environ if environment is None else environment
    path = path or Path(environment.get(PREFIX + "SETTINGS", FILE))
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise Refused(f"{path}: cannot be read as TOML: {error}") from error
    for key in Config.model_fields:
        if (value := environment.get(PREFIX + key.upper())) is not None:
            values[key] = value
    try:
        return Config(**values)
    except ValidationError as error:
        raise Refused(_complaints(path, error)) from error


def _complaints(path: Path, error: ValidationError) -> str:
    lines = [f"{path} or the environment holds settings that cannot be used:"]
    for item in error.errors():
        key = ".".join(str(p) for p in item["loc"])
        lines.append(f"  {key} = {item['input']!r}: {item['msg']} (environment: {PREFIX}{key.upper()})")
    return "\n".join(lines)
