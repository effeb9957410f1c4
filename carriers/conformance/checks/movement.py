"""Checks 28 to 30: does a parcel's way read the same however it is told, and by whom?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from carriers.conformance import injuries
from carriers.conformance.checks import check
from carriers.conformance.operations import OPERATIONS
from carriers.conformance.recordings import Recording, home_of
from carriers.conformance.subject import Subject, must, not_applicable
from carriers.errors import CarrierError
from carriers.tracking import STAGES, STATUSES, Actor, HearsWebhooks, Tracking
from carriers.wire import Answer

_NEVER_HEARD = "ZZ98"
_STALE = timedelta(days=2)
_SIGNATURES = ("sign", "hmac", "auth", "token", "secret", "credential", "key")


@check(
    28, "silver", "Every code has a meaning, a new one none; only its own codes deliver a parcel"
)
def _codes(subject: Subject) -> None:
    subject.needs("tracks")
    _must_be_a_vocabulary(subject)
    for recording, before in _tracked(subject):
        codes = {event.code for each in before for event in each.events}
        words = {code: f"{_NEVER_HEARD}{n}" for n, code in enumerate(sorted(codes))}
        changed = [injuries.with_words(answer, words) for answer in recording.answers]
        if changed == list(recording.answers):
            continue
        for each in _read(subject, recording, changed):
            known = [e.code for e in each.events if e.code.startswith(_NEVER_HEARD) and e.meaning]
            must(not known, f"{recording.title}: the unknown codes {known} have a meaning")
            delivered = each.status == "delivered" and each.unknown_codes
            must(not delivered, f"{recording.title}: delivered by a code that nobody knows")


def _must_be_a_vocabulary(subject: Subject) -> None:
    table = home_of(subject.manifest) / "tracking.csv"
    must(table.is_file(), "no tracking.csv beside the adapter says what its codes mean")
    seen: set[str] = set()
    for number, row in enumerate(_rows(table.read_text("utf-8")), 2):
        at = f"tracking.csv:{number}"
        must(row.get("code") and row["code"] not in seen, f"{at}: no code, or one said before")
        seen.add(row["code"])
        must(row.get("status") in STATUSES, f"{at}: no status {row.get('status')}")
        must(row.get("stage") in ("", *STAGES), f"{at}: no stage {row.get('stage')}")
        actors = ("", *get_args(Actor))
        must(row.get("action_by") in actors, f"{at}: nobody is {row.get('action_by')}")


def _rows(text: str) -> Iterator[dict[str, str]]:
    import csv

    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


@check(
    29, "silver", "Events have their zone and their order, each once, in whatever order they came"
)
def _ordered(subject: Subject) -> None:
    subject.needs("tracks")
    for recording, before in _tracked(subject):
        for each in before:
            moments = [event.at for event in each.events]
            must(moments == sorted(moments), f"{recording.title}: {each.number} is out of order")
            zoned = all(moment.tzinfo is not None for moment in moments)
            must(zoned, f"{recording.title}: a moment of {each.number} has no zone")
            said = [(event.code, event.at, event.place) for event in each.events]
            must(len(said) == len(set(said)), f"{recording.title}: {each.number} repeats events")
        turned = [injuries.turned(answer) for answer in recording.answers]
        after = {each.number: each for each in _read(subject, recording, turned)}
        for each in before:
            other = after.get(each.number)
            same = other is not None and _way(other) == _way(each)
            must(same, f"{recording.title} backwards: {each.number} is another way")


def _way(each: Tracking) -> tuple[object, ...]:
    events = frozenset((event.code, event.at, event.meaning) for event in each.events)
    return each.status, each.stage, each.reason, each.delivered_at, events


@check(30, "silver", "A call that is not signed, was changed or is old is refused")
def _webhooks(subject: Subject) -> None:
    hears = [each for each in subject.adapters() if isinstance(each, HearsWebhooks)]
    if not hears:
        not_applicable("it hears no webhooks")
    recorded = subject.good("webhook")
    must(recorded, "no recording in webhook/")
    for recording in recorded:
        call = recording.answers[0]
        now = datetime.fromisoformat(recording.more["now"])
        unsigned = {
            name: value
            for name, value in call.headers.items()
            if not any(word in name for word in _SIGNATURES)
        }
        tries = {
            "an unsigned call": (replace(call, headers=unsigned), now),
            "a changed byte": (replace(call, body=_one_byte_more(call)), now),
            "an old call": (call, now + _STALE),
        }
        for what, (changed, moment) in tries.items():
            refused = _refuses(hears[0], changed, moment)
            must(refused, f"{recording.title}: {what} is believed")


def _one_byte_more(call: Answer) -> bytes:
    return call.body + b" "


def _refuses(adapter: HearsWebhooks, call: Answer, now: datetime) -> bool:
    try:
        adapter.read_webhook(call.headers, call.body, now)
    except CarrierError:
        return True
    return False


def _tracked(subject: Subject) -> Iterator[tuple[Recording, tuple[Tracking, ...]]]:
    for recording in subject.good("tracking"):
        yield recording, _read(subject, recording, list(recording.answers))


def _read(subject: Subject, recording: Recording, answers: list[Answer]) -> tuple[Tracking, ...]:
    operation = OPERATIONS[recording.operation]
    found: Any = operation.reads(subject.of(recording), recording, tuple(answers))
    return tuple(found)
