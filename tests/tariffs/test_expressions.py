"""What the duty expressions of the US, UK and EU tariffs mean, family by family."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from tariffs.expressions import FACTS, Outcome, canonical, evaluate, parse, unreadable

SUMMER = date(2026, 7, 15)


def no_exchange(amount: Decimal, source: str, target: str) -> Decimal:
    raise AssertionError(f"{amount} {source} should not be needed in {target}")


def assess(
    text: str,
    value: str = "0",
    currency: str = "USD",
    *,
    on: date = SUMMER,
    rate: str | None = None,
    facts: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    **quantities: str,
) -> Outcome:
    def exchange(amount: Decimal, source: str, target: str) -> Decimal:
        return amount * Decimal(rate or "")

    return evaluate(
        parse(text),
        value=Decimal(value),
        currency=currency,
        quantities={
            key: Decimal(quantity) for key, quantity in {**(given or {}), **quantities}.items()
        },
        facts=facts or {},
        on=on,
        convert=exchange if rate else no_exchange,
    )


# source spelling, canonical spelling, facts that it may ask for
SHAPES = [
    ("Free", "Free", ""),
    ("NIHIL", "Free", ""),
    ("No additional duty", "Free", ""),
    ("8.10%", "8.1%", ""),
    ("10.200 %", "10.2%", ""),
    ("33 1/3%", "33 1/3%", ""),
    ("6.5% on the entire set", "6.5%", ""),
    ("5% on the full value of the imported article", "5%", ""),
    ("2.5¢/kg", "0.025 USD / kg", "net_weight_kg"),
    ("45 cents/kg", "0.45 USD / kg", "net_weight_kg"),
    ("68¢/head", "0.68 USD / item", "item_count"),
    ("7¢ each", "0.07 USD / item", "item_count"),
    ("1.9¢/ article", "0.019 USD / item", "item_count"),
    ("$2/1,000", "2.00 USD / 1000 items", "item_count"),
    ("10¢/1,000 pins", "0.10 USD / 1000 items", "item_count"),
    ("$2.50/thou- sand", "2.50 USD / 1000 items", "item_count"),
    ("3¢/doz.", "0.03 USD / 12 items", "item_count"),
    ("6¢/gross", "0.06 USD / 144 items", "item_count"),
    ("20¢/gross of immediate containers", "0.20 USD / 144 immediate containers",
     "immediate_containers"),
    ("0.3¢/line/ gross", "0.003 USD / 144 button lines", "button_lines item_count"),
    ("76¢/pr.", "0.76 USD / pair", "pair_count"),
    ("10¢/pack", "0.10 USD / pack", "packs"),
    ("$1.13/m3", "1.13 USD / m3", "volume_m3"),
    ("18.7¢/m2", "0.187 USD / m2", "area_m2"),
    ("86.1¢/m2of recording surface", "0.861 USD / m2 recording surface", "recording_surface_m2"),
    ("3.3¢/lin. m", "0.033 USD / m", "length_metres"),
    ("5¢/t", "0.05 USD / 1000 kg", "net_weight_kg"),
    ("10.6¢/g", "0.106 USD / 0.001 kg", "net_weight_kg"),
    ("4.5¢/ liter", "0.045 USD / l", "volume_litres"),
    ("5.25¢/bbl", "0.0525 USD / bbl", "volume_litres"),
    ("$1.32/pf. liter", "1.32 USD / proof litre", "volume_litres alcohol_percent"),
    ("22¢/pf. liter on ethyl alcohol content", "0.22 USD / proof litre",
     "volume_litres alcohol_percent"),
    ("3.7¢/kg on drained weight", "0.037 USD / kg drained", "drained_kg"),
    ("5¢/kg on contents and container", "0.05 USD / kg with container", "with_container_kg"),
    ("$1.32/t, including weight of container", "1.32 USD / 1000 kg with container",
     "with_container_kg"),
    ("2.1¢/kg on entire contents of container", "0.021 USD / kg entire contents",
     "entire_contents_kg"),
    ("3.7¢/kg of total sugars", "0.037 USD / kg total sugars", "total_sugars_kg"),
    ("18.7¢/clean kg", "0.187 USD / kg clean", "clean_kg"),
    ("$40/kg of anhydrous morphine content", "40.00 USD / kg anhydrous morphine",
     "anhydrous_morphine_kg"),
    ("8.8¢/kg on copper content + 3.3¢/kg on lead content + 3.7¢/kg on zinc content",
     "0.088 USD / kg copper content + 0.033 USD / kg lead content + 0.037 USD / kg zinc content",
     "copper_content_kg lead_content_kg zinc_content_kg"),
    ("22¢/kg on drained weight+45%", "0.22 USD / kg drained + 45%", "drained_kg"),
    ("13.5¢/kg + 6.3% + 1.9¢/article", "0.135 USD / kg + 6.3% + 0.019 USD / item",
     "net_weight_kg item_count"),
    ("2.5% on the value of the lead content", "2.5% on the lead content", "lead_content_value"),
    ("51¢ each + 6.25% on the case and strap, band or bracelet + 5.3% on the battery",
     "0.51 USD / item + 6.25% on the case and strap + 5.3% on the battery",
     "item_count case_value strap_value battery_value"),
    ("$2.70 each + 45% on the case + 35% on thebattery",
     "2.70 USD / item + 45% on the case + 35% on the battery",
     "item_count case_value battery_value"),
    ("3.9% on the movement and case + 5.3% on the battery",
     "3.9% on the movement and case + 5.3% on the battery",
     "movement_value case_value battery_value"),
    ("43¢ each + 2.8¢/jewel over 7 + 3.7% on the case",
     "0.43 USD / item + 0.028 USD / jewel over 7 + 3.7% on the case",
     "item_count jewels case_value"),
    ("4.7% on the value of the rifle + 20% on the value of the telescopic sight, if any",
     "4.7% on the rifle + 20% on the telescopic sight", "rifle_value telescopic_sight_value"),
    ("3¢/kg less 0.02¢ /kg for each degree under 100 degrees (and fractions of a degree in "
     "proportion) but not less 2.5¢/kg",
     "0.03 USD / kg less 0.0002 USD / kg for each degree under 100 degrees but not less than "
     "0.025 USD / kg", "polarisation_degrees net_weight_kg"),
    ("3 percent of the fair retail value", "3% on the fair retail value", "fair_retail_value"),
    ("50 percent of the cost of such parts or materials", "50% on the cost of parts", "parts_cost"),
    ("The duty provided inthe applicable subheading+ 25%", "base duty + 25%", "base_duty"),
    ("The duty provided for in the applicable subheading.", "base duty", "base_duty"),
    ("The duty rate provided in such subheading minus 0.5%", "base duty - 0.5%", "base_duty"),
    ("The duty provided in subheadings 8716.39.00, 8716.90.30 or 8716.90.50 + 100%",
     "base duty + 100%", "base_duty"),
    ("The duty provided in the applicable subheading + a duty of 50% upon the value of the steel "
     "content.", "base duty + 50% on the steel content", "base_duty steel_content_value"),
    ("No change", "base duty", "base_duty"),
    ("The rate applicable in the absence of this heading", "base duty", "base_duty"),
    ("The rate applicable in the absence of this subheading on the cost of such parts",
     "base duty on parts cost", "base_duty parts_cost"),
    ("A duty upon the value of the repairs oralterations (see U.S. note 3 of this subchapter)",
     "base duty on repair value", "base_duty repair_value"),
    ("A duty upon the full value of the import- ed article less the value of fabrics, components "
     "or materials of the United States (see U.S. note 39 to this subchapter)",
     "base duty without us content value", "base_duty us_content_value"),
    ("Free, under bond, as prescribed in U.S. note 2 to this subchapter",
     "Free, under bond, as prescribed in US note 2 to this subchapter", "free_terms_met"),
    ("See 9823.01.01-9823.01.07", "See 9823.01.01-9823.01.07", "referenced_duty"),
    ("See U.S. note 3(e)", "See US note 3(e)", "referenced_duty"),
    ("The rate applicable to the natural juice in heading 2009",
     "The rate applicable to the natural juice in heading 2009", "referenced_duty"),
    ("34.00 GBP/100kg", "34.00 GBP / 100 kg", "net_weight_kg"),
    ("30.900 EUR DTN", "30.90 EUR / 100 kg", "net_weight_kg"),
    ("114.00 EUR / tonne", "114.00 EUR / 1000 kg", "net_weight_kg"),
    ("52.00 EUR / 1,000 items", "52.00 EUR / 1000 items", "item_count"),
    ("32.00 EUR / hl", "32.00 EUR / 100 l", "volume_litres"),
    ("5.00 EUR / 100 m", "5.00 EUR / 100 m", "length_metres"),
    ("2.800 EUR MTK", "2.80 EUR / m2", "area_m2"),
    ("1.3€/100kg/br", "1.30 EUR / 100 kg gross", "gross_weight_kg"),
    ("1.300 EUR DTN G", "1.30 EUR / 100 kg gross", "gross_weight_kg"),
    ("9.40 EUR / 100 kg / net drained wt", "9.40 EUR / 100 kg drained", "drained_kg"),
    ("7.80 GBP/100kg eda", "7.80 GBP / 100 kg drained", "drained_kg"),
    ("42.00 GBP/100kg mas", "42.00 GBP / 100 kg dry matter", "dry_matter_kg"),
    ("33.90 EUR / 100 kg / std qual", "33.90 EUR / 100 kg standard quality", "net_weight_kg"),
    ("0.40 EUR / 100 kg /net/ % sacchar.", "0.40 EUR / 100 kg % sucrose",
     "net_weight_kg sucrose_percent"),
    ("1.190 EUR KGM P + 27.500 EUR DTN", "1.19 EUR / kg lactic matter + 27.50 EUR / 100 kg",
     "lactic_matter_kg net_weight_kg"),
    ("0.07 EUR / kg / dry lactic matter", "0.07 EUR / kg dry lactic matter",
     "dry_lactic_matter_kg"),
    ("1.62 EUR / kg / tot alc", "1.62 EUR / kg total alcohol", "total_alcohol_kg"),
    ("1.75 EUR / % vol / hl", "1.75 EUR / % vol / hl", "volume_litres alcohol_percent"),
    ("0.600 EUR ASV X + 3.200 EUR HLT", "0.60 EUR / % vol / hl + 3.20 EUR / 100 l",
     "volume_litres alcohol_percent"),
    ("16.50 % / Retail Price + 244.78 GBP / 1000 p/st MIN 320.90 GBP / 1000 p/st",
     "16.5% on the retail price + 244.78 GBP / 1000 items MIN 320.90 GBP / 1000 items",
     "retail_price item_count"),
    ("144.10 GBP / 1000 kg/biodiesel", "144.10 GBP / 1000 kg biodiesel", "biodiesel_kg"),
    ("15.000 % + 1,554.300 EUR TNE", "15% + 1554.30 EUR / 1000 kg", "net_weight_kg"),
    ("7.2 MIN 0.36 EUR/100 kg", "7.2% MIN 0.36 EUR / 100 kg", "net_weight_kg"),
    ("9.000 % + EA MAX 18.700 % +ADSZ", "9% + EA MAX 18.7% + ADSZ",
     "meursing_code meursing_ea net_weight_kg meursing_adsz"),
    ("4.500 % + EAR MAX 10.300 % +ADFMR MAX 35.150 EUR DTN",
     "4.5% + EAR MAX 10.3% + ADFMR MAX 35.15 EUR / 100 kg",
     "meursing_code meursing_ear net_weight_kg meursing_adfmr"),
    ("Entry Price", "Entry Price", "entry_price_duty"),
    ("15.00% (01 JAN-14 FEB, 16 JUN-31 DEC), 0.00% (15 FEB-15 JUN)",
     "15% (01 JAN - 14 FEB, 16 JUN - 31 DEC), 0% (15 FEB - 15 JUN)", ""),
    ("4.00% (01 JAN-31 MAR, 01-31 DEC), 5.10% (01 JUN-30 NOV)",
     "4% (01 JAN - 31 MAR, 01 DEC - 31 DEC), 5.1% (01 JUN - 30 NOV)", ""),
    ("Cond: V 52.600 EUR/DTN(01):12.000 % ; V 0.000 EUR/DTN(01):0.000 % + 29.800 EUR DTN",
     "Cond: V 52.60 EUR/DTN(01): 12% ; V 0.00 EUR/DTN(01): 0% + 29.80 EUR / 100 kg",
     "entry_price net_weight_kg"),
    ("0.3464% MIN 33.58 USD MAX 651.50 USD", "0.3464% MIN 33.58 USD MAX 651.50 USD", ""),
    ("GBP 135", "135.00 GBP", ""),
    ("3 EUR / item", "3.00 EUR / item", "item_count"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "needs"), SHAPES)
def test_every_family_of_spellings_has_one_canonical_spelling(
    source: str, text: str, needs: str
) -> None:
    expression = parse(source)
    assert expression.readable, expression.reason
    assert (expression.source, expression.text) == (source, text)
    assert expression.needs == tuple(needs.split())
    again = parse(text)
    assert (again.text, again.needs, again.ad_valorem) == (
        text,
        expression.needs,
        expression.ad_valorem,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "12",
        "12 or 15%",
        "10%-15%",
        "5% DCS4% DCT5%",
        "5% CAFree",
        "12% of the moon",
        "3 EUR / firkin",
        "3 XQQ / kg",
        "3 EUR cents / kg",
        "- 5%",
        "5% +",
        "(5%)",
        "12,5%",
        "5% (01 JAN - 32 FEB)",
        "5% (01 JAN - 30 ABC)",
        "5%, 6%",
        "1/0%",
        "9" * 40 + "%",
        "5% " * 500,
        "Cond: R 80.001/KGM(10):; R 0.000/KGM(28):",
        "Cond: V 84.600 EUR/DTN(01):0.000 % ; Y cert: Y-864 (27):",
        "Cond: V 10 EUR/DTN(01):1% ; V 20 EUR/DTN(01):2%",
        "2¢/jewel + 1¢ for each other piece or part",
        "A duty equal to whatever is payable",
    ],
)
def test_what_has_no_rule_is_unsupported_with_a_reason_and_never_read_halfway(text: str) -> None:
    expression = parse(text)
    outcome = assess(text, "100")
    assert not expression.readable
    assert expression.ad_valorem is None
    assert outcome.kind == "unsupported"
    assert outcome.amount is None
    assert outcome.reason
    assert canonical(text) is None


def test_unreadable_texts_are_listed_once_with_their_reasons() -> None:
    listed = unreadable(["5%", "5% of nothing known", "Free", "5% of nothing known"])
    assert listed == (("5% of nothing known", "a percentage of what: 'of nothing known'"),)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("Free", "0"), ("0.0%", "0"), ("12.50%", "12.5"), ("6.5% on the entire set", "6.5")],
)
def test_an_ad_valorem_rate_says_its_percentage(text: str, rate: str) -> None:
    assert parse(text).ad_valorem == Decimal(rate)


@pytest.mark.parametrize(
    "text", ["2¢/kg", "5% + 2¢/kg", "5% on the case", "5% MIN 1 EUR", "base duty", "50 GBP",
             "5% (01 JAN - 31 DEC)", "Free, under bond"]
)  # fmt: skip
def test_a_rate_that_is_more_than_a_percentage_is_not_ad_valorem(text: str) -> None:
    assert parse(text).readable
    assert parse(text).ad_valorem is None


# The published examples of the GOV.UK duty calculator and the customs broker exam.
PUBLISHED = [
    ("UK-EXPR-01", "8.00%", "30", "GBP", {}, "2.40"),
    ("UK-EXPR-03", "0.50 GBP / % vol / hl", "0", "GBP", {"l": "45", "alcohol_percent": "40"},
     "9.00"),
    ("UK-EXPR-06", "13.80% MIN 13.00 GBP/DTN MAX 15.00 GBP/DTN - 7.00 GBP/DTN", "1200", "GBP",
     {"kg": "10000"}, "800.00"),
    ("UK-EXPR-07", "35.10 GBP / 100 kg", "0", "GBP", {"kg": "100"}, "35.10"),
    ("UK-EXPR-10", "16.5% RET", "0", "GBP", {"retail_price": "1000"}, "165.00"),
    ("UK-EXPR-11", "1.00 GBP / SPR / LPA", "0", "GBP",
     {"lpa": "34.9", "small_producer_relief": "5"}, "174.50"),
    ("UK-EXPR-13", "0.30 GBP / 100kg/net/%sacchar.", "0", "GBP",
     {"kg": "16320", "sucrose_percent": "80"}, "3916.80"),
    ("XI-E2E-08", "7.60% + 0.00 EUR/100kg", "850", "GBP", {"kg": "230.98"}, "64.60"),
    ("XI-E2E-13", "33.90 EUR / 100 kg std qual", "0", "EUR", {"kg": "23098"}, "7830.222"),
    ("XI-MEUR-01", "7.60% + 99.88 EUR/100kg", "1000", "EUR", {"kg": "100"}, "175.88"),
    ("XI-MEUR-02", "8.30% + 117.11 EUR/100kg MAX 18.70% + 10.06 EUR/100kg", "1000", "EUR",
     {"kg": "100"}, "197.06"),
    ("XI-MEUR-04", "0.00% + 117.11 EUR/100kg MAX 18.70% + 9.75 EUR/100kg", "1000", "EUR",
     {"kg": "100"}, "117.11"),
    ("XI-MEUR-05", "9.00% + 117.11 EUR/100kg MAX 20.70% + 13.99 EUR/100kg", "1000", "EUR",
     {"kg": "200"}, "234.98"),
    ("XI-MEUR-07", "9.00% + 0.00 EUR/100kg MAX 24.20% + 0.00 EUR/100kg", "1000", "EUR",
     {"kg": "1"}, "90.00"),
    ("US-CBLE-03", "45 cents/kg on drained weight + 7% + 2.5 cents/kg", "320150", "USD",
     {"drained_kg": "12000", "kg": "48000"}, "29010.50"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "currency", "quantities", "duty"),
    [case[1:] for case in PUBLISHED],
    ids=[case[0] for case in PUBLISHED],
)
def test_published_examples_come_out_to_the_cent(
    text: str, value: str, currency: str, quantities: dict[str, str], duty: str
) -> None:
    assert assess(text, value, currency, given=quantities).amount == Decimal(duty)


def test_an_amount_in_another_currency_is_converted_and_the_working_shows_both() -> None:
    outcome = assess("35.10 EUR / 100 kg", "0", "GBP", rate="0.8571", kg="10000")
    assert outcome.amount == Decimal("3008.421")
    assert outcome.working == "35.10 EUR / 100 kg × 10000 kg = 3510 EUR → 3008.421 GBP"


def test_no_component_of_zero_asks_for_a_quantity_or_an_exchange_rate() -> None:
    assert assess("7.60% + 0.00 EUR/100kg", "850", "GBP").amount == Decimal("64.60")
    assert parse("0% on the case").needs == ()


@pytest.mark.parametrize(
    ("text", "value", "given", "duty", "working"),
    [
        ("12%", "214.10", {}, "25.692", "12% × 214.10 USD"),
        ("33 1/3%", "300", {}, "100", "33 1/3% × 300 USD"),
        ("Free", "300", {}, "0", "free"),
        ("3.3¢/kg", "0", {"kg": "100"}, "3.3", "0.033 USD × 100 kg"),
        ("3¢/doz.", "0", {"item": "30"}, "0.075", "0.03 USD / 12 items × 30 items"),
        ("7¢ each", "0", {"item": "1"}, "0.07", "0.07 USD × 1 item"),
        ("2.1¢/kg + 3.4%", "100", {"kg": "10"}, "3.61", "0.021 USD × 10 kg + 3.4% × 100 USD"),
        ("20¢/pf. liter", "0", {"l": "10", "alcohol_percent": "40"}, "1.6",
         "0.20 USD × 8 proof litres"),
        ("1¢/line/gross", "0", {"button_lines": "24", "item": "288"}, "0.48",
         "0.01 USD / 144 button lines × 24 lines × 288 items"),
        ("10¢ each + 2¢/jewel over 7", "0", {"item": "3", "jewels": "17"}, "0.90",
         "0.10 USD × 3 items + 0.02 USD / jewel over 7 × 3 items × 10 jewels"),
        ("2¢/jewel over 7", "0", {"item": "3", "jewels": "5"}, "0",
         "0.02 USD / jewel over 7 × 3 items × 0 jewels"),
        ("10% on the case and strap, band or bracelet + 5% on the battery", "0",
         {"case_value": "40", "strap_value": "10", "battery_value": "2"}, "5.1",
         "10% × 50 USD (case and strap) + 5% × 2 USD (battery)"),
        ("The duty provided in the applicable subheading + 25%", "100", {"base_duty": "4"}, "29",
         "base duty 4 USD + 25% × 100 USD"),
        ("The duty rate provided in such subheading minus 0.5%", "100", {"base_duty": "0.2"}, "0",
         "base duty 0.2 USD − 0.5% × 100 USD, which is less than nothing: 0"),
        ("A duty upon the value of the repairs or alterations", "200",
         {"base_duty": "20", "repair_value": "50"}, "5", "base duty 20 USD × 50 / 200 USD"),
        ("A duty upon the full value of the imported article, less the cost or value of such "
         "products of the United States", "200", {"base_duty": "20", "us_content_value": "50"},
         "15", "base duty 20 USD × 150 / 200 USD"),
        ("33.90 EUR / 100 kg / std qual", "0", {"standard_quality_kg": "100", "kg": "90"}, "67.80",
         "33.90 EUR / 100 kg standard quality × 100 kg standard quality = 33.9 EUR → 67.8 USD"),
        ("33.90 EUR / 100 kg / std qual", "0", {"kg": "90"}, "61.02",
         "33.90 EUR / 100 kg standard quality × 90 kg standard quality (taken as such) "
         "= 30.51 EUR → 61.02 USD"),
        ("5% MIN 3 USD", "100", {}, "5",
         "the greater of (5% × 100 USD = 5) and (3.00 USD = 3)"),
        ("5% MAX 3 USD", "100", {}, "3",
         "the lesser of (5% × 100 USD = 5) and (3.00 USD = 3)"),
    ],
)  # fmt: skip
def test_every_amount_shows_the_working_that_leads_to_it(
    text: str, value: str, given: dict[str, str], duty: str, working: str
) -> None:
    outcome = assess(text, value, rate="2", given=given)
    assert outcome.kind == "value", outcome
    assert outcome.amount == Decimal(duty)
    assert outcome.working == working


SCALE = ("4¢/kg less 0.1¢/kg for each degree under 100 degrees (and fractions of a degree in "
         "proportion) but not less than 3¢/kg")  # fmt: skip


@pytest.mark.parametrize(
    ("degrees", "duty"),
    [("100", "4"), ("96.5", "3.65"), ("90", "3"), ("50", "3")],
)
def test_sugar_pays_less_for_each_degree_but_never_less_than_the_floor(
    degrees: str, duty: str
) -> None:
    facts = {"polarisation_degrees": degrees}
    assert assess(SCALE, kg="100", facts=facts).amount == Decimal(duty)


def test_facts_state_what_quantities_do_not() -> None:
    stated = {"volume_litres": "45", "alcohol_percent": "40"}
    assert assess("0.50 USD / % vol / hl", facts=stated).amount == Decimal(9)


def test_a_quantity_of_the_caller_comes_before_a_fact() -> None:
    assert assess("1 USD / kg", kg="2", facts={"net_weight_kg": "3"}).amount == Decimal(2)


def test_every_missing_fact_is_named_and_no_amount_is_given() -> None:
    outcome = assess("51¢ each + 6% on the case + 5% on the battery", "100", item="2")
    assert outcome.kind == "question"
    assert outcome.amount is None
    assert outcome.needs == ("case_value", "battery_value")


def test_a_rate_with_a_ceiling_still_asks_for_what_the_ceiling_needs() -> None:
    assert assess("8% MAX 2.80 USD / m2", "100").needs == ("area_m2",)


@pytest.mark.parametrize("text", ["plenty", "", "-1", "NaN", "Infinity", "100.1"])
def test_a_fact_that_cannot_be_so_is_asked_again_with_the_reason(text: str) -> None:
    outcome = assess("1 USD / LPA", l="10", facts={"alcohol_percent": text})
    assert outcome.kind == "question"
    assert outcome.needs == ("alcohol_percent",)
    assert outcome.reason == f"alcohol_percent cannot be {text!r}"


def test_more_united_states_content_than_value_is_asked_again() -> None:
    outcome = assess("base duty without us content value", "10", base_duty="1",
                     us_content_value="11")  # fmt: skip
    assert (outcome.kind, outcome.needs) == ("question", ("us_content_value",))


def test_a_base_duty_is_not_shared_out_over_no_value() -> None:
    outcome = assess("base duty on repair value", "0", base_duty="1", repair_value="1")
    assert outcome.kind == "unsupported"
    assert outcome.reason


def test_free_entry_on_terms_depends_on_the_terms() -> None:
    text = "Free, under bond, as prescribed in U.S. note 2 to this subchapter"
    assert assess(text).needs == ("free_terms_met",)
    for met, unmet in (("yes", "no"), ("true", "false")):
        assert assess(text, facts={"free_terms_met": met}).amount == 0
        assert assess(text, facts={"free_terms_met": unmet}).kind == "unsupported"
    assert assess(text, facts={"free_terms_met": "perhaps"}).kind == "question"


SEASONS = "15% (01 NOV - 14 FEB, 16 JUN - 31 AUG), 5% (15 FEB - 15 JUN, 01 SEP - 31 OCT)"


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2026, 2, 14), "15"),
        (date(2026, 2, 15), "5"),
        (date(2026, 6, 15), "5"),
        (date(2026, 6, 16), "15"),
        (date(2026, 10, 31), "5"),
        (date(2026, 11, 1), "15"),
        (date(2026, 12, 31), "15"),
        (date(2027, 1, 1), "15"),
    ],
)
def test_a_season_runs_from_its_first_day_to_its_last_and_over_the_new_year(
    on: date, rate: str
) -> None:
    assert assess(SEASONS, "100", on=on).amount == Decimal(rate)


def test_a_season_that_ends_in_february_includes_the_leap_day() -> None:
    outcome = assess("8% (01 NOV - 28 FEB), 0% (01 MAR - 31 OCT)", "100", on=date(2028, 2, 29))
    assert outcome.amount == Decimal(8)


def test_a_rate_without_a_season_is_for_the_rest_of_the_year() -> None:
    text = "9.60% MIN 1.1 €/100 kg/net (01 JAN-14 APR), 13.60% MIN 1.6€/100kg/net"
    assert assess(text, "100", "EUR", on=date(2026, 4, 14), kg="1").amount == Decimal("9.6")
    assert assess(text, "100", "EUR", on=date(2026, 4, 15), kg="1").amount == Decimal("13.6")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4% (01 JAN-31 MAR), 5% (01 SEP-30 NOV)", "no season covers 15 JUL"),
        ("4% (01 JAN-31 JUL), 5% (01 JUL-31 DEC)", "two seasons cover 15 JUL"),
    ],
)
def test_a_day_that_no_season_or_two_seasons_cover_has_no_rate(text: str, reason: str) -> None:
    outcome = assess(text, "100")
    assert (outcome.kind, outcome.reason) == ("unsupported", reason)


def test_a_meursing_component_asks_for_the_code_then_for_what_the_table_says() -> None:
    text = "9% + EA MAX 18.7% + ADSZ"
    first = assess(text, "1000", "EUR", kg="100")
    assert first.needs == ("meursing_code",)
    second = assess(text, "1000", "EUR", kg="100", facts={"meursing_code": "7000"})
    assert second.needs == ("meursing_ea", "meursing_adsz")
    third = assess(text, "1000", "EUR", kg="100",
                   facts={"meursing_ea": "117.11", "meursing_adsz": "10.06"})  # fmt: skip
    assert third.amount == Decimal("197.06")


BANDS = (
    "Cond: V 52.600 EUR/DTN(01):12.000 % ; V 51.500 EUR/DTN(01):12.000 % + 1.100 EUR DTN ; "
    "V 40.000 EUR/DTN(01):0.000 % + 29.800 EUR DTN"
)


@pytest.mark.parametrize(
    ("price", "duty"), [("60", "12"), ("52.6", "12"), ("52.59", "13.1"), ("40", "29.8")]
)
def test_the_entry_price_chooses_the_band(price: str, duty: str) -> None:
    outcome = assess(BANDS, "100", "EUR", kg="100", facts={"entry_price": price})
    assert outcome.amount == Decimal(duty)


def test_a_price_below_every_band_and_an_unknown_price_give_no_amount() -> None:
    below = assess(BANDS, "100", "EUR", kg="100", facts={"entry_price": "39"})
    assert below.kind == "unsupported"
    assert assess(BANDS, "100", "EUR", kg="100").needs == ("entry_price",)


def test_every_fact_an_expression_may_ask_for_is_described() -> None:
    for source, _, _ in SHAPES:
        for name in parse(source).needs:
            assert FACTS[name].description
    assert all(name == fact.name for name, fact in FACTS.items())
