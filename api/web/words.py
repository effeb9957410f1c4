"""In which words, and in which language, are people spoken to?

One file for each language, with the same words in each: a test compares them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time

from api.services.tracking_shipments import LANGUAGES, language_of


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    said: Mapping[str, Any]

    def __call__(self, group: str, name: str, **filled: object) -> str:
        """A word or sentence, with what belongs into it."""
        text: str = self.said[group][name]
        return text.format(**filled) if filled else text

    def maybe(self, group: str, name: str | None) -> str | None:
        """A word or sentence where there is one."""
        return None if name is None else self.said[group].get(name)

    def advice(self, status: str, reason: str | None, action_by: str | None) -> str | None:
        """What the recipient can do, or who else must act."""
        if action_by == "recipient":
            own = self.maybe("advice", reason) or self.maybe("advice", status)
            return own or self("advice", "recipient")
        if status == "available_for_pickup":
            return self("advice", status)
        return self.maybe("advice", action_by)

    def day(self, at: datetime) -> str:
        """A day, as it is written where the language is spoken."""
        return format_date(at.date(), format="long", locale=self.language)

    def moment(self, at: datetime) -> str:
        """A day and the time of the clocks there."""
        clock = format_time(at, format="short", tzinfo=at.tzinfo, locale=self.language)
        return f"{self.day(at)}, {clock}"

    def country(self, code: str) -> str:
        """The name of a country."""
        return str(Locale(self.language).territories.get(code, code))


@cache
def words(language: str) -> Words:
    """The words of one of our languages."""
    text = (files("api.web") / "words" / f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))


def best_language(asked: str | None, accepted: Sequence[str], otherwise: str | None) -> str:
    """The language of a page: the one asked for, else the first accepted that we speak.

    >>> best_language(None, ["it", "fr-CH", "de"], "es"), best_language("de", ["fr"], None)
    ('fr', 'de')
    """
    for wanted in (asked, *accepted):
        short = (wanted or "").partition("-")[0].lower()
        if short in LANGUAGES:
            return short
    return language_of(otherwise)
