"""One carrier that is slow, wrong or silent costs its own offer and nobody else's."""

import logging
from dataclasses import replace
from threading import Event
from time import monotonic

import pytest

from carriers import (
    Answer,
    Ask,
    CarrierUnavailable,
    Offer,
    OfferPart,
    OverTheWire,
    RequestRejected,
)
from carriers.rating import Bulkheads, rate_all
from data.model.money import money


def an_offer(code="quick", amount="10.00", mode="post"):
    price = money(amount, "EUR")
    part = OfferPart("freight", "Freight", price, "as given")
    return Offer(code, "plain", mode, price, (part,), "live")


class Fake:
    """Prices in the process, but is not trusted to be quick."""

    def __init__(self, code, answer, *, inline=False):
        self.code, self.inline, self.answer = code, inline, answer

    def offers(self, request):
        return self.answer(request)


def raising(error):
    def answer(request):
        raise error

    return answer


@pytest.fixture
def stuck():
    """A carrier that answers when the test is over."""
    released = Event()
    yield Fake("stuck", lambda request: released.wait(10) and ())
    released.set()


def test_offers_come_in_the_order_of_the_carriers(request_for):
    first = Fake("first", lambda request: (Event().wait(0.05), (an_offer("first"),))[1])
    second = Fake("second", lambda request: (an_offer("second"),))
    offers, silences = rate_all([first, second], request_for("1"), 2000, Bulkheads())
    assert [offer.carrier for offer in offers] == ["first", "second"]
    assert silences == ()


def test_a_slow_carrier_is_silent_at_the_deadline_and_the_rest_is_quoted(stuck, request_for):
    quick = Fake("quick", lambda request: (an_offer(),))
    begun = monotonic()
    offers, silences = rate_all([stuck, quick], request_for("1"), 300, Bulkheads())
    assert 0.3 <= monotonic() - begun < 2
    assert [offer.carrier for offer in offers] == ["quick"]
    assert [(s.carrier, s.reason) for s in silences] == [
        ("stuck", "timeout: no answer within 300 ms")
    ]


def test_carriers_are_asked_at_the_same_time(request_for):
    slow = [
        Fake(f"slow{n}", lambda request, n=n: (Event().wait(0.3), (an_offer(f"slow{n}"),))[1])
        for n in range(4)
    ]
    begun = monotonic()
    offers, _ = rate_all(slow, request_for("1"), 3000, Bulkheads())
    assert len(offers) == 4
    assert monotonic() - begun < 1.1


def test_a_stuck_carrier_holds_no_more_than_its_own_places(stuck, request_for):
    bulkheads = Bulkheads(at_once=2)
    quick = Fake("quick", lambda request: (an_offer(),), inline=True)
    reasons = []
    for _ in range(3):
        offers, (silence,) = rate_all([stuck, quick], request_for("1"), 20, bulkheads)
        assert [offer.carrier for offer in offers] == ["quick"]
        reasons.append(silence.reason.partition(":")[0])
    assert reasons == ["timeout", "timeout", "busy"]


def test_a_place_is_given_back_with_the_answer(request_for):
    bulkheads = Bulkheads(at_once=1)
    shut = Fake("shut", raising(CarrierUnavailable("closed for the night")))
    buggy = Fake("buggy", raising(ValueError()))
    for carrier, reason in [(shut, "closed for the night"), (buggy, "an error in")] * 3:
        _, (silence,) = rate_all([carrier], request_for("1"), 2000, bulkheads)
        assert silence.reason.startswith(reason)


@pytest.mark.parametrize("inline", [True, False])
def test_an_honest_refusal_is_told_in_its_own_words(inline, request_for, caplog):
    carrier = Fake("shut", raising(RequestRejected("no parcels to DE on Sundays")), inline=inline)
    offers, silences = rate_all([carrier], request_for("1"), 2000, Bulkheads())
    assert offers == ()
    assert [s.reason for s in silences] == ["no parcels to DE on Sundays"]
    assert caplog.records == []


@pytest.mark.parametrize("inline", [True, False])
def test_a_programming_error_is_logged_with_its_traceback_and_not_shown(
    inline, request_for, caplog
):
    carrier = Fake("buggy", raising(KeyError("secret-key-123")), inline=inline)
    with caplog.at_level(logging.ERROR):
        offers, (silence,) = rate_all([carrier], request_for("1"), 2000, Bulkheads())
    assert offers == ()
    assert "adapter" in silence.reason
    assert "secret-key-123" not in silence.reason
    assert caplog.records[0].exc_info[0] is KeyError


@pytest.mark.parametrize(
    ("offer", "fault"),
    [
        (an_offer(amount="0.00"), "a price of 0.00 EUR"),
        (replace(an_offer(), parts=()), "parts that add up to 0"),
        (replace(an_offer(), price=money("10.00", "USD")), "in another currency"),
        (an_offer(amount="10.001"), "more decimals than EUR has"),
        (replace(an_offer(), low=money("11.00", "EUR")), "outside its own range"),
    ],
)
def test_an_unsound_offer_is_refused_with_its_fault(offer, fault, request_for, caplog):
    other = replace(an_offer(), service="sound")
    carrier = Fake("quick", lambda request: (offer,))
    _, (silence,) = rate_all([carrier], request_for("1"), 2000, Bulkheads())
    assert fault in silence.reason
    assert fault in caplog.text
    carrier = Fake("quick", lambda request: (offer, other))
    assert rate_all([carrier], request_for("1"), 2000, Bulkheads()) == ((other,), ())


def test_only_offers_of_the_mode_asked_for_are_kept(request_for):
    both = Fake("quick", lambda request: (an_offer(mode="air"), an_offer(mode="post")))
    offers, _ = rate_all([both], request_for("1", mode="air"), 2000, Bulkheads())
    assert [offer.mode for offer in offers] == ["air"]
    _, (silence,) = rate_all([both], request_for("1", mode="sea"), 2000, Bulkheads())
    assert silence.reason == "no service for this"


class Pair:
    """A carrier over the wire: one message out, one price back."""

    code = "wired"

    def ask_rates(self, request):
        return (Ask("POST", "https://wired.example/rates", {"authorization": "Bearer s3cret"}),)

    def read_rates(self, request, answers):
        (answer,) = answers
        if answer.status != 200:
            raise CarrierUnavailable(f"it answered {answer.status}")
        return (an_offer("wired", answer.body.decode()),)


def test_a_pair_of_pure_functions_is_asked_through_the_sender_in_the_time_left(request_for):
    sent = []

    def send(ask, seconds):
        sent.append((ask, seconds))
        return Answer(200, {}, b"12.30")

    offers, _ = rate_all([OverTheWire(Pair(), send)], request_for("1"), 2000, Bulkheads())
    assert [str(offer.price.amount) for offer in offers] == ["12.30"]
    ((ask, seconds),) = sent
    assert ask.url == "https://wired.example/rates"
    assert 0 < seconds <= 2


def test_what_a_pair_reads_as_a_failure_is_a_silence(request_for):
    wired = OverTheWire(Pair(), lambda ask, seconds: Answer(503))
    _, (silence,) = rate_all([wired], request_for("1"), 2000, Bulkheads())
    assert (silence.carrier, silence.reason) == ("wired", "it answered 503")


def test_messages_show_neither_headers_nor_bodies(request_for):
    (ask,) = Pair().ask_rates(request_for("1"))
    assert "s3cret" not in repr(ask)
    assert "12 High Street" not in repr(Answer(200, {}, b"12 High Street"))
