import os
import subprocess
import sys

from dateline.lab.__main__ import free_port, make_world, parser


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
