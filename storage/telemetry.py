"""Logs and signs of life that all processes share"""

import json
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed
from typing import Any

import sqlalchemy as sa

from storage import db, processes
from storage.db import Database
from storage.errors import Retryable
from storage.models.operation import Gauge

BEAT_SECONDS = 5.0
Figures = Callable[[], dict[str, Any]]

# Passwords in URLs up to the last @ of the authority, tokens that stand in the place of a user, and values of
# parameters and headers that are called like secrets.
USERINFO = re.compile(r"(?<=://)([^/\s:@]*):[^/\s]+@")
TOKEN_USER = re.compile(r"(?<=://)[^/\s:@*]+@")
NAMED = re.compile(
    r"(?i)\b([\w-]{0,30}(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key))"
    r"([\"']?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)"
)
SCHEMES = re.compile(r"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?\w{1,20}|bearer(?=\s+\S*\d))\s+[\w.~+/=-]+")


def version() -> str:
    """The version that is installed; of a bare checkout, `0`."""
    try:
        return _installed("dateline")
    except PackageNotFoundError:
        return "0"


def hide(text: str) -> str:
    """The text with passwords and tokens hidden."""
    text = TOKEN_USER.sub("***@", USERINFO.sub(r"\1:***@", text))
    return NAMED.sub(r"\1\2***", SCHEMES.sub(r"\1 ***", text))


def clean(message: str) -> str:
    """A message on one line, control characters shown, passwords hidden."""
    message = hide(message)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in message)


class TextFormatter(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message; a traceback follows, each line indented so that none poses as a record."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        line = f"{at}Z {record.levelname} {record.name}: {clean(record.getMessage())}"
        if record.exc_info:
            trace = self.formatException(record.exc_info).splitlines()
            line += "".join(f"\n    {clean(part)}" for part in trace)
        return line


class JsonFormatter(logging.Formatter):
    """An object a line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's fields; a traceback is a field too."""
        fields: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "pid": record.process,
            "message": clean(record.getMessage()),
        }
        if record.exc_info:
            fields["traceback"] = hide(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)


def set_up_logs(level: str, form: str) -> None:
    """Send the logs of this process to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("rq", "scrapy", "twisted", "asyncio", "alembic", "trafilatura", "charset_normalizer"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def owner(role: str) -> str:
    """A name for this process in leases."""
    return f"{role}-{socket.gethostname()}-{os.getpid()}"


class Heartbeat:
    """Says now and then that a process lives and what it has done."""

    def __init__(self, database: Database, role: str, name: str) -> None:
        self._database = database
        self._role, self._name = role, name
        self._started_at = datetime.now(UTC)

    def beat(self, figures: dict[str, Any]) -> None:
        """Write the figures; a store that is away is no reason to stop."""
        try:
            with self._database.session() as session:
                self._write(session, figures)
        except Retryable as error:
            logging.getLogger(__name__).debug("no heartbeat: %s", error)

    def _write(self, session: db.Session, figures: dict[str, Any]) -> None:
        values = {
            "role": self._role,
            "pid": os.getpid(),
            "version": version(),
            "started_at": self._started_at,
            "seen_at": db.now(session),
            "figures": figures,
        }
        insert = db.insert(session, Gauge).values(owner=self._name, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["owner"], set_=values))

    @contextmanager
    def beating(self, figures: Figures) -> Iterator[None]:
        """Beat in a thread of its own, so that a long job is no silence; the gauge goes at the end."""
        ended, freed = threading.Event(), processes.Freed()

        def keep() -> None:
            self.beat(figures())
            while not ended.wait(BEAT_SECONDS):
                self.beat(figures())
                freed.give_back()

        thread = threading.Thread(target=keep, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(BEAT_SECONDS)
            self.end()

    def end(self) -> None:
        """The process leaves: its gauge goes with it."""
        try:
            with self._database.session() as session:
                session.execute(sa.delete(Gauge).where(Gauge.owner == self._name))
        except Retryable as error:
            logging.getLogger(__name__).debug("the gauge stays: %s", error)
