"""How does a record become a page? With typst, from a template that a designer can change.

Templates are in `templates`, their data is JSON, and nothing is fetched. Fonts come from packages
of Noto fonts; a text that none of them can show fails the whole job. The time of a page is its
record's day: the same record gives the same bytes.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from customs.documents.faults import Fault, RefusedError
from customs.documents.kinds import UNPRINTABLE, UNPRINTABLE_SAID, Format

TEMPLATES = Path(__file__).parent / "templates"
_FONT_PACKAGES = (
    ("justmytype_western_core", "fonts/ofl/notosans"),
    ("justmytype_intl_rtl", "fonts"),
    ("justmytype_intl_sea", "fonts"),
    ("justmytype_intl_south_asia", "fonts"),
    ("justmytype_intl_cjk", "fonts"),
)
_FAMILIES = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Lao",
    "Noto Sans Khmer",
    "Noto Sans Myanmar",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
)
_HAN = {"JP": "Noto Sans JP", "CN": "Noto Sans SC", "TW": "Noto Sans TC", "KR": "Noto Sans KR"}
_WRITES_LIKE = {"HK": "TW", "MO": "TW", "SG": "CN"}
_CANNOT_SHOW = re.compile(r'the text `"(.*?)"` could not be displayed')
_DOTS_PER_INCH = 300.0
_local = threading.local()


def typeset(
    template: str,
    record: Mapping[str, Any],
    *,
    day: date,
    countries: Sequence[str] = (),
    form: Format = "pdf",
) -> bytes:
    """A paper as PDF (tagged, PDF/UA-1) or PNG (one page).

    `countries` are those whose way of writing Han characters comes first. Raises `RefusedError` for
    texts that no font can show or that do not fit the form.
    """
    if faults := [
        Fault(pointer, UNPRINTABLE_SAID)
        for pointer, text in record.get("texts", {}).items()
        if UNPRINTABLE.search(text)
    ]:
        raise RefusedError(faults)
    inputs = {"data": json.dumps({**record, "fonts": _families(countries)}, ensure_ascii=False)}
    moment = int(datetime.combine(day, time(), UTC).timestamp())
    compiler = _compiler(template)
    try:
        pdf = compiler.compile(
            format="pdf", pdf_standards="ua-1", sys_inputs=inputs, timestamp=moment
        )
        if form == "pdf":
            return _single(pdf)
        return _single(compiler.compile(format="png", ppi=_DOTS_PER_INCH, sys_inputs=inputs))
    except typst.TypstError as error:
        raise _refusal(error, record) from error


def _single(pages: bytes | list[bytes] | None) -> bytes:
    if isinstance(pages, bytes):
        return pages
    raise RefusedError([Fault("/format", "A picture has one page, and this paper has more: PDF.")])


def _compiler(template: str) -> typst.Compiler:
    """A compiler keeps what it has worked out: one for each thread and template."""
    kept: dict[str, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if template not in kept:
        kept[template] = typst.Compiler(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            ignore_system_fonts=True,
        )
    return kept[template]


@cache
def _fonts() -> typst.Fonts:
    """Every Noto font of the packages that are installed."""
    folders = []
    for package, folder in _FONT_PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            folders.append(str(Path(place) / folder))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _families(countries: Iterable[str]) -> list[str]:
    """The families in the order in which a character is looked for in them."""
    writing = dict.fromkeys(
        country for each in countries if (country := _WRITES_LIKE.get(each, each)) in _HAN
    )
    wanted = [*_FAMILIES, *(_HAN[country] for country in {**writing, **dict.fromkeys(_HAN)})]
    held = _held()
    return [family for family in wanted if family in held]


@cache
def _held() -> frozenset[str]:
    return frozenset(_fonts().families())


def _refusal(error: typst.TypstError, record: Mapping[str, Any]) -> Exception:
    """What a template could not do, as faults; anything else is a mistake of ours."""
    said = f"{error.message}\n{error.diagnostic}"
    if missing := dict.fromkeys("".join(_CANNOT_SHOW.findall(said))):
        letters = " ".join(missing)
        return RefusedError(
            [
                Fault(pointer, f"No font that is installed can show: {letters}")
                for pointer in _where(record.get("texts", {}), missing) or ["/options"]
            ]
        )
    if "does not fit" in said:
        return RefusedError(
            [Fault("", "The texts do not fit this form, not even in small letters.")]
        )
    return error


def _where(texts: Mapping[str, str], letters: Iterable[str]) -> list[str]:
    """The pointers of the record's texts that have one of these letters."""
    return [pointer for pointer, text in texts.items() if any(each in text for each in letters)]
