"""For which programmes is each rate of the US special column?

A cell holds rates, each with the indicators of the special programmes it is for in brackets:
``Free (A+, AU) 2.4% (JP)``. Blanks come and go, and one cell of the schedule leaves a bracket open.
"""

import re

_PROGRAMMES = re.compile(
    r"\(\s*(?P<codes>[A-Z]{1,2}[+*]?(?:\s*[,.]\s*[A-Z]{1,2}[+*]?|\s*,)*)\s*(?P<end>\)|(?=\()|$)"
)
_SPACE = re.compile(r"\s+")


def split_special(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The rates of a special column's cell, each with the programme indicators it is for.

    A rate without brackets has no indicators: it is for all that the column is open to. Raises
    `ValueError` when brackets and rates do not pair.

    >>> split_special("Free(A+, AU)2.4% (JP)")
    (('Free', ('A+', 'AU')), ('2.4%', ('JP',)))
    """
    cell = _SPACE.sub(" ", text).strip()
    if not cell:
        raise ValueError("an empty cell")
    parts: list[tuple[str, tuple[str, ...]]] = []
    at = 0
    for match in _PROGRAMMES.finditer(cell):
        expression = cell[at : match.start()].strip(" ,;")
        codes = tuple(re.findall(r"[A-Z]{1,2}[+*]?", match["codes"]))
        at = match.end()
        if expression:
            parts.append((expression, codes))
        elif parts:  # "(PA (PA" and "(A) (B)": more indicators of the same rate
            rate, known = parts[-1]
            parts[-1] = rate, known + tuple(code for code in codes if code not in known)
        else:
            raise ValueError(f"no rate before {match.group()!r}")
    rest = cell[at:].strip(" ,;.")
    if rest:
        if parts:
            raise ValueError(f"no programme for {rest!r}")
        parts.append((rest, ()))
    return tuple(parts)
