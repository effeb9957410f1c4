"""How somebody else, or in a hurry, may write a name that is on a list."""

from collections.abc import Iterator
from random import Random

from tests.screening_bench.names import Invented

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROMANISED = {
    "slavic": ("german", "french", "scholarly", "passport", "native"),
    "arabic": ("french", "english", "native"),
    "greek": ("english", "german", "native"),
    "chinese": ("native",),
    "western": ("plain", "umlauts"),
}


def one_edit(text: str, chance: Random) -> str:
    """One letter missing, doubled in error, wrong, or changed places with the next."""
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = chance.choice(places)
    way = chance.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + chance.choice(LETTERS) + text[at:]
    if way == 2 or at + 1 >= len(text) or not text[at + 1].isalpha():
        return text[:at] + chance.choice(LETTERS) + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def variants(name: Invented, chance: Random) -> Iterator[tuple[str, str]]:
    """Kinds of variant, and one variant of each."""
    plain = name.written["listed"]
    words = plain.split(" ")
    yield "same", plain
    yield "case", plain.lower() if chance.random() < 0.5 else plain.upper()
    turned = words[:]
    while len(words) > 1 and turned == words:
        chance.shuffle(turned)
    yield "order", " ".join(turned)
    yield "edit", one_edit(plain, chance)
    yield "order_and_edit", one_edit(" ".join(turned), chance)
    if name.origin in ROMANISED:
        way = chance.choice(ROMANISED[name.origin])
        yield "transliteration", name.written[way]
    if name.origin == "chinese":
        yield "apart", name.written["apart"]
    if name.origin == "company":
        yield "legal_form", name.written[chance.choice(("form", "form_first"))]
    if len(words) > 2:
        yield "word_left_out", " ".join(words[:1] + words[2:])
    if name.kind == "person" and len(words) > 1 and name.origin != "chinese":
        yield "initial", f"{words[0][0]}. {' '.join(words[1:])}"
