"""How is a karrio connector imported without what karrio does to the whole process?

Its import switches the checking of certificates off for every `urllib` call, sends its own log to
the terminal, addresses and all, and makes Pillow accept broken images. All of it is undone. It
never opens a connection of its own: what it sends with is replaced.
"""

import contextvars
import importlib
import logging
import ssl
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import Message
from importlib.metadata import entry_points
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from carriers import Answer, Ask

GROUP = "karrio.plugins"
_LOCK = Lock()

Talk = Callable[[Ask], Answer]
TALK: contextvars.ContextVar[Talk] = contextvars.ContextVar("karrio_talk")
"""What sends for the question that is being asked in this context."""


class NotInstalledError(ImportError):
    """karrio, or this connector of it, is not installed."""


def load(name: str) -> Any:
    """A connector's own description of itself (karrio's `PluginMetadata`)."""
    with _LOCK, unchanged():
        points = [point for point in entry_points(group=GROUP) if point.name == name]
        if not points:
            raise NotInstalledError(f"the connector {name} of karrio is not installed")
        _silenced()
        helpers: Any = importlib.import_module("karrio.core.utils.helpers")
        helpers._urlopen_with_span = _send
        helpers.ThreadPoolExecutor = _InContext
        return points[0].load()


def karrio(module: str) -> Any:
    """A module of karrio, whose types nobody has written down."""
    if (known := sys.modules.get(module)) is not None:
        return known
    with _LOCK, unchanged():
        return importlib.import_module(module)


@contextmanager
def unchanged() -> Iterator[None]:
    """Whatever is imported meanwhile, the process is as it was afterwards."""
    root, make_context = logging.getLogger(), ssl._create_default_https_context
    handlers, level = list(root.handlers), root.level
    images: Any = importlib.import_module("PIL.ImageFile")
    truncated = images.LOAD_TRUNCATED_IMAGES
    loguru = importlib.import_module("loguru").logger
    kept = {name: getattr(type(loguru), name) for name in ("add", "remove")}
    for each in kept:
        setattr(type(loguru), each, lambda *_, **__: 0)
    try:
        yield
    finally:
        for each, method in kept.items():
            setattr(type(loguru), each, method)
        ssl._create_default_https_context = make_context
        images.LOAD_TRUNCATED_IMAGES = truncated
        root.handlers[:], root.level = handlers, level


def _silenced() -> None:
    """Karrio logs addresses and answers, which may hold secrets: not a line of it is written."""
    importlib.import_module("loguru").logger.disable("karrio")
    logging.getLogger("jstruct").setLevel(logging.ERROR)


class _InContext(ThreadPoolExecutor):
    """Threads that know which question they are asking."""

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        context = contextvars.copy_context()
        return super().submit(context.run, function, *args, **kwargs)


class _Reply:
    """An answer as `urllib` would hand it over."""

    def __init__(self, answer: Answer, url: str) -> None:
        self.status, self.url = answer.status, url
        self.headers = _headers(answer)
        self._body = answer.body

    def read(self) -> bytes:
        return self._body

    def __enter__(self) -> "_Reply":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


def _send(request: Request, timeout: float | None = None) -> _Reply:
    """In the place of karrio's own way out. `timeout` is ignored: the deadline is the talk's."""
    talk = TALK.get(None)
    if talk is None:
        raise OSError("nobody is asking: karrio may not send by itself")
    body = request.data if isinstance(request.data, bytes) else None
    method: Any = request.get_method()
    answer = talk(Ask(method, request.full_url, dict(request.header_items()), body))
    if answer.status >= 300:  # redirects are not followed
        raise HTTPError(
            request.full_url, answer.status, "refused", _headers(answer), BytesIO(answer.body)
        )
    return _Reply(answer, request.full_url)


def _headers(answer: Answer) -> Message:
    headers = Message()
    for name, value in answer.headers.items():
        headers[name] = value
    return headers
