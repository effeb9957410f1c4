"""Into which words and signs is the text of a duty expression cut?

`Cursor` walks over them from left to right; the grammar in `reading` is written on top of it.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn


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


END = "the end"
_SHOWN = 80


class UnreadableError(ValueError):
    """A text that is no duty expression by this grammar; the message says what stopped it."""


def short(text: str) -> str:
    """A text in quotes for a message, cut when it is long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


class Cursor:
    """A place in a cleaned text, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """The next token, and a step behind it; at the end none."""
        token = self.tokens[self.at]
        self.at += token.sign is not Sign.END
        return token

    def accept(self, sign: Sign) -> Token | None:
        """The next token if it is such a sign."""
        return self.take() if self.next.sign is sign else None

    def expect(self, sign: Sign, what: str) -> Token:
        """The next token, which must be such a sign. Raises `UnreadableError`."""
        return self.accept(sign) or self.fail(what)

    def words(self, *words: str) -> bool:
        """Take these words if they come next."""
        coming = self.tokens[self.at : self.at + len(words)]
        if tuple(token.text for token in coming) != words:
            return False
        self.at += len(words)
        return True

    def slice(self, first: int) -> str:
        """The text from a token to the one before the next, as it is written."""
        if first == self.at:
            return ""
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end]

    def fail(self, expected: str) -> NoReturn:
        """Raise `UnreadableError` with what is there in place of what was expected."""
        rest = self.text[self.next.start :]
        if not rest:
            raise UnreadableError(f"{expected} expected, but the text ends")
        if expected == END:
            raise UnreadableError(f"no rule here for {short(rest)}")
        raise UnreadableError(f"{expected} expected, not {short(rest)}")
