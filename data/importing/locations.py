"""How is a source file opened, wherever it lies?

A location is a path or an http(s) address. What comes over the network is spooled to a temporary
file first, so that a connection that breaks off in the middle is noticed before anything is read.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import requests

Location = str | Path

CONNECT_SECONDS, READ_SECONDS = 10, 60
_CHUNK = 1 << 16
_IN_MEMORY = 8 << 20


class UnreachableSourceError(Exception):
    """A source could not be fetched, or broke off."""


@contextmanager
def open_location(location: Location) -> Iterator[BinaryIO]:
    """Open a source for reading bytes. Raises `UnreachableSourceError`."""
    if isinstance(location, str) and location.startswith(("http://", "https://")):
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            _fetch(location, cast(BinaryIO, spool))
            spool.seek(0)
            yield cast(BinaryIO, spool)
        return
    path = Path(location)
    if not path.is_file():
        raise UnreachableSourceError(f"{location}: there is no such file")
    with path.open("rb") as file:
        yield file


def digest(file: BinaryIO) -> str:
    """The SHA-256 of an open file, which is then at its beginning again."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


def _fetch(url: str, spool: BinaryIO) -> None:
    try:
        with requests.get(url, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_content(_CHUNK):
                spool.write(chunk)
            declared = answer.headers.get("Content-Length")
            received = answer.raw.tell() if declared else 0
    except requests.RequestException as error:
        raise UnreachableSourceError(f"{url}: {error}") from error
    if declared and received < int(declared):
        raise UnreachableSourceError(f"{url}: broke off after {received} of {declared} bytes")
