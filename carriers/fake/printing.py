"""What does a label of the fake carrier look like? Valid PDF, ZPL and PNG, made of nothing."""

import struct
import zlib

_POINTS = {"4x6in": (288, 432), "A6": (298, 420), "A5": (420, 595), "A4": (595, 842)}


def print_label(form: str, size: str, lines: tuple[str, ...]) -> bytes:
    """A label with some lines of ASCII text; the PNG shows a bar code's worth of stripes."""
    width, height = _POINTS.get(size, _POINTS["4x6in"])
    if form == "zpl":
        return _zpl(lines)
    return _png(width, height, lines) if form == "png" else _pdf(width, height, lines)


def _zpl(lines: tuple[str, ...]) -> bytes:
    fields = "".join(
        f"^FO40,{60 + 60 * row}^A0N,40,40^FD{line.replace('^', ' ').replace('~', ' ')}^FS\n"
        for row, line in enumerate(lines)
    )
    return f"^XA\n{fields}^XZ\n".encode("ascii", "replace")


def _pdf(width: int, height: int, lines: tuple[str, ...]) -> bytes:
    shown = "".join(
        f"BT /F1 14 Tf 24 {height - 48 - 24 * row} Td ({_pdf_text(line)}) Tj ET\n"
        for row, line in enumerate(lines)
    ).encode("ascii", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>" % (width, height),
        b"<< /Length %d >>\nstream\n%sendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        at,
    )
    return bytes(out)


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _png(width: int, height: int, lines: tuple[str, ...]) -> bytes:
    """One bit for each dot: stripes by the bits of the text, row after row."""
    text = " ".join(lines).encode("ascii", "replace")
    stripe = bytes(text[at % len(text)] for at in range((width + 7) // 8))
    rows = zlib.compress((b"\0" + stripe) * height)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
