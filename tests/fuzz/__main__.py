"""Feeds mutated bytes to the readers for a bounded time: `python -m tests.fuzz [TARGET ...] --seconds N`

Begins from tests/cases/fuzz/TARGET. What breaks a reader is kept there, and stays a case of tests/fuzz/test_targets.py.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).resolve().parents[1] / "cases" / "fuzz"
INPUT_SECONDS = 20  # on a machine that has other work
MEGABYTES = 1500
LONGEST = 30_000
ROOMS = ("crawler", "storage", "workers")
TARGETS_MODULE = "tests.fuzz.targets"


def main() -> int:
    """Each target in a process of its own, one after the other; how many were broken."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("targets", nargs="*", metavar="TARGET", help="of " + ", ".join(TARGETS) + "; default: all")
    words.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    words.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = words.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        words.error(f"no such target: {', '.join(sorted(unknown))}")
    if options.inside:
        fuzz(options.targets[0], options.seconds)
    broken = [name for name in options.targets or TARGETS if apart(name, options.seconds)]
    print(f"broken: {', '.join(broken)}; see tests/cases/fuzz" if broken else "no reader was broken")
    return len(broken)


def apart(name: str, seconds: int) -> bool:
    """Fuzz a target in a child, since libFuzzer ends the process; whether it broke."""
    print(f"== {name}, {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--inside"]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    tail = [line for line in result.stderr.splitlines() if line.strip()]
    print("\n".join(tail[-25:] if result.returncode else tail[-2:]), flush=True)
    return result.returncode != 0


def fuzz(name: str, seconds: int) -> None:
    """Mutate until the time is up or something breaks; doesn't return."""
    import atheris

    # Imported once more, with what tells the fuzzer which bytes lead where.
    for module in [m for m in sys.modules if m.split(".")[0] in ROOMS or m == TARGETS_MODULE]:
        del sys.modules[module]
    with atheris.instrument_imports(include=[*ROOMS], enable_loader_override=False):
        instrumented = import_module(TARGETS_MODULE).TARGETS
    for case in sorted((CORPUS / name).iterdir()):
        instrumented[name](case.read_bytes())  # models are loaded by the first, which is no fault of its bytes
    grown = tempfile.mkdtemp(prefix="dateline-fuzz-")
    seeds = CORPUS / name
    limits = (f"-max_total_time={seconds}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEGABYTES}")
    others = (f"-max_len={LONGEST}", f"-artifact_prefix={seeds}/", "-print_final_stats=0", "-verbosity=1")
    atheris.Setup([sys.argv[0], *limits, *others, grown, str(seeds)], instrumented[name])
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(grown, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
