"""What do the worded rates and the parts of a value mean in duty expressions?

The US schedule states many rates in words. Each wording that has a rule is listed here; it is
compared without blanks and punctuation, for these vary ("inthe applicable subheading").
"""

import re
from collections.abc import Callable

from tariffs.expressions.terms import Free, Term
from tariffs.expressions.worded import BaseDuty, Meursing, Referred

_PADDING = re.compile(r"[^a-z0-9²³%]+")
_LEAD = re.compile(r"(on|of|upon)?(the)?(valueofthe)?")
_ASIDE = re.compile(r"\([^()]*\)")


def squash(text: str) -> str:
    """A wording without capitals, blanks and punctuation, for comparison."""
    return _PADDING.sub("", text.casefold())


# The parts of a value that a percentage may be of: wording, canonical name, facts that state it.
_WHOLE = ("", ())
BASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "entireset": _WHOLE,
    "fullvalueoftheimportedarticle": _WHOLE,
    "case": ("case", ("case_value",)),
    "strapbandorbracelet": ("strap", ("strap_value",)),
    "caseandstrapbandorbracelet": ("case and strap", ("case_value", "strap_value")),
    "battery": ("battery", ("battery_value",)),
    "movement": ("movement", ("movement_value",)),
    "movementandcase": ("movement and case", ("movement_value", "case_value")),
    "apparatus": ("apparatus", ("apparatus_value",)),
    "rifle": ("rifle", ("rifle_value",)),
    "telescopicsightifany": ("telescopic sight", ("telescopic_sight_value",)),
    "leadcontent": ("lead content", ("lead_content_value",)),
    "coppercontent": ("copper content", ("copper_content_value",)),
    "steelcontent": ("steel content", ("steel_content_value",)),
    "aluminumcontent": ("aluminum content", ("aluminum_content_value",)),
    "nonuscontent": ("non-US content", ("non_us_content_value",)),
    "fairretailvalue": ("fair retail value", ("fair_retail_value",)),
    "retailprice": ("retail price", ("retail_price",)),
    "ret": ("retail price", ("retail_price",)),
    "costofsuchgoodsorrepairs": ("cost of goods or repairs", ("repair_cost",)),
    "costofsuchpartsormaterials": ("cost of parts", ("parts_cost",)),
    "costofsuchparts": ("cost of parts", ("parts_cost",)),
}
BASES |= {squash(name): (name, facts) for name, facts in BASES.values() if name}


def read_basis(wording: str) -> tuple[str, tuple[str, ...]] | None:
    """The part of the value that a percentage is of, None for a wording that is not known.

    >>> read_basis("upon the value of the steel content")
    ('steel content', ('steel_content_value',))
    """
    word = squash(wording)
    return BASES.get(word) or BASES.get(word[_lead(word) :])


def _lead(word: str) -> int:
    match = _LEAD.match(word)
    return match.end() if match else 0


_BASE_DUTY = (
    r"baseduty|nochange|thedutyprovided(for)?inthe?applicablesubheading"
    r"|thedutyrateprovidedinsuchsubheading|thedutyprovidedinsubheadings?[0-9]{8}[0-9or]*"
    r"|therateapplicable(toeacharticle)?intheabsenceofthis(sub)?heading"
)
_REFERRED = (
    r"see[0-9]{8}[0-9]*|see(additional)?usnote[0-9]+[a-z]*(to|of)?(this)?(subchapter|chapter)?"
    r"|therate(ofduty)?applicableto(each|that|the).+"
    r"|thedutyrateprovidedfororiginatinggoodsof[a-z]+insuchsubheading"
    r"|therateprovidedforbeneficiarycountriesinheading[0-9]{8}"
)
_RULES: tuple[tuple[re.Pattern[str], Callable[[str], Term]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"free|nihil|noadditionalduty", lambda wording: Free()),
        (r"free(underbond|fortemporary|forsuchtemporary|underthetermsof).*", Free),
        (r"ea|ear|adsz|adszr|adfm|adfmr", lambda wording: Meursing(wording.upper())),
        (r"entryprice", lambda wording: Referred("Entry Price", "entry_price_duty")),
        (_BASE_DUTY, lambda wording: BaseDuty()),
        (
            r"therateapplicableintheabsenceofthissubheadingonthecostofsuchparts"
            r"|basedutyonpartscost",
            lambda wording: BaseDuty(share="parts_cost"),
        ),
        (
            r"adutyuponthevalueoftherepairsoralterations|basedutyonrepairvalue",
            lambda wording: BaseDuty(share="repair_value"),
        ),
        (
            r"adutyuponthevalueofsuchprocessingoutsidetheunitedstates|basedutyonprocessingvalue",
            lambda wording: BaseDuty(share="processing_value"),
        ),
        (
            r"adutyuponthefullvalueoftheimportedarticleless(thecostorvalueofsuchproducts"
            r"|thevalueoffabricscomponentsormaterials)oftheunitedstates"
            r"|basedutywithoutuscontentvalue",
            lambda wording: BaseDuty(less="us_content_value"),
        ),
        (_REFERRED, Referred),
    )
)


def read_wording(wording: str) -> Term | None:
    """The term that a wording means, None for one that has no rule here."""
    whole = squash(wording)
    aside = squash(_ASIDE.sub(" ", wording))
    for pattern, make in _RULES:
        if pattern.fullmatch(whole) or pattern.fullmatch(aside):
            return make(wording)
    return None
