"""Into which words and signs is the text of a duty expression cut?"""

import re
from dataclasses import dataclass
from enum import Enum, auto


class Sign(Enum):
    """What a token is."""

    NUMBER = auto()
    FRACTION = auto()
    CODE = auto()
    PERCENT = auto()
    CENT = auto()
    SYMBOL = auto()
    SLASH = auto()
    PLUS = auto()
    MINUS = auto()
    BOUND = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    WORD = auto()
    OTHER = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign: what it is, its text, and where it starts and ends in the cleaned text."""

    sign: Sign
    text: str
    start: int
    end: int


_PATTERN = re.compile(
    r"""
    (?P<FRACTION>(?:[0-9]{1,3}\s+)?[0-9]{1,2}/[1-9][0-9]?(?=\s*(?:%|percent\b)))
  | (?P<CODE>[0-9]{4}\.[0-9]{2}\.[0-9]{2}(?:\.[0-9]{2})?)
  | (?P<NUMBER>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
  | (?P<PERCENT>%|percent\b)
  | (?P<CENT>¢|cents?\b)
  | (?P<SYMBOL>[$€£])
  | (?P<SLASH>/|\bper\b)
  | (?P<PLUS>\+|\bplus\b)
  | (?P<MINUS>[-−–]|\bminus\b)
  | (?P<BOUND>\bMIN\b|\bMAX\b)
  | (?P<OPEN>\()
  | (?P<CLOSE>\))
  | (?P<COMMA>,)
  | (?P<WORD>[^\W\d_](?:[^\W_]|[²³])*(?:['’-](?=[^\W\d_])[^\W_]+)*|[²³])
  | (?P<SPACE>\s+)
  | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s+")
_BROKEN_WORD = re.compile(r"(?<=[a-z])- (?=[a-z])")
_ABBREVIATION_DOT = re.compile(r"(?<=[A-Za-z])\.")


def clean(text: str) -> str:
    """A text with single blanks, without the hyphens and dots of typesetting.

    >>> clean("20¢/thou- sand  + 1.5¢/pf. liter.")
    '20¢/thousand + 1.5¢/pf liter'
    """
    text = _SPACE.sub(" ", text).strip()
    return _ABBREVIATION_DOT.sub("", _BROKEN_WORD.sub("", text)).rstrip(" .;")


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a cleaned text, the last one an `END`."""
    found = [
        Token(Sign[match.lastgroup or "OTHER"], match.group(), match.start(), match.end())
        for match in _PATTERN.finditer(text)
        if match.lastgroup != "SPACE"
    ]
    return (*found, Token(Sign.END, "", len(text), len(text)))
