"""What a lane asks is checked before a label is bought, by the law of the day."""

from dataclasses import replace
from datetime import date

import pytest

from carriers.conformance.samples import BOOKINGS
from carriers.lanes import check_lane, lane_rules
from data.loading.documents import FactsError
from data.loading.lanes import load_lanes

TO_US = BOOKINGS["two_parcels_gb_to_us"].shipment
TO_DE = BOOKINGS["two_tees_us_to_de_dap"].shipment


def coded(shipment, digits):
    items = tuple(replace(item, hs_code=item.hs_code[:digits]) for item in shipment.items)
    return replace(shipment, items=items)


def faults(shipment, carrier="royal_mail", mode="post"):
    return [(each.rule, each.fault.pointer) for each in check_lane(shipment, carrier, mode)]


def test_a_shipment_that_has_everything_may_be_bought():
    assert faults(TO_US) == []


def test_six_digits_are_too_few_for_the_post_to_the_united_states():
    assert faults(coded(TO_US, 6)) == [
        ("us-post-ten-digits", "/items/0/hs_code"),
        ("us-post-ten-digits", "/items/1/hs_code"),
    ]


def test_the_rule_begins_on_its_day():
    before = replace(coded(TO_US, 6), on=date(2026, 7, 23))
    assert faults(before) == []
    assert faults(replace(before, on=date(2026, 7, 24)))


def test_an_express_carrier_is_not_the_post():
    assert faults(coded(TO_US, 6), mode="express") == []


def test_the_post_to_the_united_states_goes_duty_paid():
    assert faults(replace(TO_US, terms="DAP")) == [("us-post-duty-prepaid", "/terms")]
    assert faults(replace(TO_US, terms="DAP", on=date(2025, 8, 28))) == []


def test_a_member_of_the_union_is_meant_where_the_rule_says_the_union():
    assert faults(coded(TO_DE, 4)) == [("eu-post-six-digits", "/items/0/hs_code")]


def test_within_a_country_no_lane_rule_is_asked():
    assert faults(coded(BOOKINGS["domestic_gb"].shipment, 2)) == []


def test_every_rule_cites_its_law():
    assert all(version.law.title for rule in lane_rules() for version in rule.versions.versions)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("needs", "a_stamp"), "needs one of"),
        (("tos", '["US"]'), "unknown keys: tos"),
        (("message", ""), "says where to, a message"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(tmp_path, change, message):
    rule = {"to": '["US"]', "needs": '"duty_prepaid"', "message": '"Pay first"'}
    name, value = change
    rule[name] = value if value.startswith("[") else f'"{value}"'
    lines = [f"{key} = {text}" for key, text in rule.items()]
    path = tmp_path / "rules.toml"
    path.write_text(
        "checked_on = 2026-11-22\n[rules.x]\n"
        + "\n".join(lines)
        + '\nversions = [{ since = 2026-01-01, value = "required", law = "L" }]\n'
        + '[laws]\nL = { title = "A law" }\n'
    )
    with pytest.raises(FactsError, match=message):
        load_lanes(path)
