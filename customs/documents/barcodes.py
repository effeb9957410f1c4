"""How is a number printed for machines?"""

from functools import lru_cache

import zxingcpp


@lru_cache(maxsize=256)
def code_128(text: str) -> str:
    """A Code 128 bar code as SVG, one unit for each module and no margin of its own."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    return str(barcode.to_svg(scale=1, add_hrt=False, add_quiet_zones=True))
