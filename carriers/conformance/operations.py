"""Which pairs of questions and answers can a carrier have, and how is each of them driven?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from carriers.booking import Booking, BookingRequest
from carriers.conformance import samples
from carriers.errors import CarrierError, CarrierUnavailable
from carriers.manifest import Capability
from carriers.offers import RateRequest
from carriers.rates import Converses
from carriers.wire import Answer, Ask

if TYPE_CHECKING:
    from carriers.conformance.recordings import Recording

Asks = Callable[[Any, "Recording"], tuple[Ask, ...]]
Reads = Callable[[Any, "Recording", tuple[Answer, ...]], object]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a carrier can do: what it belongs to, how it asks, and how it reads.

    A token's `capability` is None: it belongs to whichever adapter needs it. `word` is what a
    recording's ``expect`` calls the result; `needs` are the methods of the adapter; `samples` the
    requests that it can be asked with.
    """

    capability: Capability | None
    word: str
    needs: tuple[str, str]
    asks: Asks
    reads: Reads
    samples: Mapping[str, object]


def booking_request(recording: "Recording") -> BookingRequest:
    """The sample request to buy, with the service and the label that the recording names."""
    request = samples.BOOKINGS[recording.sample]
    named = {
        name: recording.more[name]
        for name in ("service", "label_format", "label_size", "reference")
        if name in recording.more
    }
    return replace(request, **named)


def booked(recording: "Recording") -> Booking:
    """The purchase that a recording is about."""
    given = recording.more.get("booking")
    return Booking(given["carrier_id"], given["tracking_number"]) if given else samples.BOOKED


def _one(name: str, request: Callable[["Recording"], object]) -> tuple[Asks, Reads]:
    def asks(adapter: Any, recording: "Recording") -> tuple[Ask, ...]:
        return (getattr(adapter, f"ask_{name}")(request(recording)),)

    def reads(adapter: Any, recording: "Recording", answers: tuple[Answer, ...]) -> object:
        return getattr(adapter, f"read_{name}")(request(recording), *answers)

    return asks, reads


def _ask_labels(adapter: Any, recording: "Recording") -> tuple[Ask, ...]:
    return tuple(adapter.ask_labels(booking_request(recording), booked(recording)))


def _read_labels(adapter: Any, recording: "Recording", answers: tuple[Answer, ...]) -> object:
    return adapter.read_labels(booking_request(recording), booked(recording), answers)


def _rate_request(recording: "Recording") -> RateRequest:
    return samples.RATES[recording.sample]


def ask_rates(
    adapter: Any, request: RateRequest, answers: tuple[Answer, ...] = ()
) -> tuple[Ask, ...]:
    """What is asked for prices; a carrier that converses is given the answers one by one."""
    if not isinstance(adapter, Converses):
        return tuple(adapter.ask_rates(request))
    asked: list[Ask] = []
    try:
        adapter.converse(request, _answering(answers, asked))
    except CarrierError:
        if not asked:
            raise
    return tuple(asked)


def _read_rates(adapter: Any, request: RateRequest, answers: tuple[Answer, ...]) -> object:
    if isinstance(adapter, Converses):
        return adapter.converse(request, _answering(answers, []))
    return adapter.read_rates(request, answers)


def _answering(answers: tuple[Answer, ...], asked: list[Ask]) -> Callable[[Ask], Answer]:
    """Sends nothing: gives the answers in their order, and keeps what was asked."""
    left = iter(answers)

    def send(ask: Ask) -> Answer:
        asked.append(ask)
        answer = next(left, None)
        if answer is None:
            raise CarrierUnavailable("no more answers are recorded", "timeout_sent")
        return answer

    return send


def _ask_upload(adapter: Any, recording: "Recording") -> tuple[Ask, ...]:
    booking = booked(recording) if adapter.uploads == "after" else None
    shipment = booking_request(recording).shipment
    return tuple(adapter.ask_upload(shipment, samples.INVOICE, booking))


def _token_name(recording: "Recording") -> str:
    return str(recording.more.get("token", "oauth"))


def _hear(adapter: Any, recording: "Recording", answers: tuple[Answer, ...]) -> object:
    (call,) = answers
    now = datetime.fromisoformat(recording.more["now"])
    return adapter.read_webhook(call.headers, call.body, now)


OPERATIONS: dict[str, Operation] = {
    "rates": Operation(
        "rates",
        "offers",
        ("ask_rates", "read_rates"),
        lambda adapter, recording: ask_rates(adapter, _rate_request(recording), recording.answers),
        lambda adapter, recording, answers: _read_rates(adapter, _rate_request(recording), answers),
        samples.RATES,
    ),
    "duties": Operation(
        "duties",
        "duties",
        ("ask_duties", "read_duties"),
        *_one("duties", lambda recording: samples.DUTIES[recording.sample]),
        samples.DUTIES,
    ),
    "booking": Operation(
        "books",
        "booking",
        ("ask_booking", "read_booking"),
        *_one("booking", booking_request),
        samples.BOOKINGS,
    ),
    "find": Operation(
        "books",
        "found",
        ("ask_find", "read_find"),
        *_one("find", booking_request),
        samples.BOOKINGS,
    ),
    "labels": Operation(
        "books",
        "labels",
        ("ask_labels", "read_labels"),
        _ask_labels,
        _read_labels,
        samples.BOOKINGS,
    ),
    "cancel": Operation(
        "books",
        "cancellation",
        ("ask_cancel", "read_cancel"),
        *_one("cancel", booked),
        samples.BOOKINGS,
    ),
    "tracking": Operation(
        "tracks",
        "tracking",
        ("ask_tracking", "read_tracking"),
        *_one("tracking", lambda recording: recording.numbers),
        {},
    ),
    "points": Operation(
        "points",
        "points",
        ("ask_points", "read_points"),
        *_one("points", lambda recording: samples.POINTS[recording.sample]),
        samples.POINTS,
    ),
    "upload": Operation(
        "documents",
        "upload",
        ("ask_upload", "read_upload"),
        _ask_upload,
        lambda adapter, _, answers: adapter.read_upload(samples.INVOICE, answers),
        samples.BOOKINGS,
    ),
    "token": Operation(
        None,
        "token",
        ("ask_token", "read_token"),
        lambda adapter, recording: (adapter.ask_token(_token_name(recording)),),
        lambda adapter, recording, answers: adapter.read_token(_token_name(recording), *answers),
        {},
    ),
    "webhook": Operation(
        "tracks",
        "tracking",
        ("read_webhook", "read_webhook"),
        lambda adapter, recording: (),
        _hear,
        {},
    ),
}
"""By the name of its folder of recordings."""
