"""May the exporter say that the goods have a preferential origin, and in which words?

The words are the agreement's, kept as dated facts and never changed; a text that is not held is
refused. Options: ``period`` (``{"from": day, "to": day}`` for several consignments), ``criteria``
(line id → ``P`` or ``W``, where the agreement asks), ``rates``, ``signatory``.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from customs.documents.converting import converted, rate_needed
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, is_within, read_amount, version_on
from customs.documents.kinds import Options
from customs.documents.printing import country_name
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

Rule = Mapping[str, Any]
_NUMBER_NAMES = {
    "eori": "its EORI number",
    "rex": "its REX number",
    "customs_id": "its customs identification number",
}


def statement_faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """Everything that keeps this exporter from making a statement for these goods."""
    claimed = [item for item in shipment.items if item.preference is not None]
    if not claimed:
        yield Fault("/items/0/preference", "No line claims an agreement.")
        return
    rule = _rule(shipment, claimed[0])
    if rule is None:
        agreement = claimed[0].preference and claimed[0].preference.agreement
        yield Fault(
            f"/items/{shipment.items.index(claimed[0])}/preference/agreement",
            f"The text of a statement for {agreement} from {shipment.consignor.place.territory} "
            f"to {shipment.consignee.place.territory} is not held.",
        )
        return
    yield from _exporter(shipment, rule, options)
    yield from _origins(shipment, rule, options)
    yield from _period(rule, options)


def _rule(shipment: Shipment, item: GoodsItem) -> Rule | None:
    """The statement of an agreement between these places on this day."""
    agreement = item.preference.agreement if item.preference else ""
    sender, receiver = shipment.consignor.place.territory, shipment.consignee.place.territory
    for key, rule in facts("origin_statements")["statements"].items():
        names = rule.get("agreements", [key.split("-")[1]])
        senders = rule.get("exporters")
        if (
            agreement in names
            and is_within(receiver, rule["into"])
            and (senders is None or is_within(sender, senders))
            and version_on(rule["versions"], shipment.on)
        ):
            found: Rule = rule
            return found
    return None


def _exporter(shipment: Shipment, rule: Rule, options: Options) -> Iterator[Fault]:
    """The exporter has the number that the agreement asks for goods of this value."""
    kind = rule["number"]
    if shipment.consignor.tax_ids.get(kind):
        return
    needed = True
    if "number_from" in rule:
        most = read_amount(rule["number_from"])
        worth = converted(shipment.goods, most.currency.code, options)
        if worth is None:
            yield rate_needed(shipment.goods, most.currency.code)
            return
        needed = worth > most.amount
    if needed:
        yield Fault(
            f"/consignor/tax_ids/{kind}",
            f"The exporter may make this statement only with {_NUMBER_NAMES[kind]}.",
        )


def _origins(shipment: Shipment, rule: Rule, options: Options) -> Iterator[Fault]:
    """The lines that claim are of the exporter's side, and of one origin."""
    claimed = [(at, each) for at, each in enumerate(shipment.items) if each.preference]
    origins = {item.country_of_origin for _, item in claimed}
    criteria = options.get("criteria") or {}
    for at, item in claimed:
        if item.preference and item.preference.agreement not in _names(shipment, claimed[0][1]):
            yield Fault(f"/items/{at}/preference/agreement", "One statement is for one agreement.")
        if "origins" in rule and not is_within(item.country_of_origin or "", rule["origins"]):
            yield Fault(
                f"/items/{at}/country_of_origin",
                f"Goods of {item.country_of_origin} are not of the exporter's origin.",
            )
        if rule.get("criterion") and criteria.get(item.id) not in ("P", "W"):
            yield Fault(f"/options/criteria/{item.id}", "Say how the origin was won: P or W.")
    if "origins" not in rule and len(origins) > 1:
        yield Fault("/items", "One statement is for goods of one origin.")


def _names(shipment: Shipment, item: GoodsItem) -> tuple[str, ...]:
    rule = _rule(shipment, item) or {}
    agreement = item.preference.agreement if item.preference else ""
    return tuple(rule.get("agreements", (agreement,)))


def period_of(options: Options) -> tuple[date, date] | None:
    """The first and the last day of a statement for several consignments."""
    wish = options.get("period")
    if not isinstance(wish, Mapping):
        return None
    return date.fromisoformat(str(wish["from"])), date.fromisoformat(str(wish["to"]))


def _period(rule: Rule, options: Options) -> Iterator[Fault]:
    yield from period_faults(options, int(rule["months"]))


def period_faults(options: Options, months: int) -> Iterator[Fault]:
    """What is wrong with the period of a statement: it may be a year long at most."""
    try:
        period = period_of(options)
    except (KeyError, ValueError):
        yield Fault("/options/period", "A period is two days: from and to.")
        return
    if period is None:
        return
    first, last = period
    if last < first:
        yield Fault("/options/period/to", "The period ends before it begins.")
    elif (last.year, last.month, last.day) >= (
        first.year + (first.month - 1 + months) // 12,
        (first.month - 1 + months) % 12 + 1,
        first.day,
    ):
        yield Fault("/options/period/to", f"The period may be {months} months at most.")


def _texts(rule: Rule) -> list[Rule]:
    """The texts of a statement, its own or those of the same agreement's other side."""
    statements = facts("origin_statements")["statements"]
    found: list[Rule] = (
        statements[rule["same_texts"]]["texts"] if "same_texts" in rule else (rule["texts"])
    )
    return found


def statement_text(shipment: Shipment, language: str, options: Options) -> str:
    """The statement, word for word; in English where the agreement's text is not held otherwise."""
    claimed = [item for item in shipment.items if item.preference is not None]
    rule = _rule(shipment, claimed[0])
    if rule is None:
        raise LookupError("no statement is held: ask statement_faults first")
    held = {text["language"]: text for text in _texts(rule)}
    text = held.get(language) or held["en"]
    used = text["language"]
    words = rule.get("origin_words", {})
    criteria = options.get("criteria") or {}
    said: str = text["text"].format(
        number=shipment.consignor.tax_ids.get(rule["number"], ""),
        origin=words.get(used) or country_name(claimed[0].country_of_origin or "", used),
        criterion=", ".join(dict.fromkeys(_criterion(item, criteria) for item in claimed)),
    )
    period = period_of(options)
    if period and "period" in text:
        days = {"from": period[0].isoformat(), "to": period[1].isoformat()}
        return f"{text['period'].format_map(days)} {said}"
    return said


def _criterion(item: GoodsItem, criteria: Mapping[str, str]) -> str:
    letter = criteria.get(item.id, "")
    return f"W {(item.hs_code or '')[:4]}" if letter == "W" else letter


def control_statement(shipment: Shipment) -> str | None:
    """What an invoice of controlled goods from the United States must say; None for all others."""
    if shipment.consignor.place.country != "US":
        return None
    rule = facts("origin_statements")["destination_control"]
    codes = {item.facts.get("eccn") for item in shipment.items} - {None, *rule["unless"]}
    in_force = version_on([{**rule, "value": ""}], shipment.on)
    return str(rule["text"]) if codes and in_force else None
