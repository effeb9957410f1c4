"""Which words may be sent, and which may be answered?

Assembled from the very facts that the rules read, so that it cannot promise a word that nothing
understands.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from api.services.quotes import Status, Verdict
from customs.rulebook import Rulebook
from customs.territories import Territory
from data.model.charges import ChargeKind, ChargeStatus, CollectedAt, Outcome
from data.model.consignment import BuyerType, Mode, Purpose, Terms
from data.model.dated import Confidence
from tariffs.conditions import FALSE, TRUE, parse_condition
from tariffs.expressions import FACTS
from tariffs.schedule import Measure, Programme
from tariffs.snapshot import UnknownDocumentError

Words = dict[str, Any]

BASE_DUTY = ("general", "third_country", "column_2", "preference")
FINDINGS: Mapping[str, str] = {
    "territory-not-covered": "the border's rules of the destination are not held",
    "no-customs-border": "no customs border is crossed",
    "code-not-in-schedule": "the commodity code is not in the schedule that is held",
    "excise-not-covered": "excise is due on the goods and its rates are not held",
    "preference-not-granted": "a preference was claimed and is not granted",
    "import-prohibited": "the goods may not be entered",
    "import-may-be-prohibited": "an unknown fact decides whether the goods may be entered",
}


def vocabulary(rulebook: Rulebook) -> Words:
    """Every word, from one version of the facts."""
    territories = [rulebook.territories[code] for code in sorted(rulebook.territories)]
    measures = _measures(rulebook)
    return {
        "facts_version": rulebook.version,
        "facts": _facts(territories, measures),
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
        "finding_codes": [{"code": code, "meaning": text} for code, text in FINDINGS.items()],
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
                "facts": sorted(set(_facts_of(measure))),
            }
            for measure in held
        ]
        for territory, held in measures.items()
    }


def _facts_of(measure: Measure) -> Iterator[str]:
    for text in measure.requires:
        yield from parse_condition(text).facts(measure.heading)
    for text in (measure.basis, measure.covers, measure.content):
        yield from (word for word in text.split() if word.endswith("_percent"))


def _measures(rulebook: Rulebook) -> Mapping[str, list[Words]]:
    try:
        document: Mapping[str, list[Words]] = rulebook.snapshot.document("measures")
    except UnknownDocumentError:
        return {}
    return document


def _facts(territories: Iterable[Territory], measures: Mapping[str, list[Words]]) -> list[Words]:
    found: dict[str, Words] = {
        name: {"fact": name, "type": fact.type, "unit": fact.unit,
               "description": fact.description, "asked_by": ["duty expressions"]}
        for name, fact in FACTS.items()
    }  # fmt: skip
    for territory in territories:
        if territory.not_at_risk:
            asker = f"{territory.code}: goods that will not move on"
            _asked(found, territory.not_at_risk.fact, asker)
    for code, held in sorted(measures.items()):
        for measure in held:
            for fact in measure["facts"]:
                _asked(found, fact, f"{code} {measure['heading']} {measure['name']}")
    return [found[name] for name in sorted(found)]


def _asked(found: dict[str, Words], fact: str, asker: str) -> None:
    if fact not in found:
        found[fact] = {"fact": fact, **_kind(fact), "description": None, "asked_by": []}
    if asker not in found[fact]["asked_by"]:
        found[fact]["asked_by"].append(asker)


def _kind(fact: str) -> Words:
    if fact.endswith("_percent"):
        return {"type": "decimal", "unit": "%"}
    if fact.endswith(("_date", "_on")):
        return {"type": "day", "unit": None}
    if fact.startswith("confirm:"):
        return {"type": "yes/no", "unit": None, "answers": [TRUE, FALSE]}
    return {"type": "word", "unit": None}


def _charge_codes(
    territories: Iterable[Territory], measures: Mapping[str, list[Words]]
) -> Iterator[Words]:
    for territory in territories:
        if territory.schedule:
            customs = territory.customs_territory
            for word in BASE_DUTY:
                yield {"code": f"{customs}.{word}", "kind": "duty", "name": word.replace("_", " ")}
        for flat in territory.flat_duties:
            code = f"{territory.customs_territory}.{flat.id}"
            yield {"code": code, "kind": "duty", "name": flat.name}
        for tax in territory.taxes:
            for category in tax.rates:
                code = f"{territory.code}.{tax.id.lower()}.{category}"
                yield {"code": code, "kind": "tax", "name": f"{tax.name}, {category}"}
        for fee in territory.fees:
            yield {"code": f"{territory.code}.{fee.code}", "kind": "fee", "name": fee.name}
    for code, held in measures.items():
        for heading, name in {measure["heading"]: measure["name"] for measure in held}.items():
            yield {"code": f"{code}.{heading}", "kind": "duty", "name": name}
