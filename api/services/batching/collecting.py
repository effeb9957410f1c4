"""How do the papers of many orders become one ZIP, one PDF of each kind, and two lists?

The same papers give the same bytes: fixed times, names in the order of the file, nothing of the
machine or of the moment.
"""

import csv
import ctypes
import gc
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from api.services.batching.cells import defused
from customs.documents import registry
from customs.documents.kinds import MEDIA
from data.store.batches import StoredFile, StoredOrder

if TYPE_CHECKING:
    import pikepdf

ZIP, MANIFEST, ERRORS = "orders.zip", "manifest.csv", "errors.csv"
MOST_MERGED = 1_000
"""Orders in one merged PDF; more make a second one, so that no process grows with the file."""

Paper = Callable[[StoredOrder, Any], bytes]
"""The bytes of one of an order's papers, by what was written down of it."""

_AT_ONCE = 50
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_ERROR_COLUMNS = ("row", "column", "header", "order", "field", "code", "what", "remedy", "papers")


def results(orders: Iterable[StoredOrder], *, merge: bool) -> list[StoredFile]:
    """The files that a batch will have."""
    files = [StoredFile(ZIP, "application/zip")]
    files += [StoredFile(name, MEDIA["csv"]) for name in (MANIFEST, ERRORS)]
    papers: dict[str, int] = {}
    for order in orders if merge else ():
        for paper in order.papers:
            if paper["name"].endswith(".pdf"):
                papers[paper["kind"]] = papers.get(paper["kind"], 0) + 1
    for kind, number in papers.items():
        files += [
            StoredFile(merged_name(kind, volume), MEDIA["pdf"])
            for volume in range(-(-number // MOST_MERGED))
        ]
    return files


def merged_name(kind: str, volume: int) -> str:
    """What a merged PDF is called."""
    return f"{kind}.pdf" if volume == 0 else f"{kind}-{volume + 1}.pdf"


def volume_of(name: str) -> tuple[str, int]:
    """The kind and volume of a merged PDF.

    >>> volume_of("cn23.pdf"), volume_of("packing_list-2.pdf")
    (('cn23', 0), ('packing_list', 1))
    """
    kind, _, volume = name.removesuffix(".pdf").partition("-")
    return kind, int(volume or 1) - 1


def foldered(orders: Iterable[StoredOrder]) -> Iterator[tuple[str, StoredOrder]]:
    """Each order with a folder named after its reference; no two alike on any system."""
    taken: set[str] = set()
    for order in orders:
        plain = _PLAIN.sub("-", order.reference).strip("-")[:60]
        if not plain or _RESERVED.fullmatch(plain) or plain.lower() in taken:
            plain = f"{plain}-{order.number}".lstrip("-")
        while plain.lower() in taken:
            plain += "-"
        taken.add(plain.lower())
        yield plain, order


def write_zip(file: BinaryIO, orders: Callable[[], Iterable[StoredOrder]], paper: Paper) -> None:
    """The papers of every order in a folder of its own, and the lists."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for folder, order in foldered(orders()):
            for each in order.papers:
                archive.writestr(_entry(f"{folder}/{each['name']}"), paper(order, each))
        for name, write in ((MANIFEST, write_manifest), (ERRORS, write_errors)):
            listed = io.BytesIO()
            write(listed, orders())
            archive.writestr(_entry(name), listed.getvalue())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def write_manifest(file: BinaryIO, orders: Iterable[StoredOrder]) -> None:
    """Every order and every paper, with its SHA-256."""
    with _Table(file) as (table, _):
        table.writerow(("order", "rows", "state", "paper", "file", "bytes", "sha256"))
        for folder, order in foldered(orders):
            head = (defused(order.reference), _rows(order), order.state)
            for each in order.papers:
                name = f"{folder}/{each['name']}"
                table.writerow((*head, each["kind"], name, each["size"], each["sha256"]))
            if not order.papers:
                table.writerow((*head, "", "", "", ""))


def write_errors(file: BinaryIO, orders: Iterable[StoredOrder]) -> None:
    """Everything that kept papers from being made, with its cell and what to do."""
    with _Table(file) as (table, _):
        table.writerow(_ERROR_COLUMNS)
        for order in orders:
            for fault in order.faults:
                texts = (
                    fault["column"], fault["header"], order.reference, fault["field"],
                    fault["code"], fault["detail"], fault["remedy"], " ".join(fault["kinds"]),
                )  # fmt: skip
                table.writerow((fault["row"], *(defused(text or "") for text in texts)))


class _Table:
    """A CSV for spreadsheets: UTF-8 with its mark, so that Excel shows accents."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __enter__(self) -> tuple[Any, io.TextIOWrapper]:
        self._file.write(b"\xef\xbb\xbf")
        self._text = io.TextIOWrapper(self._file, "utf-8", newline="", errors="replace")
        return csv.writer(self._text, lineterminator="\r\n"), self._text

    def __exit__(self, *error: object) -> None:
        self._text.flush()
        self._text.detach()


def _rows(order: StoredOrder) -> str:
    return " ".join(map(str, order.rows[:20])) + (" …" if len(order.rows) > 20 else "")


def write_merged(file: BinaryIO, name: str, orders: Iterable[StoredOrder], paper: Paper) -> None:
    """One kind's papers of all orders in one PDF, each with a bookmark.

    Tags for screen readers are in the single papers; a merged PDF is for printing. A few papers at
    a time are put together, and then these: an open paper takes much more memory than its bytes.
    """
    import pikepdf

    kind, volume = volume_of(name)
    of_kind = ((order, each) for order in orders for each in order.papers if each["kind"] == kind)
    chosen = islice(of_kind, volume * MOST_MERGED, (volume + 1) * MOST_MERGED)
    pieces: list[bytes] = []
    marks: list[tuple[str, int]] = []
    pages = 0
    while some := list(islice(chosen, _AT_ONCE)):
        singles = [pikepdf.open(io.BytesIO(paper(order, each))) for order, each in some]
        for (order, _), single in zip(some, singles, strict=True):
            marks.append((order.reference, pages))
            pages += len(single.pages)
        joined = io.BytesIO()
        _joined(singles).save(joined, deterministic_id=True, object_stream_mode=_packed())
        pieces.append(joined.getvalue())
    sources = [pikepdf.open(io.BytesIO(piece)) for piece in pieces]
    merged = _joined(sources)
    merged.Root.Lang = pikepdf.String("en")
    with merged.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in marks)
    merged.docinfo["/Title"] = registry.kind(kind).title
    merged.save(file, deterministic_id=True, object_stream_mode=_packed())
    del merged, sources, pieces
    _give_back()


def _give_back() -> None:
    """Return what was freed to the system, where its library can."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _joined(sources: Sequence["pikepdf.Pdf"]) -> "pikepdf.Pdf":
    """All pages of some PDFs, which must stay open until it is saved."""
    import pikepdf

    joined = pikepdf.new()
    for source in sources:
        for page in source.pages:
            if "/StructParents" in page:  # the tags stay behind
                del page["/StructParents"]
        joined.pages.extend(source.pages)
    return joined


def _packed() -> "pikepdf.ObjectStreamMode":
    import pikepdf

    mode: pikepdf.ObjectStreamMode = pikepdf.ObjectStreamMode.generate
    return mode
