"""How does a label of UPS become a page or a picture for a printer?

UPS makes pictures as GIF, and ZPL. A GIF is decoded here and written again, dot for dot, as PNG or
on a PDF page of the size that is wanted. Nothing is sent anywhere for it.
"""

import base64
import binascii
import struct
import zlib
from dataclasses import dataclass

from carriers import bad_reply
from carriers.booking import LabelFormat, LabelSize

_DOTS = 200  # an inch
_POINTS = 72
_PAGES: dict[LabelSize, tuple[int, int]] = {
    "4x6in": (288, 432),
    "A6": (298, 420),
    "A5": (420, 595),
    "A4": (595, 842),
}
_LARGEST = 4_000_000  # dots: a label has about one million
_PASSES = ((0, 8), (4, 8), (2, 4), (1, 2))  # the rows of an interlaced GIF


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of indexed colours, row by row; `palette` is red, green, blue by index."""

    width: int
    height: int
    palette: bytes
    rows: tuple[bytes, ...]


def wanted_of_ups(wanted: LabelFormat) -> str:
    """What UPS is asked for so that the wanted format can be made of it."""
    return "ZPL" if wanted == "zpl" else "GIF"


def content_of(image: object, wanted: LabelFormat, size: LabelSize) -> bytes:
    """A label's bytes in the wanted format, from UPS's base64. Raises `bad_reply`."""
    raw = bytes_of(image)
    if wanted == "zpl":
        if b"^XA" not in raw:
            raise bad_reply("a label that is no ZPL")
        return raw
    picture = read_gif(raw)
    return as_png(picture) if wanted == "png" else as_pdf(picture, _PAGES[size])


def bytes_of(image: object) -> bytes:
    """The bytes of UPS's base64. Raises `bad_reply`."""
    try:
        return base64.b64decode("".join(str(image).split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_reply("a file that is no base64") from None


def read_gif(raw: bytes) -> Picture:
    """The first picture of a GIF. Raises `bad_reply`."""
    try:
        return _Gif(raw).picture()
    except (IndexError, struct.error, ValueError):
        raise bad_reply("a label that is no GIF") from None


def as_png(picture: Picture) -> bytes:
    """A picture as PNG, dot for dot."""
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 3, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + row for row in picture.rows), 6)
    chunks = ((b"IHDR", header), (b"PLTE", picture.palette), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def as_pdf(picture: Picture, page: tuple[int, int]) -> bytes:
    """A picture on one PDF page in its true size, turned upright, made smaller only to fit."""
    upright = _upright(_without_margin(picture, page))
    per_dot = min(_POINTS / _DOTS, page[0] / upright.width, page[1] / upright.height)
    width, height = upright.width * per_dot, upright.height * per_dot
    drawing = f"q {width:.3f} 0 0 {height:.3f} 0 {page[1] - height:.3f} cm /L Do Q".encode()
    colours = b"[/Indexed /DeviceRGB %d <%s>]" % (
        len(upright.palette) // 3 - 1,
        upright.palette.hex().encode(),
    )
    dots = zlib.compress(b"".join(upright.rows), 6)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R"
        b"/Resources<</XObject<</L 5 0 R>>>>>>" % page,
        _stream(b"", drawing),
        _stream(
            b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
            b"/Filter/FlateDecode/ColorSpace" % (upright.width, upright.height) + colours,
            dots,
        ),
    )
    return _file(objects)


def _without_margin(picture: Picture, page: tuple[int, int]) -> Picture:
    """A lying label without the white end that the page has no room for."""
    room = page[1] * _DOTS // _POINTS
    if picture.width <= max(room, picture.height):
        return picture
    white = max(range(len(picture.palette) // 3), key=lambda i: sum(_colour(picture, i)))
    used = max(len(row.rstrip(bytes([white]))) for row in picture.rows)
    width = max(room, used)
    return Picture(
        width, picture.height, picture.palette, tuple(row[:width] for row in picture.rows)
    )


def _colour(picture: Picture, index: int) -> bytes:
    return picture.palette[3 * index : 3 * index + 3]


def _upright(picture: Picture) -> Picture:
    """A picture turned a quarter to the right if it lies."""
    if picture.width <= picture.height:
        return picture
    columns = tuple(bytes(column) for column in zip(*picture.rows[::-1], strict=True))
    return Picture(picture.height, picture.width, picture.palette, columns)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stream(about: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (about, len(data), data)


def _file(objects: tuple[bytes, ...]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    )


class _Gif:
    """A GIF file that is read from its beginning to its first picture."""

    def __init__(self, raw: bytes) -> None:
        if raw[:6] not in (b"GIF87a", b"GIF89a"):
            raise ValueError("not a GIF")
        self._raw = raw
        packed = raw[10]
        self._at = 13
        self._palette = self._colours(packed) if packed & 0x80 else b""

    def picture(self) -> Picture:
        """The first picture; extensions before it are skipped."""
        while self._raw[self._at] == 0x21:
            self._at += 2
            self._blocks()
        if self._raw[self._at] != 0x2C:
            raise ValueError("no picture")
        width, height, packed = struct.unpack_from("<HHB", self._raw, self._at + 5)
        if not 0 < width * height <= _LARGEST:
            raise ValueError("too large, or nothing")
        self._at += 10
        palette = self._colours(packed) if packed & 0x80 else self._palette
        bits = self._raw[self._at]
        self._at += 1
        dots = _unpacked(self._blocks(), bits, width * height)
        if len(dots) < width * height or max(dots) * 3 >= len(palette):
            raise ValueError("too few dots or colours")
        rows = [dots[row * width : (row + 1) * width] for row in range(height)]
        return Picture(width, height, palette, tuple(_in_order(rows) if packed & 0x40 else rows))

    def _colours(self, packed: int) -> bytes:
        size = 3 * (2 << (packed & 7))
        found = self._raw[self._at : self._at + size]
        self._at += size
        return found

    def _blocks(self) -> bytes:
        found: list[bytes] = []
        while size := self._raw[self._at]:
            found.append(self._raw[self._at + 1 : self._at + 1 + size])
            self._at += 1 + size
        self._at += 1
        return b"".join(found)


def _in_order(rows: list[bytes]) -> list[bytes]:
    """The rows of an interlaced picture from top to bottom."""
    found = list(rows)
    given = iter(rows)
    for first, step in _PASSES:
        for place in range(first, len(rows), step):
            found[place] = next(given)
    return found


def _unpacked(data: bytes, bits: int, count: int) -> bytes:
    """The dots in LZW codes of growing width, the least significant bit first."""
    if not 1 <= bits <= 8:
        raise ValueError("no such code width")
    clear, end = 1 << bits, (1 << bits) + 1
    single = [bytes([value]) for value in range(clear)] + [b"", b""]
    table, width, before = list(single), bits + 1, b""
    found: list[bytes] = []
    size = 0
    held = fill = 0
    for byte in data:
        held |= byte << fill
        fill += 8
        while fill >= width:
            code, held, fill = held & ((1 << width) - 1), held >> width, fill - width
            if code == clear:
                table, width, before = list(single), bits + 1, b""
                continue
            if code == end or size >= count:
                return b"".join(found)
            piece = table[code] if code < len(table) else before + before[:1]
            found.append(piece)
            size += len(piece)
            if before and len(table) < 4096:
                table.append(before + piece[:1])
                if len(table) == 1 << width and width < 12:
                    width += 1
            before = piece
    return b"".join(found)
