"""Each change of law of 2024 to 2029 that we know of: the day before it, and its first day.

What is charged under a code in the law's own currency, `None` where it is not charged; a charge
that a relief waives, or that nobody holds a rate for, is written as its status.
"""

import pytest

SHIRTS, TOYS = "610910", "950300"
WAIVED, ASKED = "waived", "needs_answer"


def case(name, to, price, unit, before, after, *, code=SHIRTS, origin="CN", **fields):
    """A change: what is charged on the day before, and on the first day."""
    return pytest.param(to, price, unit, code, origin, fields, before, after, id=name)


CHANGES = [
    case(
        "2024-01-01 Switzerland: no duty on industrial goods, VAT of 8.1 %",
        "CH", "1000", "CHF",
        ("2023-12-31", {"CH.third_country": ASKED, "CH.vat.standard": "77.00"}),
        ("2024-01-01", {"CH.third_country": "0.00", "CH.vat.standard": "81.00"}),
    ),
    case(
        "2025-08-15 Mexico: the global rate of 19 becomes 33.5 %",
        "MX", "10000", "MXN",
        ("2025-08-14", {"MX.courier": "1900.00", "MX.iva.standard": None}),
        ("2025-08-15", {"MX.courier": "3350.00", "MX.iva.standard": None}),
    ),
    case(
        "2025-08-29 United States: no exemption of low values any more",
        "US", "100", "USD",
        ("2025-08-28", {"US.general": WAIVED}),
        ("2025-08-29", {"US.general": ASKED}),
        origin="DE",
    ),
    case(
        "2025-09-01 Canada: of the surtaxes on American goods those on metals and vehicles stay",
        "CA", "1000", "CAD",
        ("2025-08-31", {"CA.given": "50.00", "CA.surtax-steel": None}),
        ("2025-09-01", {"CA.given": "50.00", "CA.surtax-steel": "250.00"}),
        code="730890", origin="US", duty="5%",
    ),
    case(
        "2026-01-01 Canada: steel derivatives of any origin, where somebody says that they are",
        "CA", "1000", "CAD",
        ("2025-12-31", {"CA.surtax-steel-derivatives": None}),
        ("2026-01-01", {"CA.surtax-steel-derivatives": "250.00"}),
        code="730890", facts={"confirm:surtax-steel-derivatives": "true"},
    ),
    case(
        "2026-01-01 Thailand: the exemption of 1,500 becomes 1 baht",
        "TH", "1000", "THB",
        ("2025-12-31", {"TH.given": WAIVED, "TH.vat.standard": "70.00"}),
        ("2026-01-01", {"TH.given": "100.00", "TH.vat.standard": "77.00"}),
        duty="10%",
    ),
    case(
        "2026-01-01 Romania: 25 lei a parcel",
        "RO", "100", "EUR",
        ("2025-12-31", {"RO.small_parcel": None}),
        ("2026-01-01", {"RO.small_parcel": "25.00"}),
    ),
    case(
        "2026-02-06 Turkey: no flat tax any more, a full declaration",
        "TR", "1000", "TRY",
        ("2026-02-05", {"TR.parcels": "600.00", "TR.kdv.standard": None}),
        ("2026-02-06", {"TR.third_country": ASKED, "TR.kdv.standard": "200.00"}),
    ),
    case(
        "2026-02-24 United States: IEEPA ends, Section 122 begins",
        "US", "1000", "USD",
        ("2026-02-23", {"US.9903.02.19": "0.00", "US.9903.03.01": None}),
        ("2026-02-24", {"US.9903.02.19": None, "US.9903.03.01": "100.00"}),
        code="61091000", origin="DE",
    ),
    case(
        "2026-03-01 France: 2 euros for each subheading",
        "FR", "100", "EUR",
        ("2026-02-28", {"FR.small_parcel": None}),
        ("2026-03-01", {"FR.small_parcel": "2.00"}),
    ),
    case(
        "2026-04-01 New Zealand: levies of 2.21 and GST on them",
        "NZ", "100", "NZD",
        ("2026-03-31", {"NZ.low_value_levy": None}),
        ("2026-04-01", {"NZ.low_value_levy": "2.54"}),
        mode="air",
    ),
    case(
        "2026-04-01 India: personal imports from 20 to 10 %",
        "IN", "10000", "INR",
        ("2026-03-31", {"IN.personal_imports": "2000.00"}),
        ("2026-04-01", {"IN.personal_imports": "1000.00"}),
    ),
    case(
        "2026-04-06 United States: metals by their full value, not their content",
        "US", "1000", "USD",
        ("2026-04-05", {"US.9903.81.90": "200.00", "US.9903.82.02": None}),
        ("2026-04-06", {"US.9903.81.90": None, "US.9903.82.02": "500.00"}),
        code="73181580", facts={"steel_content_percent": "40"},
    ),
    case(
        "2026-06-01 Israel: personal imports untaxed up to 75, no longer 130 dollars",
        "IL", "100", "USD",
        ("2026-05-31", {"IL.vat.standard": WAIVED}),
        ("2026-06-01", {"IL.vat.standard": "18.00"}),
        rates={("USD", "ILS"): "1"},
    ),
    case(
        "2026-06-08 United States: equipment of partners 15 % in all",
        "US", "10000", "USD",
        ("2026-06-07", {"US.9903.82.09": "2500.00", "US.9903.82.22": None}),
        ("2026-06-08", {"US.9903.82.09": None, "US.9903.82.22": "1500.00"}),
        code="84295110", origin="JP",
    ),
    case(
        "2026-06-24 United States: ways of entry end, no amount changes",
        "US", "100", "USD",
        ("2026-06-23", {"US.general": "16.50", "US.9903.03.01": "10.00"}),
        ("2026-06-24", {"US.general": "16.50", "US.9903.03.01": "10.00"}),
        code="61091000", origin="DE",
    ),
    case(
        "2026-07-01 European Union: 3 euros for each subheading",
        "DE", "100", "EUR",
        ("2026-06-30", {"EU.third_country": WAIVED, "EU.low_value_item": None}),
        ("2026-07-01", {"EU.third_country": WAIVED, "EU.low_value_item": "3.00"}),
    ),
    case(
        "2026-07-22 United States: 25 % on goods of Brazil",
        "US", "1000", "USD",
        ("2026-07-21", {"US.9903.05.01": None}),
        ("2026-07-22", {"US.9903.05.01": "250.00"}),
        code="61091000", origin="BR",
    ),
    case(
        "2026-07-24 United States: forced labour in place of Section 122",
        "US", "1000", "USD",
        ("2026-07-23", {"US.9903.03.01": "100.00", "US.9903.05.77": None}),
        ("2026-07-24", {"US.9903.03.01": None, "US.9903.05.77": "125.00"}),
        code="61091000", origin="TH",
    ),
    case(
        "2026-07-24 United States: the mail's 10 % ends",
        "US", "100", "USD",
        ("2026-07-23", {"US.postal": "10.00", "US.general": None}),
        ("2026-07-24", {"US.postal": None, "US.general": "16.50"}),
        code="61091000", mode="post",
    ),
    case(
        "2026-07-31 United States: patented pharmaceuticals 100 % in all",
        "US", "1000", "USD",
        ("2026-07-30", {"US.9903.04.60": None, "US.9903.05.44": "100.00"}),
        ("2026-07-31", {"US.9903.04.60": "1000.00", "US.9903.05.44": None}),
        code="30049092", origin="IN",
        facts={"patented_pharmaceutical": "true", "confirm:9903.04.60": "true"},
    ),
    case(
        "2026-08-22 United States: 50 % on goods of Canada",
        "US", "1000", "USD",
        ("2026-08-21", {"US.9903.03.12": None}),
        ("2026-08-22", {"US.9903.03.12": "500.00"}),
        code="2204212000", origin="CA",
        facts={"volume_litres": "7.5", "alcohol_percent": "12"},
    ),
    case(
        "2026-10-01 United States: the processing fee's least and most of 2027",
        "US", "1000000", "USD",
        ("2026-09-30", {"US.mpf": "651.50"}),
        ("2026-10-01", {"US.mpf": "670.86"}),
        code="61091000",
    ),
    case(
        "2026-10-01 United States: the processing fee's least",
        "US", "3000", "USD",
        ("2026-09-30", {"US.mpf": "33.58"}),
        ("2026-10-01", {"US.mpf": "34.58"}),
        code="61091000",
    ),
    case(
        "2026-11-10 United States: the exclusions from Section 301 on China have ended",
        "US", "1000", "USD",
        ("2026-11-09", {"US.9903.88.69": "0.00", "US.9903.88.01": None}),
        ("2026-11-10", {"US.9903.88.69": None, "US.9903.88.01": "250.00"}),
        code="8483509040",
    ),
    case(
        "2028-04-01 Japan: mail order up to 10,000 yen is taxed at sale",
        "JP", "10000", "JPY",
        ("2028-03-31", {"JP.ct.standard": WAIVED}),
        ("2028-04-01", {"JP.ct.standard": "400"}),
        code=TOYS, registered="jp_ct",
    ),
    case(
        "2028-07-01 European Union: the tariff again",
        "DE", "100", "EUR",
        ("2028-06-30", {"EU.third_country": WAIVED, "EU.low_value_item": "3.00"}),
        ("2028-07-01", {"EU.third_country": "12.00", "EU.low_value_item": None}),
    ),
    case(
        "2029-04-01 Great Britain: no relief of 135 pounds any more, at the latest",
        "GB", "100", "GBP",
        ("2029-03-31", {"GB.third_country": WAIVED}),
        ("2029-04-01", {"GB.third_country": "12.00"}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("to", "price", "unit", "code", "origin", "fields", "before", "after"), CHANGES
)
def test_a_change_of_law_holds_from_its_first_day(
    client, to, price, unit, code, origin, fields, before, after
):
    for on, expected in (before, after):
        charged, _ = ask(client, on, to, price, unit, code, origin, **fields)
        for charge, amount in expected.items():
            assert charged.get(charge) == amount, (on, charge, charged)


def ask(client, on, to, price, unit, code, origin, **fields):
    """What is charged, by code; and the whole answer."""
    line = {
        "quantity": 1,
        "unit_price": {"amount": price, "currency": unit},
        "hs_code": code,
        "country_of_origin": origin,
        "facts": fields.get("facts", {}),
        "duty_expression": fields.get("duty"),
    }
    registered = fields.get("registered")
    answered = client.post(
        "/v1/landed-costs",
        json={
            "as_of": on,
            "ship_from": {"country": origin or "CN"},
            "ship_to": {"country": to},
            "shipping": {"amount": "0", "currency": unit},
            "mode": fields.get("mode", "express"),
            "seller": {
                "registrations": [{"scheme": registered, "number": "1"}] if registered else []
            },
            "lines": [line],
            "exchange_rates": [
                {"from": source, "to": target, "rate": rate}
                for (source, target), rate in fields.get("rates", {}).items()
            ],
        },
    )
    assert answered.status_code == 200, answered.text
    answer = answered.get_json()
    charged = {}
    for charge in answer["costs"][0]["charges"] if answer["costs"] else ():
        applies = charge["status"] == "applies"
        charged[charge["code"]] = charge["assessed"]["amount"] if applies else charge["status"]
    return charged, answer


@pytest.mark.parametrize(
    ("on", "status", "finding"),
    [("2026-09-28", "complete", None), ("2026-09-29", "refused", "import-prohibited")],
)
def test_the_ban_on_goods_of_canada_holds_from_its_first_day(client, on, status, finding):
    said = {"volume_litres": "7.5", "alcohol_percent": "12", "confirm:note-51-annex": "true"}
    _, answer = ask(client, on, "US", "1000", "USD", "2204212000", "CA", facts=said)
    codes = [each["code"] for each in answer["verdict"]["findings"]]
    assert (finding in codes) == (finding is not None)
    assert (answer["status"] == "refused") == (status == "refused"), answer["questions"]


@pytest.mark.parametrize(("on", "exempt"), [("2026-09-14", True), ("2026-09-15", False)])
def test_goods_of_section_232_are_exempt_from_the_duty_on_canada_until_september(
    client, on, exempt
):
    charged, _ = ask(client, on, "US", "10000", "USD", "8703230190", "CA")
    assert ("US.9903.03.15" in charged) == exempt, charged


@pytest.mark.parametrize(
    ("origin", "code", "facts", "surtax", "asked"),
    [
        ("US", "730890", {}, "250.00", {"confirm:surtax-steel"}),
        ("US", "730890", {"confirm:surtax-steel": "false"}, None, set()),
        ("US", "610910", {}, None, set()),
        ("CN", "730890", {}, None, {"confirm:surtax-steel-derivatives"}),
        (None, "7308", {}, None, {"country_of_origin", "confirm:surtax-steel-derivatives"}),
    ],
)
def test_a_surtax_is_asked_where_no_schedule_is_held(client, origin, code, facts, surtax, asked):
    charged, answer = ask(client, "2026-11-20", "CA", "1000", "CAD", code, origin, facts=facts)
    assert charged.get("CA.surtax-steel") == surtax
    assert charged["CA.third_country"] == ASKED
    always = {"duty_expression", "ship_to.region"}
    assert {question["fact"] for question in answer["questions"]} == asked | always
    assert all(cost["range"]["high"] is None for cost in answer["costs"])
