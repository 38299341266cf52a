import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dateline.lab.__main__ import free_port, make_world, parser, prepared


def test_the_same_options_make_the_same_world() -> None:
    options = parser().parse_args(["--out", "x", "--start", "2026-11-20T12:00:00+00:00", "--seed", "3"])
    assert make_world(options, 9000, "ips") == make_world(options, 9000, "ips")
    assert make_world(options, 9000, "ips").trap == "127.0.1.1:9000"


def test_brakes_come_off() -> None:
    options = parser().parse_args(["--out", "x", "--scale", "demo", "--no-brakes"])
    world = make_world(options, 9000, "ports")
    assert not any(site.delay or "busy" in site.traits for site in world.sites)


def test_a_free_port_is_free() -> None:
    assert 1024 < free_port() < 65536


def test_two_processes_make_the_same_world() -> None:
    code = (
        "from dateline.lab.__main__ import make_world, parser; from dateline.lab import truth; import json, hashlib;"
        "o = parser().parse_args(['--out', 'x', '--start', '2026-11-20T12:00:00+00:00', '--live', '3']);"
        "text = json.dumps(truth.of(make_world(o, 9000, 'ips')));"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    made = {
        subprocess.check_output([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_a_folder_is_prepared_anew_or_goes_on(tmp_path: Path) -> None:
    options = parser().parse_args(["--out", str(tmp_path)])
    world = make_world(options, 9000, "ips")
    for name in ("requests.jsonl", "ready.json"):
        (tmp_path / name).write_text("old")
    assert prepared(tmp_path, world, keeps_log=True).read_text() == "old"
    assert not (tmp_path / "ready.json").exists()
    assert not prepared(tmp_path, world, keeps_log=False).exists()


@pytest.mark.parametrize(("wrong", "said"), [(["--scale", "huge"], "small, demo or a number"), ([], "another --port")])
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, wrong: list[str], said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "dateline.lab", "--out", str(tmp_path), "--port", port, *wrong]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
