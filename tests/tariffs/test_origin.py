from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.loading.agreements import load_agreements
from data.model.consignment import PreferenceClaim
from tariffs.origin import (
    AgreementError,
    agreements_named,
    outside_normal_relations,
    read_agreements,
    settle_claim,
)

DOCUMENT = {
    "territory": "US",
    "laws": {"GN": {"title": "General note"}},
    "agreements": {
        "northern": {
            "name": "Northern agreement",
            "programmes": ["N", "N+"],
            "members": ["CA", "MX"],
            "proofs": ["certification"],
            "waiver": "USD 2500",
            "versions": [
                {"since": "2020-07-01", "value": "preference", "law": "GN"},
            ],
        },
        "lapsed": {
            "name": "Lapsed scheme",
            "programmes": ["L"],
            "versions": [
                {
                    "since": "2018-01-01",
                    "until": "2021-01-01",
                    "value": "preference",
                    "members": ["IN"],
                    "law": "GN",
                },
            ],
        },
        "column-2": {
            "name": "Column 2",
            "versions": [
                {
                    "since": "1962-01-01",
                    "until": "2022-04-09",
                    "value": "column_2",
                    "members": ["CU"],
                    "law": "GN",
                },
                {
                    "since": "2022-04-09",
                    "value": "column_2",
                    "members": ["CU", "RU"],
                    "law": "GN",
                },
            ],
        },
    },
}
AGREEMENTS = read_agreements(DOCUMENT)


def settle(claim, origin="MX", value="3000", currency="USD", on=date(2026, 4, 10)):
    return settle_claim(
        claim,
        origin,
        AGREEMENTS,
        on=on,
        value=Decimal(value),
        currency=currency,
        convert=lambda amount, _source, _target: amount * 20,
    )


def granted(grant):
    return grant.agreement is not None and not grant.lacks_proof


def test_a_preference_is_never_granted_without_a_claim():
    assert not granted(settle(None))


@pytest.mark.parametrize("name", ["northern", "NORTHERN", "N", "n+"])
def test_a_claim_may_name_the_agreement_or_a_programme_of_the_schedule(name):
    assert granted(settle(PreferenceClaim(name, "certification")))


def test_goods_of_another_origin_get_no_preference():
    grant = settle(PreferenceClaim("northern", "certification"), origin="CN")
    assert not granted(grant)
    assert "CN" in grant.because


def test_an_unknown_agreement_is_named_in_the_answer():
    assert "atlantis" in settle(PreferenceClaim("atlantis", "x")).because


def test_without_a_proof_the_claim_waits_for_it():
    grant = settle(PreferenceClaim("northern"))
    assert grant.lacks_proof
    assert grant.agreement is AGREEMENTS["northern"]


@pytest.mark.parametrize(
    ("value", "currency", "waived"),
    [
        ("2500", "USD", True),
        ("2500.01", "USD", False),
        ("50000", "MXN", True),
        ("50000.01", "MXN", False),
    ],
)
def test_up_to_the_waiver_no_proof_is_needed(value, currency, waived):
    assert granted(settle(PreferenceClaim("northern"), value=value, currency=currency)) is waived


@pytest.mark.parametrize(
    ("on", "covered"),
    [
        (date(2017, 12, 31), False),
        (date(2018, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_an_agreement_applies_from_its_first_day_to_its_last(on, covered):
    grant = settle(PreferenceClaim("lapsed", "form A"), origin="IN", on=on)
    assert granted(grant) is covered


def test_column_2_countries_change_on_the_day_the_law_says():
    before, first_day = date(2022, 4, 8), date(2022, 4, 9)
    assert outside_normal_relations("RU", AGREEMENTS.values(), before) is None
    assert outside_normal_relations("RU", AGREEMENTS.values(), first_day) is not None
    assert outside_normal_relations("CU", AGREEMENTS.values(), before) is not None
    assert outside_normal_relations("DE", AGREEMENTS.values(), first_day) is None


def test_a_column_2_country_is_no_preference():
    assert not granted(settle(PreferenceClaim("column-2", "x"), origin="CU"))


def test_a_word_that_is_no_kind_of_agreement_is_refused():
    version = {"since": "2020-01-01", "value": "friendship", "law": "GN"}
    table = {"x": {"name": "X", "versions": [version]}}
    with pytest.raises(AgreementError):
        read_agreements({**DOCUMENT, "agreements": table})


FACTS = Path(__file__).resolve().parents[2] / "data" / "facts" / "agreements"


def test_the_facts_name_the_agreements_that_people_claim():
    documents = load_agreements(FACTS)
    united_states = read_agreements(documents["US"])
    (usmca,) = agreements_named("usmca", united_states)
    assert (
        agreements_named("USMCA", united_states) == agreements_named("S", united_states) == (usmca,)
    )
    assert agreements_named("nothing", united_states) == ()
    assert united_states["usmca"].covers("MX", date(2026, 1, 1)) is not None
    great_britain = read_agreements(documents["GB"])
    assert great_britain["eu"].covers("DE", date(2026, 1, 1)) is not None
    assert great_britain["india"].covers("IN", date(2026, 7, 14)) is None
    assert great_britain["india"].covers("IN", date(2026, 7, 15)) is not None


def test_the_column_2_countries_of_2026_are_four():
    agreements = read_agreements(load_agreements(FACTS)["US"]).values()
    denied = {
        origin
        for origin in ("CU", "KP", "RU", "BY", "CN", "IR", "VE", "UA")
        if outside_normal_relations(origin, agreements, date(2026, 4, 10))
    }
    assert denied == {"CU", "KP", "RU", "BY"}
