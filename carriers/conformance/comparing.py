"""Where do two JSON values differ? One line for each place, as a JSON pointer."""

from collections.abc import Iterator, Mapping
from typing import Any

_LONGEST = 200
_MISSING = object()


def differences(wanted: Any, got: Any, at: str = "") -> Iterator[str]:
    """Lines such as ``/offers/0/price: expected "12.50 EUR", got "12.51 EUR"``.

    A digest of bytes may be left out of what is wanted.
    """
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        for name in (*wanted, *(name for name in got if name not in wanted)):
            place = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
            found = got.get(name, _MISSING)
            if name in wanted:
                yield from differences(wanted[name], found, place)
            elif not _is_digest(found):
                yield f"{place}: not expected, got {_shown(found)}"
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            yield f"{at or '/'}: expected {len(wanted)}, got {len(got)}: {_shown(got)}"
        for index, (one, other) in enumerate(zip(wanted, got, strict=False)):
            yield from differences(one, other, f"{at}/{index}")
    elif got is _MISSING:
        yield f"{at}: expected {_shown(wanted)}, got nothing"
    elif wanted != got or isinstance(wanted, bool) != isinstance(got, bool):
        yield f"{at or '/'}: expected {_shown(wanted)}, got {_shown(got)}"


def _is_digest(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"sha256"}


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
