"""Small files that really are a PDF, a PNG and a ZPL label: what carriers answer in the samples."""

import struct
import zlib


def _pdf() -> bytes:
    """One empty page of 4 × 6 inches."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def _png() -> bytes:
    """A white picture of 4 × 6 dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress(b"\x00\xff\xff\xff\xff" * 6)
    header = struct.pack(">IIBBBBB", 4, 6, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


PDF = _pdf()
PNG = _png()
ZPL = b"^XA^PW812^LL1218^FO40,40^A0N,40,40^FDSAMPLE^FS^XZ\n"

BY_NAME = {"{pdf}": PDF, "{png}": PNG, "{zpl}": ZPL}
"""Recordings write a file of these as its name; it is read as its base64."""
