"""The fake carrier sells valid labels, keeps its own books, and misbehaves as it is told."""

import re
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from carriers import Account, Answer, CarrierUnavailable, Tracks
from carriers.fake import MANIFEST
from carriers.fake.adapter import Fake
from carriers.fake.faults import BUYING, Chances, scripted
from carriers.fake.printing import print_label
from carriers.fake.sales import Books, Sale, price, read_log
from carriers.fake.server import FakeCarrier
from carriers.sending import Sender
from carriers.transport import Transport

LINES = ("FAKE (not a label)", "FK0001", "back\\slash ^ ~")


def sale(number: int = 1, reference: str = "TW1", key: str | None = None) -> Sale:
    return Sale(f"FK{number}", reference, "order", key, "express", "9.40", 2, "pdf", "A6", 0.0)


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[FakeCarrier]:
    served = FakeCarrier(0, Books(tmp_path / "log", sync=False), Chances())
    thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()
    served.books.close()


def test_a_pdf_says_truly_where_its_objects_are() -> None:
    pdf = print_label("pdf", "A6", LINES)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", pdf)[1])  # type: ignore[index]
    assert pdf[start : start + 4] == b"xref"
    offsets = [int(entry) for entry in re.findall(rb"(\d{10}) 00000 n ", pdf[start:])]
    for number, offset in enumerate(offsets, 1):
        assert pdf[offset:].startswith(b"%d 0 obj" % number)
    assert b"/MediaBox [0 0 298 420]" in pdf
    length = int(re.search(rb"/Length (\d+)", pdf)[1])  # type: ignore[index]
    stream = pdf.split(b"stream\n", 1)[1]
    assert stream[length:].startswith(b"endstream")


def test_a_png_is_whole() -> None:
    png = print_label("png", "4x6in", LINES)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, kinds, pixels = 8, [], b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + data
        )
        kinds.append(kind)
        pixels += data if kind == b"IDAT" else b""
        at += 12 + size
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == (288 // 8 + 1) * 432


def test_zpl_has_no_commands_of_the_text() -> None:
    zpl = print_label("zpl", "4x6in", LINES).decode()
    assert zpl.startswith("^XA\n")
    assert zpl.endswith("^XZ\n")
    assert "back\\slash    " in zpl


def test_the_books_are_read_again_and_sell_once_for_each_key(tmp_path: Path) -> None:
    books = Books(tmp_path / "log")
    first = books.sell(sale(1, key="k"))
    assert books.sell(sale(2, key="k")) == first
    assert books.sell(sale(3)) != first  # without a key it sells again
    assert books.void("FK1", 1.0)
    assert books.void("FK1", 2.0)
    assert not books.void("FK9", 1.0)
    books.close()
    again = Books(tmp_path / "log")
    again.close()
    assert [each.id for each in again.by_reference("TW1")] == ["FK1", "FK3"]
    assert again.voids == {"FK1": 1.0}
    assert [kind for kind, _ in read_log(tmp_path / "log")] == ["sale", "sale", "void"]


def test_the_same_seed_does_the_same_to_the_same_reference() -> None:
    def drawn(seed: int) -> list[str | None]:
        chances = Chances(seed, buying=0.5)
        return [chances.buy(f"purchase-{number}") for number in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    faults = [fault for fault in drawn(1) if fault]
    assert 70 <= len(faults) <= 130
    assert set(faults) == set(BUYING) - {"late"}


def test_a_reference_says_what_is_to_go_wrong() -> None:
    assert [scripted(text) for text in ("order 7", "fake:", "fake:nonsense")] == [None] * 3
    assert scripted("order fake:half_body please") == "half_body"


def test_it_says_where_its_parcels_are(carrier: FakeCarrier) -> None:
    host = f"127.0.0.1:{carrier.server_address[1]}"
    adapter = Fake(Account("fake", {"url": f"http://{host}", "token": "t"}))
    assert isinstance(adapter, Tracks)
    sender = Sender(Transport((host,)).send, adapter)
    carrier.books.sell(sale())
    for status in ("info_received", "cancelled"):
        numbers = ("FK101", "unknown")
        answer = sender.send(adapter.ask_tracking(numbers), 5)
        (found,) = adapter.read_tracking(numbers, answer)
        assert (found.number, found.status) == ("FK101", status)
        carrier.books.void("FK1", 10.0)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"id": 1, "price": "x", "labels": []}']
)
def test_what_cannot_be_read_may_have_been_bought(body: bytes) -> None:
    from carriers.conformance.samples import BOOKINGS

    adapter = Fake(Account("fake", {"url": "http://127.0.0.1:9500", "token": "t"}))
    with pytest.raises(CarrierUnavailable) as caught:
        adapter.read_booking(BOOKINGS["domestic_gb"], Answer(200, {}, body))
    assert (caught.value.code, caught.value.sent) == ("bad_reply", True)


def test_it_may_be_spoken_to_on_this_machine_and_nowhere_else() -> None:
    assert "127.0.0.1:9500" in MANIFEST.hosts
    assert {host.partition(":")[0] for host in MANIFEST.hosts} == {"127.0.0.1", "localhost"}
    assert all(":" in host for host in MANIFEST.hosts)  # not any port of this machine


def test_it_is_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carriers.fake", "--port", "0", "--log", str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The fake carrier: http://127.0.0.1:")
        process.terminate()


def test_prices_are_by_the_begun_kilogram() -> None:
    assert price("post", [Decimal("0.4"), Decimal("0.7")]) == price("post", [Decimal(2)])
