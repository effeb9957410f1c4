"""Which reader is for which list? A list by its id, and the files it came in."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from typing import BinaryIO

from data.importing.locations import Location, digest, open_location
from data.importing.sanctions.bis_dpl import read_bis_dpl
from data.importing.sanctions.eu_fsf_xml import read_eu_fsf_xml
from data.importing.sanctions.list_reports import ListTally, ReadList
from data.importing.sanctions.ofac_csv import read_ofac_csv
from data.importing.sanctions.ofac_xml import read_ofac_xml
from data.importing.sanctions.uk_sanctions_csv import read_uk_sanctions_csv
from data.importing.sanctions.un_xml import read_un_xml
from data.importing.sanctions.us_csl_csv import read_us_csl_csv
from data.loading.screening import WatchList

_OF_ONE_FILE: dict[str, Callable[[BinaryIO, ListTally], None]] = {
    "ofac_xml": read_ofac_xml,
    "un_xml": read_un_xml,
    "eu_fsf_xml": read_eu_fsf_xml,
    "uk_sanctions_csv": read_uk_sanctions_csv,
    "us_csl_csv": read_us_csl_csv,
    "bis_dpl": read_bis_dpl,
}


def read_list(
    watch_list: WatchList, locations: Sequence[Location], *, as_of: date | None = None
) -> ReadList:
    """Read a list from files or addresses, whole or not at all.

    The form is told by the first bytes where a list has two. Raises `ListRefusedError`,
    `UnreachableSourceError`, and `ValueError` for a missing or spare file.
    """
    tally = ListTally(watch_list)
    with ExitStack() as stack:
        files = [stack.enter_context(open_location(each)) for each in locations]
        tally.sha256 = _digest_of(files)
        chosen = _format_of(watch_list, files)
        if chosen == "ofac_csv":
            read_ofac_csv(files, tally)
        elif len(files) == 1:
            _OF_ONE_FILE[chosen](files[0], tally)
        else:
            raise ValueError(f"{watch_list.id} in this form is one file, not {len(files)}")
        return tally.finish(as_of)


def _digest_of(files: Sequence[BinaryIO]) -> str:
    """The SHA-256 of one file; of several, that of their digests in any order."""
    found = sorted(digest(file) for file in files)
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()


def _format_of(watch_list: WatchList, files: Sequence[BinaryIO]) -> str:
    if not files:
        raise ValueError(f"{watch_list.id} needs a file")
    begins = files[0].read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    files[0].seek(0)
    xml = begins.startswith(b"<") or begins.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in watch_list.formats:
        if name.endswith("xml") == xml:
            return name
    raise ValueError(f"{watch_list.id} is published as {' or '.join(watch_list.formats)}")
