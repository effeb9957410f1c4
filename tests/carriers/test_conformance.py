"""Our own carriers pass the kit that everybody's must; and the kit can fail."""

from dataclasses import replace

import pytest

from carriers import Account, Offer, OfferPart
from carriers.adapters import demo_express, demo_post
from carriers.conformance import CarrierConformance, RatesConformance
from data.model.money import money

POST, EXPRESS = demo_post.rates(Account("demo_post")), demo_express.rates(Account("demo_express"))


class TestDemoPost(RatesConformance):
    def carrier(self):
        return POST


class TestDemoExpress(RatesConformance):
    def carrier(self):
        return EXPRESS


class TestManifestOfDemoPost(CarrierConformance):
    manifest = demo_post.MANIFEST


class TestManifestOfDemoExpress(CarrierConformance):
    manifest = demo_express.MANIFEST


class Faulty:
    """A carrier whose every answer is one given offer."""

    code = "faulty"
    inline = True

    def __init__(self, offer):
        self.offer, self.key = offer, "k3y"

    def __repr__(self):
        return f"Faulty(key={self.key})"

    def offers(self, request):
        return (self.offer,)


def kit(offer):
    kit = RatesConformance()
    kit.carrier = lambda: Faulty(offer)
    kit.secrets = ("k3y",)
    return kit


PRICE = money("10.00", "EUR")
SOUND = Offer("faulty", "a", "post", PRICE, (OfferPart("freight", "F", PRICE, "10"),), "live")


@pytest.mark.parametrize(
    ("check", "offer"),
    [
        ("test_every_offer_is_sound", replace(SOUND, parts=())),
        ("test_every_part_says_how_it_was_worked_out", replace(SOUND, parts=())),
        ("test_every_offer_bears_the_carriers_code", replace(SOUND, carrier="other")),
        ("test_no_float_is_in_an_offer", replace(SOUND, source_note=1.5)),
        ("test_an_assumed_weight_is_said_and_bounded", SOUND),
        ("test_what_it_cannot_carry_is_declined_in_words", SOUND),
        ("test_its_secrets_are_shown_nowhere", SOUND),
    ],
)
def test_the_kit_finds_a_carrier_that_breaks_its_promise(check, offer):
    with pytest.raises(AssertionError):
        getattr(kit(offer), check)()


def test_the_kit_passes_what_is_sound():
    kit(SOUND).test_every_offer_is_sound()
    kit(SOUND).test_the_same_question_has_the_same_answer()
