"""How is the service served while it is measured? As in production, on one core."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.client import ask_once

_PATIENCE = 60.0
_READY = b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@contextmanager
def serving(data_dir: Path) -> Iterator[int]:
    """One gunicorn worker with the product's own settings on a free port, which is given.

    The server has the first core and this process the last, where there is more than one.
    """
    port = _free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if "TIDEWAITER_" not in name},
        "TIDEWAITER_OPEN": "1",
        "TIDEWAITER_DATA_DIR": str(data_dir),
        "TIDEWAITER_BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:api.serving", "tests.bench.app:app"]
    mine = os.sched_getaffinity(0)
    log_path = data_dir / "server.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            if len(mine) > 1:
                os.sched_setaffinity(server.pid, {min(mine)})
                os.sched_setaffinity(0, {max(mine)})
            _wait(port, server, log_path)
            yield port
        finally:
            os.sched_setaffinity(0, mine)
            server.terminate()
            server.wait(_PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        try:
            ask_once(port, _READY)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
