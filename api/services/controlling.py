"""May this be sent, what must go with it, and what was looked at to say so?

A quote takes what prohibits, restricts or must go with the goods. The full check also gives advice
that concerns nearly all goods, vague descriptions, the numbers that a lane asks for, and what the
tariff's own measures prohibit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from api.services.quotes import QuoteRequest, Verdict
from customs.controls import Checked, check_controls
from customs.descriptions import description_findings
from customs.exchange import ExchangeRateNeededError
from customs.identifiers import Identifier, invalid_numbers, needed, unmet_needs
from customs.landed_cost import border_cost
from customs.rulebook import Rulebook
from data.model.charges import Assumption, Finding
from data.model.money import Money

TARIFF_FINDINGS = frozenset({"import-prohibited", "import-may-be-prohibited"})


@dataclass(frozen=True, slots=True)
class FullCheck:
    """Everything that was found, and what was consulted. No finding is no clearance.

    `tariff` is the territory whose measures were read, None where they were not.
    """

    on: date
    outcome: Verdict
    findings: tuple[Finding, ...]
    checked: Checked
    assumptions: tuple[Assumption, ...]
    tariff: str | None
    facts_version: str


def controls_of_quote(request: QuoteRequest, rulebook: Rulebook) -> Checked:
    """What a quote says of its goods and of the numbers that were given with it."""
    consignment, on = request.consignment, request.on
    checked = check_controls(consignment, rulebook.controls, on, request.mode, in_quote=True)
    wrong = invalid_numbers(consignment, rulebook.identifiers, on)
    return replace(checked, findings=(*checked.findings, *wrong)) if wrong else checked


def check_fully(
    request: QuoteRequest,
    rulebook: Rulebook,
    numbers: Sequence[tuple[str, Identifier]] = (),
    *,
    priced: bool,
) -> FullCheck:
    """Everything that is known of goods on a lane.

    `numbers` are numbers of parties that were looked at. The tariff's measures need prices.
    """
    consignment, on, known = request.consignment, request.on, rulebook.identifiers
    checked = check_controls(consignment, rulebook.controls, on, request.mode)
    measured = _tariff_findings(request, rulebook) if priced else None
    needs = list(unmet_needs(consignment, known, on, numbers))
    findings = (
        *(measured or ()),
        *checked.findings,
        *description_findings(consignment),
        *invalid_numbers(consignment, known, on, numbers),
        *(needed(need, known) for need in needs),
    )
    territory = rulebook.territory_of(consignment.ship_to)
    return FullCheck(
        on=on,
        outcome=outcome_of(findings),
        findings=findings,
        checked=checked,
        assumptions=(
            *checked.assumptions,
            *(
                Assumption(need.message, need.confidence, need.citation.law)
                for need in needs
                if need.confidence != "official"
            ),
        ),
        tariff=territory.code if territory and measured is not None else None,
        facts_version=rulebook.version,
    )


def outcome_of(findings: Sequence[Finding]) -> Verdict:
    """Refused where something prohibits the goods, to be looked at where anything was found."""
    if any(finding.outcome == "prohibited" for finding in findings):
        return "refused"
    return "review" if findings else "clear"


def _tariff_findings(request: QuoteRequest, rulebook: Rulebook) -> list[Finding] | None:
    """What measures of the tariff prohibit; None where they cannot be read."""
    consignment = request.consignment
    territory = rulebook.territory_of(consignment.ship_to)
    if territory is None or territory.customs_value.on(request.on) is None:
        return None
    exchange = rulebook.exchange(request.on, request.exchange_rates, territory)
    border = rulebook.border(territory, request.on, exchange)
    nothing = Money(0, consignment.items[0].unit_price.currency)
    try:
        cost = border_cost(border, consignment, nothing, request.mode or "express")
    except ExchangeRateNeededError:
        return None
    return [finding for finding in cost.findings if finding.code in TARIFF_FINDINGS]
