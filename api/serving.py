"""How is the service served? ``gunicorn -c python:api.serving``

A few threads per worker: they wait for carriers, while one computes. More of them only make each
wait longer. The number of workers is gunicorn's own ``WEB_CONCURRENCY``. Nothing is preloaded:
a worker maps the snapshot itself, and its pages are shared.
"""

import gc
import os
import socket
from pathlib import Path
from typing import Any

from api.background import Background
from api.settings import Settings, refuse_to_be_public

_settings = Settings.from_env()
_works: list[Background] = []  # of this worker

wsgi_app = "wsgi:app"
bind = _settings.bind
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 5
accesslog = None  # the service writes its own


def on_starting(server: Any) -> None:
    """Refuse to listen where others could reach a service that asks for no key."""
    if _settings.open:
        refuse_to_be_public([_address(address) for address in server.cfg.address])


def post_worker_init(worker: Any) -> None:
    """Begin what is done beside the requests, and let the collector pass over what stays.

    It looks less often at what a quote leaves behind, too.
    """
    services = getattr(worker.wsgi, "extensions", {}).get("tidewaiter")
    if services is not None:
        for work in (services.background(), services.outreach()):
            work.start()
            _works.append(work)
        services.batch_workers().start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def worker_exit(server: Any, worker: Any) -> None:
    """Give the leases back, so that another worker goes on at once."""
    for work in _works:
        work.stop()


def when_ready(server: Any) -> None:
    """Tell a newcomer where the service is and what to ask it."""
    if _settings.open:
        from api.greeting import greeting

        for address in server.cfg.address:
            print(greeting(_address(address)), flush=True)


def _address(address: Any) -> str:
    if not isinstance(address, tuple):
        return f"unix:{address}"
    host = str(address[0])
    return f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"


def refuse_public_listeners(settings: Settings) -> None:
    """Refuse to go on in a process that already listens to the network, however it was started.

    A server that forks its workers has opened its sockets by the time the app is loaded. Only
    Linux tells a process which they are; elsewhere, each request is checked and nothing else.
    Raises `SettingsError`.
    """
    folder = Path("/proc/self/fd")
    if settings.open and folder.is_dir():
        numbers = [int(entry.name) for entry in folder.iterdir()]
        refuse_to_be_public([found for number in numbers if (found := _listening(number))])


def _listening(number: int) -> str | None:
    """The address that a descriptor listens on, if it is a listening internet socket."""
    try:
        if not os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):  # noqa: PTH115
            return None
        with socket.socket(fileno=os.dup(number)) as listener:
            if listener.family not in (socket.AF_INET, socket.AF_INET6):
                return None
            if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return None
            return _address(listener.getsockname()[:2])
    except OSError:  # closed since the folder was listed
        return None
