"""Reads a seed's body, one that may take long or much memory in a process of its own

    python -c "from crawler.apart import main; main()" MEGABYTES SECONDS < task

What a portal calls a feed may be ten megabytes of nested elements: parsers then work for minutes with the
interpreter's lock held, and nothing else of the crawler moves. So such bodies are read where it can be ended.
"""

import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from crawler.decoding import GZIP
from crawler.sources import bodies, probe, sitemaps
from crawler.sources.bodies import Terms
from crawler.sources.reading import Reading
from storage import archive, config, processes
from storage.config import Config
from storage.domain import SeedKind

LIGHT_BYTES = 500_000
LIGHT_TAGS = 20_000  # nested without an end they take half a second
PATIENCE = 4.0  # a process that waits instead of computing may take so many times its limit: the machine may be busy
SECONDS = 10.0  # of computing: an honest feed or sitemap of the largest size needs half of it
PAGE_SECONDS = 3.0  # the same of a web page: its links may lead to many that are made to take long
LEAST_MEGABYTES = 40
TIMES_THE_BODY = 6  # the memory that an honest body of the largest size needs
OUT_OF_MEMORY = 3
NO_TEXT = 4

_BOOT = "import sys; sys.path[:] = {path!r}; from crawler.apart import main; main()"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one body may take: seconds of computing, megabytes beyond what the process has at its start."""

    seconds: float
    megabytes: int

    @classmethod
    def of(cls, config: Config) -> "Limits":
        """The limits that the settings give."""
        return cls(SECONDS, LEAST_MEGABYTES + TIMES_THE_BODY * config.page_bytes // 1_000_000)


@dataclass(frozen=True, slots=True)
class Task:
    """What to read a body for: its address, what it should be, and the terms with their zone by its name."""

    url: str
    expected: SeedKind
    home: str
    zone: str
    since: datetime
    limit: int
    largest: int


_TASK = TypeAdapter(Task)
_ANSWER: TypeAdapter[tuple[SeedKind, Reading]] = TypeAdapter(tuple[SeedKind, Reading])


class Body:
    """A seed's body until it is read: one that isn't read in no time waits packed, for many may wait for their turn."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._is_light: bool | None = None  # not known yet

    def make_ready(self) -> bool:
        """Whether it can be read in no time; else it is packed."""
        if self._is_light is None:
            self._is_light = is_light(self._data)
            if not self._is_light:
                self._data = archive.pack(self._data)
        return self._is_light

    def unpacked(self) -> bytes:
        """The bytes themselves."""
        return archive.unpack(self._data) if self._is_light is False else self._data


def read(body: Body, url: str, expected: SeedKind, terms: Terms, limits: Limits) -> tuple[SeedKind, Reading]:
    """What a body names; a home page's `seeds` are those it declares itself. What exceeds the limits is a problem."""
    if body.make_ready():
        return read_here(body.unpacked(), url, expected, terms)
    data = body.unpacked()
    if bodies.sniff(data, expected) is SeedKind.SECTION:
        limits = replace(limits, seconds=min(limits.seconds, PAGE_SECONDS))
    task = Task(url, expected, terms.home, str(terms.zone), terms.since, terms.limit, terms.largest)
    try:
        return _ANSWER.validate_json(_ask(_TASK.dump_json(task) + b"\n" + data, limits))
    except subprocess.TimeoutExpired:
        problem = f"not read after {PATIENCE * limits.seconds:g} s"
    except subprocess.CalledProcessError as error:
        problem = _why(error.returncode, limits)
    except (ValidationError, OSError) as error:
        problem = f"its reader gave no answer: {type(error).__name__}"
    return expected, Reading(problem=problem)


def is_light(body: bytes) -> bool:
    """Whether reading a body can't take long, whatever it holds."""
    if body.startswith(GZIP):
        body = sitemaps.unzip(body, LIGHT_BYTES) or b"<" * (LIGHT_TAGS + 1)
    return len(body) <= LIGHT_BYTES and body.count(b"<") <= LIGHT_TAGS


def read_here(body: bytes, url: str, expected: SeedKind, terms: Terms) -> tuple[SeedKind, Reading]:
    """The same in this process, without limits."""
    kind, found = bodies.read(body, url, expected, terms)
    if expected is SeedKind.HOME and not found.problem:
        found = replace(found, seeds=probe.declared(body, url, terms.home))
    return kind, found


def _ask(task: bytes, limits: Limits) -> bytes:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _BOOT.format(path=sys.path), str(limits.megabytes), str(limits.seconds)],
        input=task,
        stdout=subprocess.PIPE,
        timeout=PATIENCE * limits.seconds,
        env=config.child_environment(),
        check=True,
    )
    return done.stdout


def _why(code: int, limits: Limits) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"reading it takes more than {limits.seconds:g} s"
    if code == OUT_OF_MEMORY:
        return f"reading it takes more memory than {limits.megabytes} MB"
    return f"it ended its reader with code {code}"


def main() -> None:
    """Read the task on standard input and write what it names to standard output."""
    processes.limit_memory(int(sys.argv[1]))
    processes.limit_computing(float(sys.argv[2]))
    try:
        task = _TASK.validate_json(sys.stdin.buffer.readline())
        terms = Terms(task.home, bodies.zone(task.zone), task.since, task.limit, task.largest)
        found = read_here(sys.stdin.buffer.read(), task.url, task.expected, terms)
        sys.stdout.buffer.write(_ANSWER.dump_json(found))
    except MemoryError:
        raise SystemExit(OUT_OF_MEMORY) from None
    except PydanticSerializationError:
        raise SystemExit(NO_TEXT) from None
