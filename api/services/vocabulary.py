"""Which words may be sent, and which may be answered?

Assembled from the very facts that the rules read, so that it cannot promise a word that nothing
understands.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from api.services.quotes import Status, Verdict
from carriers.tracking import ACTORS, STAGES, STATUSES, reasons
from customs.controls import Rule
from customs.given import TAX_FACT
from customs.rulebook import Rulebook
from customs.taxes import CATEGORY_FACT
from customs.territories import Territory
from data.model.charges import ChargeKind, ChargeStatus, CollectedAt, Outcome
from data.model.consignment import BuyerType, Mode, Purpose, Terms
from data.model.dated import Confidence
from tariffs.base_duty import CLAIMED_BY, QUOTA_STATUS, QUOTA_STATUSES
from tariffs.conditions import FALSE, TRUE, parse_condition
from tariffs.expressions import FACTS
from tariffs.schedule import Measure, Programme
from tariffs.snapshot import UnknownDocumentError

Words = dict[str, Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d").fullmatch
_NUMBER = re.compile(r"-?\d+(\.\d+)?").fullmatch

BASE_DUTY = ("general", "third_country", "column_2", "preference")
OPEN_DUTY = ("third_country",)
FINDINGS: Mapping[str, str] = {
    "territory-not-covered": "the border's rules of the destination are not held",
    "no-customs-border": "no customs border is crossed",
    "code-not-in-schedule": "the commodity code is not in the schedule that is held",
    "duty-not-held": "no rate of duty is held: the total reckons with another, or is without it",
    "quota-critical": "the quota that is claimed is nearly used up",
    "purpose-not-covered": "no rule for goods sent for this purpose is held: an ordinary import",
    "excise-not-covered": "excise is due on the goods and its rates are not held",
    "preference-not-granted": "a preference was claimed and is not granted",
    "match": "a party resembles an entry of a list of restricted parties",
    "screening-list-old": "parties were compared with a list that is older than its limit",
    "import-prohibited": "the goods may not be entered",
    "import-may-be-prohibited": "an unknown fact decides whether the goods may be entered",
    "identifier-invalid": "a number of a party is not written as such a number is",
    "identifier-needed": "the destination asks for a number of a party that nobody gave",
    "code-contradicts-description": "the description speaks for another chapter than the code",
    "description-refused": "a description says too little, or has signs that no declaration takes",
    "description-vague": "a description has words that say little, or letters few offices read",
}


def vocabulary(rulebook: Rulebook) -> Words:
    """Every word, from one version of the facts."""
    territories = [rulebook.territories[code] for code in sorted(rulebook.territories)]
    measures = _measures(rulebook)
    return {
        "facts_version": rulebook.version,
        "facts": _facts(territories, measures, rulebook.controls.rules),
        "schemes": [
            {"scheme": scheme.registration or scheme.id, "territory": territory.code,
             "name": scheme.name, "registration_needed": scheme.registration is not None}
            for territory in territories
            for scheme in territory.schemes
        ],
        "agreements": [
            {"agreement": agreement.id, "territory": territory, "name": agreement.name,
             "programmes": agreement.programmes, "proofs": agreement.proofs}
            for territory, agreements in sorted(rulebook.agreements.items())
            for agreement in agreements.values()
        ],
        "charge_codes": sorted(
            _charge_codes(territories, measures), key=lambda entry: str(entry["code"])
        ),
        "finding_codes": [
            {"code": code, "meaning": text}
            for code, text in (*FINDINGS.items(), *_control_codes(rulebook.controls.rules))
        ],
        "identifier_kinds": [
            {"kind": kind, "name": entry["name"]}
            for kind, entry in sorted(rulebook.identifiers.kinds.items())
        ],
        "purposes": get_args(Purpose),
        "terms": get_args(Terms),
        "modes": get_args(Mode),
        "buyer_types": get_args(BuyerType),
        "charge_kinds": get_args(ChargeKind),
        "charge_statuses": get_args(ChargeStatus),
        "collected_at": get_args(CollectedAt),
        "finding_outcomes": get_args(Outcome),
        "verdicts": get_args(Verdict),
        "quote_statuses": get_args(Status),
        "tracking_statuses": STATUSES,
        "tracking_stages": STAGES,
        "tracking_actors": ACTORS,
        "tracking_reasons": [
            {"reason": reason.word, "family": reason.family, "meaning": reason.meaning}
            for reason in reasons().values()
        ],
        "programmes": [programme.value for programme in Programme],
        "confidences": get_args(Confidence),
    }  # fmt: skip


def described_measures(measures: Mapping[str, Iterable[Measure]]) -> Words:
    """What the vocabulary needs of the additional measures, as a document of a snapshot."""
    return {
        territory: [
            {
                "heading": measure.heading,
                "name": measure.name,
                "facts": _facts_of(measure),
            }
            for measure in held
        ]
        for territory, held in measures.items()
    }


def _facts_of(measure: Measure) -> list[Words]:
    """Every fact that a measure reads, with the answers that its conditions tell apart."""
    found: dict[str, Words] = {}
    for text in measure.requires:
        for test in parse_condition(text).tests:
            if test.fact:
                name = test.named(measure.heading)
                word = found.setdefault(name, {"name": name, **_kind(name, test.value)})
                if word["type"] == "word" and test.value not in word["answers"]:
                    word["answers"].append(test.value)
    for text in (measure.basis, measure.covers, measure.content):
        for name in text.split():
            if name.endswith("_percent"):
                found.setdefault(name, {"name": name, **_kind(name, "0")})
    return [found[name] for name in sorted(found)]


def _kind(fact: str, value: str) -> Words:
    """What kind of answer a fact takes, by what it is compared with."""
    if value in (TRUE, FALSE):
        return {"type": "yes/no", "unit": None, "answers": [TRUE, FALSE]}
    if _DAY(value):
        return {"type": "day", "unit": None}
    if _NUMBER(value):
        return {"type": "decimal", "unit": "%" if fact.endswith("_percent") else None}
    return {"type": "word", "unit": None, "answers": [value]}


def _measures(rulebook: Rulebook) -> Mapping[str, list[Words]]:
    try:
        document: Mapping[str, list[Words]] = rulebook.snapshot.document("measures")
    except UnknownDocumentError:
        return {}
    return document


def _control_codes(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        yield rule.id, rule.message


def _facts(
    territories: Iterable[Territory], measures: Mapping[str, list[Words]], rules: Iterable[Rule]
) -> list[Words]:
    found: dict[str, Words] = {
        name: {"name": name, "type": fact.type, "unit": fact.unit,
               "description": fact.description, "asked_by": ["duty expressions"]}
        for name, fact in FACTS.items()
    }  # fmt: skip
    for territory in territories:
        _asked_by(found, territory)
    for programme, name in CLAIMED_BY.items():
        word = {"name": name, "type": "word", "unit": None, "answers": [TRUE]}
        _asked(found, word, f"a claim of: {programme.value.replace('_', ' ')}")
    word = {"name": QUOTA_STATUS, "type": "word", "unit": None, "answers": [*QUOTA_STATUSES]}
    _asked(found, word, "a claim of a quota")
    word = {"name": TAX_FACT, "type": "decimal", "unit": "%"}
    _asked(found, word, "destinations whose rules are not held")
    for code, held in sorted(measures.items()):
        for measure in held:
            for word in measure["facts"]:
                _asked(found, word, f"{code} {measure['heading']} {measure['name']}")
    for rule in rules:
        for test in (test for condition in rule.requires for test in condition.tests):
            word = {"name": test.fact, **_kind(test.fact, test.value)}
            _asked(found, word, f"control {rule.id}")
    return [found[name] for name in sorted(found)]


def _asked_by(found: dict[str, Words], territory: Territory) -> None:
    """The facts that a territory's own rules ask for."""
    if territory.not_at_risk:
        fact = territory.not_at_risk.fact
        asker = f"{territory.code}: goods that will not move on"
        _asked(found, {"name": fact, **_kind(fact, TRUE)}, asker)
    for relief in territory.reliefs:
        if relief.fact:
            asker = f"{territory.code}: {relief.name}"
            _asked(found, {"name": relief.fact, **_kind(relief.fact, TRUE)}, asker)
    for tax in territory.taxes:
        word = {"type": "word", "unit": None, "answers": list(tax.rates)}
        asker = f"{territory.code}: {tax.name}"
        _asked(found, {"name": CATEGORY_FACT, **word}, asker)
        if tax.rate_fact:
            rate = {"name": tax.rate_fact, "type": "decimal", "unit": "%"}
            _asked(found, rate, f"{asker}, whose rate is not held")
    for excise in territory.excise:
        if excise.fact:
            content = {"name": excise.fact, "type": "decimal", "unit": "%"}
            _asked(found, content, f"{territory.code}: {excise.name}")


def _asked(found: dict[str, Words], word: Words, asker: str) -> None:
    known = found.setdefault(word["name"], {"description": None, "asked_by": [], **word})
    if asker not in known["asked_by"]:
        known["asked_by"] = [*known["asked_by"], asker]
    if known["type"] == "word":
        known["answers"] = sorted({*known["answers"], *word.get("answers", ())})


def _charge_codes(
    territories: Iterable[Territory], measures: Mapping[str, list[Words]]
) -> Iterator[Words]:
    """Every code that a charge of the border may have; carriers' codes are their own."""
    for territory in territories:
        yield from _duty_codes(territory)
        yield from _tax_and_fee_codes(territory)
    for code, held in measures.items():
        for heading, name in {measure["heading"]: measure["name"] for measure in held}.items():
            yield {"code": f"{code}.{heading}", "kind": "duty", "name": name}


def _duty_codes(territory: Territory) -> Iterator[Words]:
    customs = territory.customs_territory
    for word in (*(BASE_DUTY if territory.schedule else OPEN_DUTY), "given"):
        yield {"code": f"{customs}.{word}", "kind": "duty", "name": word.replace("_", " ")}
    for flat in territory.flat_duties:
        yield {"code": f"{customs}.{flat.id}", "kind": "duty", "name": flat.name}
    for regime in territory.regimes:
        yield {"code": f"{customs}.{regime.id}", "kind": "duty", "name": regime.name}


def _tax_and_fee_codes(territory: Territory) -> Iterator[Words]:
    for excise in territory.excise:
        code = f"{territory.code}.excise.{excise.id}"
        yield {"code": code, "kind": "excise", "name": excise.name}
    for tax in territory.taxes:
        stated = ("given", "unknown") if tax.rate_fact else ()
        for category in (*tax.rates, *stated):
            code = f"{territory.code}.{tax.id.lower()}.{category}"
            yield {"code": code, "kind": tax.kind, "name": f"{tax.name}, {category}"}
    for fee in territory.fees:
        yield {"code": f"{territory.code}.{fee.code}", "kind": "fee", "name": fee.name}
