"""Checks 17 and 19 to 24: what happens on the wire, and is a purchase ever made twice?"""

from collections.abc import Callable
from functools import partial
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from carriers.booking import Books, Finds
from carriers.conformance import samples
from carriers.conformance.checks import check
from carriers.conformance.recordings import Recording
from carriers.conformance.subject import Subject, must, not_applicable, text_of
from carriers.errors import CarrierError, CarrierUnavailable, CredentialsRejected
from carriers.rating import Bulkheads, OverTheWire, rate_all
from carriers.sending import Sender
from carriers.tokens import Authorises, Tokens
from carriers.wire import Answer, Ask

_GRACE = 0.1  # seconds after a deadline
_TRIES = 3  # on a machine that has other things to do
_THREADS = 20


class _Wire:
    """Answers requests for tokens as recorded, others with one answer or failure; counts both."""

    def __init__(self, subject: Subject, answer: Answer | CarrierError, *, no_token: bool = False):
        self._subject, self._answer, self._no_token = subject, answer, no_token
        self.tokens: list[str] = []
        self.others: list[Ask] = []

    def __call__(self, ask: Ask, seconds: float) -> Answer:
        recorded = {r.asks[0]["url"] for r in self._subject.good("token") if r.asks}
        if ask.url in recorded:
            self.tokens.append(ask.url)
            if not self._no_token:
                return self._subject.token_answer(ask)
        else:
            self.others.append(ask)
        if isinstance(self._answer, CarrierError):
            raise self._answer
        return self._answer


def _first(subject: Subject) -> tuple[Recording, Ask]:
    """A good exchange of the carrier; the check is left where there is none."""
    for recording in subject.good():
        if recording.operation not in ("token", "webhook"):
            return recording, subject.asks(recording)[0]
    not_applicable("nothing is recorded")


def _failure(act: Callable[[], object]) -> CarrierError | None:
    try:
        act()
    except CarrierError as error:
        return error
    return None


@check(17, "bronze", "A question that never left and one that may have arrived are told apart")
def _timeouts(subject: Subject) -> None:
    subject.needs_the_wire()
    recording, ask = _first(subject)
    for code, sent in (("timeout_not_sent", False), ("timeout_sent", True)):
        for no_token in (False, True):
            if no_token and not ask.authorise:
                continue
            lost = CarrierUnavailable("lost", code, sent=sent)
            wire = _Wire(subject, lost, no_token=no_token)
            sender = Sender(wire, subject.of(recording))
            error = _failure(partial(sender.send_once, ask, 2.0))
            must(error is not None, f"{recording.title}: a {code} is no error")
            wanted = sent and not no_token  # without a token nothing was asked
            got = None if error is None else error.sent
            must(got == wanted, f"{recording.title}: {code}: expected sent={wanted}, got {got}")


@check(19, "silver", "A refused token is renewed once; then the refusal stands")
def _renewed(subject: Subject) -> None:
    subject.needs_the_wire()
    recording, ask = _first(subject)
    wire = _Wire(subject, Answer(401, body=b"{}"))
    answer = Sender(wire, subject.of(recording)).send_once(ask, 5.0)
    times = 2 if ask.authorise else 1
    must(len(wire.others) == times, f"asked {len(wire.others)} times, expected {times}")
    for name in set(wire.tokens):
        asked = wire.tokens.count(name)
        must(asked <= 2, f"{asked} tokens for one refusal")
    error = _failure(lambda: subject.reads(recording, [answer] * len(recording.answers)))
    must(isinstance(error, CredentialsRejected), f"HTTP 401 is {error!r}")


@check(20, "silver", "Twenty threads fetch one token, and another when its life is over")
def _single_flight(subject: Subject) -> None:
    authorises = [each for each in subject.adapters() if isinstance(each, Authorises)]
    names = sorted({name for r in subject.good() for a in subject.asks(r) for name in a.authorise})
    if not authorises or not names:
        not_applicable("it needs no token")
    for name in names:
        now = [0.0]
        fetched: list[Ask] = []
        lock = Lock()

        def fetch(ask: Ask, fetched: list[Ask] = fetched, lock: Lock = lock) -> Answer:
            with lock:
                fetched.append(ask)
            sleep(0.02)
            return subject.token_answer(ask)

        tokens = Tokens(authorises[0], clock=partial(now.__getitem__, 0))
        _in_threads(_THREADS, partial(tokens.get, name, fetch, 5.0))
        must(len(fetched) == 1, f"{name}: {len(fetched)} were fetched, expected 1")
        token = tokens.get(name, fetch, 5.0)
        must(token.seconds > 0, f"{name}: a token that lives {token.seconds} s")
        now[0] = token.seconds
        tokens.get(name, fetch, 5.0)
        must(len(fetched) == 2, f"{name}: none was fetched when its life was over")


@check(21, "silver", "The deadline holds to a tenth of a second, however slow the carrier is")
def _deadline(subject: Subject) -> None:
    subject.needs("rates")
    adapter: Any = subject.adapter("rates")

    def slow(ask: Ask, seconds: float) -> Answer:
        sleep(2.0)
        raise CarrierUnavailable("timeout: no answer came in time", "timeout_sent")

    carrier = adapter if subject.in_process else OverTheWire(adapter, slow)
    took = 9.0
    for _ in range(_TRIES):
        begun = monotonic()
        rate_all([carrier], samples.RATES["two_tees_us_to_de"], 200, Bulkheads())
        took = min(took, monotonic() - begun)
    must(took <= 0.2 + _GRACE, f"{took:.3f} s for a deadline of 0.2 s")


@check(22, "silver", "A purchase is sent once, and no answer to it says that nothing was sent")
def _sent_once(subject: Subject) -> None:
    subject.needs("books")
    for recording in subject.good("booking"):
        asks = subject.asks(recording)
        must(len(asks) == 1 and isinstance(asks[0], Ask), f"{recording.title}: not one request")
        for answer in _troubles():
            wire = _Wire(subject, answer)
            got = Sender(wire, subject.of(recording)).send_once(asks[0], 5.0)
            must(len(wire.others) == 1, f"HTTP {answer.status}: sent {len(wire.others)} times")
            error = _failure(partial(subject.reads, recording, [got]))
            must(error is not None, f"{recording.title}: HTTP {answer.status} is a purchase")
            sent = error is not None and error.sent and error.code != "timeout_not_sent"
            must(sent, f"{recording.title}: HTTP {answer.status} is said not to have been sent")


def _troubles() -> tuple[Answer, ...]:
    html = b"<h1>Bad gateway</h1>"
    return (
        Answer(500, body=b"{}"),
        Answer(502, body=html),
        Answer(503, {"retry-after": "0"}, b""),
        Answer(429, {"retry-after": "0"}, b"{}"),
        Answer(200, body=html),
    )


@check(23, "silver", "A purchase carries our reference, and each purchase its own")
def _reference(subject: Subject) -> None:
    subject.needs("books")
    native = subject.manifest.reconcile == "native_key"
    for recording in subject.good("booking"):
        (ask,) = subject.asks(recording)
        reference = samples.BOOKINGS[recording.sample].reference
        carried = reference in text_of(ask) or (native and _has_key(ask))
        must(carried, f"{recording.title}: {reference} is not in the request")
        request = subject.booking(recording.sample)
        others = [subject.ask_booking(_called(request, name)) for name in ("TWA", "TWB")]
        must(others[0] != others[1], f"{recording.title}: two purchases, one request")


def _called(request: Any, reference: str) -> Any:
    from dataclasses import replace

    return replace(request, reference=reference)


def _has_key(ask: Ask) -> bool:
    for value in ask.headers.values():
        try:
            UUID(value)
        except ValueError:
            continue
        return True
    return False


@check(
    24, "silver", "A purchase is found again by our reference, or the manifest says that none is"
)
def _found(subject: Subject) -> None:
    subject.needs("books")
    adapter: Books = subject.adapter("books")
    finds = isinstance(adapter, Finds)
    reconcile = subject.manifest.reconcile
    if reconcile in ("none", "unique_reference"):
        must(reconcile != "none" or not finds, "it finds, and the manifest says reconcile: none")
        if not finds:
            return
    must(finds, f"reconcile is {reconcile}, and it has no ask_find")
    results = [subject.reads(recording) for recording in subject.good("find")]
    must(any(results), "no recording in find/ of a purchase that is found")
    must(any(each is None for each in results), "no recording in find/ of one that is not there")
    for recording in subject.good("find"):
        reference = samples.BOOKINGS[recording.sample].reference
        asked = " ".join(map(text_of, subject.asks(recording)))
        key = any(map(_has_key, subject.asks(recording)))
        must(reference in asked or key, f"{recording.title}: {reference} is not in the request")


def _in_threads(count: int, act: Callable[[], object]) -> None:
    threads = [Thread(target=act, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10.0)
