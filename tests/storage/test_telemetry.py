"""Logs can't be forged and hold no passwords; heartbeats are rows"""

import json
import logging

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage import telemetry
from storage.models.operation import Gauge


def record(message, *, exc_info=None):
    return logging.LogRecord("x", logging.INFO, "f", 1, message, (), exc_info)


@given(st.text())
def test_a_record_is_one_line(message):
    text = telemetry.TextFormatter().format(record(message.replace("%", "")))
    assert len(text.splitlines()) == 1
    assert len(telemetry.JsonFormatter().format(record(message.replace("%", ""))).split("\n")) == 1


def test_passwords_are_hidden():
    message = "postgresql://me:s3cret@db/x and redis://:pw@host"
    for formatter in (telemetry.TextFormatter(), telemetry.JsonFormatter()):
        text = formatter.format(record(message))
        assert "s3cret" not in text
        assert ":pw@" not in text
        assert "me:***@db" in text


def test_json_has_fields():
    fields = json.loads(telemetry.JsonFormatter().format(record("héllo\nworld")))
    assert fields["message"] == "héllo\\nworld"
    assert fields["level"] == "INFO"


def test_a_heartbeat_is_one_row(database):
    beat = telemetry.Heartbeat(database, "clean", "clean-1")
    beat.beat({"stored": 1})
    beat.beat({"stored": 2})
    with database.read() as session:
        (gauge,) = session.scalars(sa.select(Gauge)).all()
        assert (gauge.role, gauge.figures) == ("clean", {"stored": 2})
    beat.end()
    with database.read() as session:
        assert session.scalars(sa.select(Gauge)).all() == []
