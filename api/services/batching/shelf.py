"""Where do the papers and results of batches lie, and when is a file whole?

A file is written under another name, brought to the disk, and renamed: under its own name there is
all of it or nothing.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO


class Shelf:
    """The folder of all batches; every process that works on them sees the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_paper(self, batch: str, number: int, name: str, content: bytes) -> None:
        """Keep a paper until it is collected."""
        self._put(self._paper(batch, number, name), lambda file: _write(file, content))

    def paper(self, batch: str, number: int, name: str, digest: str) -> bytes | None:
        """A paper as it was made; None when it is not there, or not as it was."""
        try:
            content = self._paper(batch, number, name).read_bytes()
        except FileNotFoundError:
            return None
        return content if sha256(content).hexdigest() == digest else None

    def put_result(self, batch: str, name: str, write: Callable[[BinaryIO], None]) -> Path:
        """Keep a result, whole."""
        path = self.result(batch, name)
        self._put(path, write)
        return path

    def result(self, batch: str, name: str) -> Path:
        """Where a result lies."""
        return self.folder / batch / "results" / name

    def remove_papers(self, batch: str) -> None:
        """Forget the papers one by one: they were collected, or nobody wants them."""
        shutil.rmtree(self.folder / batch / "papers", ignore_errors=True)

    def remove(self, batch: str) -> None:
        """Forget everything of a batch."""
        shutil.rmtree(self.folder / batch, ignore_errors=True)

    def _paper(self, batch: str, number: int, name: str) -> Path:
        return self.folder / batch / "papers" / str(number) / name

    def _put(self, path: Path, write: Callable[[BinaryIO], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.{token_hex(4)}")
        try:
            with beside.open("w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        _sync_folder(path.parent)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def measured(path: Path) -> tuple[int, str]:
    """A file's size and SHA-256."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
