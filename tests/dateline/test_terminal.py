"""What commands print: safe, one line a value, JSON for programs"""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import terminal


def test_json_lines(capsys, now):
    terminal.say_json([{"at": now, "tags": ("é", 1)}, {"x": None}])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"at": "2026-11-20T12:00:00Z", "tags": ["é", 1]}, {"x": None}]


@given(st.text(alphabet=st.characters(), max_size=30))
def test_json_for_programs_cannot_steer_a_terminal(text):
    out = io.StringIO()
    with redirect_stdout(out):
        terminal.say_json([{"title": text + "\x9b31m\u202e\ud800"}])
    line = out.getvalue().removesuffix("\n")
    assert json.loads(line)["title"] == text + "\x9b31m\u202e\ud800"
    assert not terminal.OBEYED.search(line)
    assert not any(ord(c) < 32 for c in line)
    line.encode()


def test_a_table_or_its_emptiness(capsys):
    terminal.say_table("things", ("a", "b"), [("[bold]x", True)])
    assert "[bold]x" in (out := capsys.readouterr().out)
    assert "yes" in out
    terminal.say_table("things", ("a", "b"), [], empty="none yet")
    assert capsys.readouterr().out.strip() == "things: none yet"


@given(st.text())
def test_a_cell_is_one_printable_line(text):
    assert terminal.cell(text).isprintable()


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s ago"), (600, "10 min ago"), (-7200, "in 2 h"), (300000, "3 d ago")]
)
def test_ago(seconds, text):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert terminal.ago(now - timedelta(seconds=seconds), now) == text
    assert terminal.ago(None, now) == "-"
