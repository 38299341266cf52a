"""Runs a lab in its own process: `python -m dateline.lab --port N --out DIR`"""

import argparse
import asyncio
import json
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from dateline.lab import truth
from dateline.lab.model import World
from dateline.lab.plan import FIRST_HOST, plan
from dateline.lab.server import Lab, without_brakes
from dateline.lab.world import WorldBuilder


def parser() -> argparse.ArgumentParser:
    """The lab's options."""
    words = argparse.ArgumentParser(prog="python -m dateline.lab", description=__doc__)
    words.add_argument("--out", type=Path, required=True, help="folder for portals.toml, truth.json, requests.jsonl")
    words.add_argument("--port", type=int, default=0, help="port of every site; 0 (default) takes a free one")
    words.add_argument("--seed", type=int, default=7, help="another seed, another world (default 7)")
    words.add_argument("--scale", default="small", help="small, demo, or a number of articles")
    words.add_argument("--live", type=float, default=0.0, metavar="SECONDS", help="a new article every SECONDS")
    words.add_argument("--arrivals", type=int, default=600, help="how many articles arrive in live mode (default 600)")
    words.add_argument(
        "--start", type=datetime.fromisoformat, help="the lab's first moment, ISO with zone (default: now)"
    )
    words.add_argument(
        "--net", choices=("auto", "ips", "ports"), default="auto", help="127.0.0.x each, or ports of one"
    )
    words.add_argument("--no-brakes", action="store_true", help="no crawl-delay and no 429, to measure throughput")
    words.add_argument("--keep-log", action="store_true", help="go on with requests.jsonl instead of beginning anew")
    words.add_argument("--stop-after", type=float, default=0.0, metavar="SECONDS", help="end by itself (0: never)")
    return words


def make_world(options: argparse.Namespace, port: int, net: str) -> World:
    """The world that the options ask for."""
    layout = plan(options.scale, port=port, net=net, every_seconds=options.live, arrivals=options.arrivals)
    start = (options.start or datetime.now(UTC)).astimezone(UTC)
    world = WorldBuilder(layout, options.seed, start).build()
    return without_brakes(world) if options.no_brakes else world


def has_many_addresses() -> bool:
    """Whether this system lets a process listen on 127.0.0.10 without further set-up."""
    with socket.socket() as probe:
        try:
            probe.bind((f"127.0.0.{FIRST_HOST}", 0))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def prepared(folder: Path, world: World, *, keeps_log: bool) -> Path:
    """Writes what a crawler is told and what it must find; returns the request log's place."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ready.json").unlink(missing_ok=True)  # whoever waits for it must not meet an older lab's
    truth.write(world, folder)
    log = folder / "requests.jsonl"
    if not keeps_log:
        log.unlink(missing_ok=True)
    return log


async def serve(options: argparse.Namespace) -> None:
    """Serves until SIGTERM, SIGINT, POST /stop or --stop-after."""
    net = options.net if options.net != "auto" else "ips" if has_many_addresses() else "ports"
    port = options.port or free_port()
    world = make_world(options, port, net)
    lab = Lab(world, prepared(options.out, world, keeps_log=options.keep_log))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lab.stopped.set)
    control = f"127.0.0.1:{port}"
    try:
        await lab.start(control)
    except OSError as error:
        await lab.stop()
        raise SystemExit(f"the lab cannot listen on port {port}: {error.strerror}; give another --port") from error
    if options.stop_after:
        loop.call_later(options.stop_after, lab.stopped.set)
    ready = {
        "control": f"http://{control}",
        "portals": str(options.out / "portals.toml"),
        "sites": len(world.sites),
    }
    (options.out / "ready.json").write_text(json.dumps(ready), "utf-8")
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await lab.stopped.wait()
    await lab.stop()


def main() -> None:
    """Entry point; a wrong option ends with what is expected."""
    words = parser()
    options = words.parse_args()
    try:
        plan(options.scale, port=options.port, net="ports")
    except ValueError as error:
        words.error(str(error))
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
