"""Checks 13 to 15, 18 and 25: is a refusal said as what it is, in the carrier's own words?"""

from dataclasses import replace
from email.utils import formatdate
from time import time

from carriers.booking import Books, Cancellation
from carriers.conformance import injuries, samples
from carriers.conformance.checks import check
from carriers.conformance.operations import OPERATIONS
from carriers.conformance.recordings import Recording, faults_in
from carriers.conformance.subject import BrokenPromiseError, Subject, must, not_applicable
from carriers.errors import (
    CarrierError,
    CarrierUnavailable,
    CredentialsRejected,
    RequestRejected,
)
from carriers.wire import Answer

_BY_STATUS: dict[int, type[CarrierError]] = {
    401: CredentialsRejected,
    500: CarrierUnavailable,
    503: CarrierUnavailable,
}
_PLAIN = ("rates", "duties", "booking", "find", "tracking", "points")
_WAIT = 90  # seconds


@check(13, "bronze", "A refusal has its class, the carrier's code and the field that it names")
def _classes(subject: Subject) -> None:
    subject.needs_the_wire()
    faults: list[str] = []
    for recording in (r for r in subject.recordings if r.error is not None):
        faults += faults_in(recording, subject.of(recording))
    must(not faults, "\n".join(faults))
    for capability in subject.manifest.capabilities:
        recorded = [r for r in subject.bad() if OPERATIONS[r.operation].capability == capability]
        must(recorded, f"no recording of a refusal for what it does: {capability}")
    for recording in subject.good(*_PLAIN):
        for status, kind in _BY_STATUS.items():
            found = _tried(subject, recording, Answer(status, body=b"{}"))
            must(isinstance(found, kind), f"{recording.title}: HTTP {status} is {_said(found)}")


@check(14, "bronze", "An error in an answer with HTTP 200 is an error")
def _errors_with_200(subject: Subject) -> None:
    subject.needs_the_wire()
    tried = 0
    for recording in subject.bad():
        if recording.operation == "webhook" or not injuries.json_of(recording.answers[-1]):
            continue
        tried += 1
        found = subject.tries(recording, lambda answer: replace(answer, status=200))
        refused = isinstance(found, CarrierError)
        must(refused, f"{recording.title} with HTTP 200 is read as {_said(found)}")
    if not tried:
        not_applicable("no recorded refusal is JSON")


@check(15, "bronze", "What cannot be the carrier's answer is a bad reply, never a traceback")
def _unreadable(subject: Subject) -> None:
    subject.needs_the_wire()
    for recording in subject.good():
        if recording.operation == "webhook":
            continue
        parsed = all(injuries.json_of(answer) is not None for answer in recording.answers)
        for what, injury in injuries.UNREADABLE.items():
            if all(not answer.body for answer in recording.answers):
                break  # the carrier says nothing when all is well
            if not parsed and what in ("half of the body", "another charset"):
                continue  # of a file only its owner knows how it ends
            found = _injured(subject, recording, what, injury)
            bad = isinstance(found, CarrierError) and found.code == "bad_reply"
            must(bad, f"{recording.title}, {what}: expected bad_reply, got {_said(found)}")
        for what, injury in injuries.HOLLOW.items():
            found = _injured(subject, recording, what, injury)
            if recording.operation in ("booking", "rates", "labels", "token"):
                hollow = isinstance(found, CarrierError) or not found
                must(hollow, f"{recording.title}, {what}: read as {_said(found)}")


@check(
    18, "silver", "Asked too often is a quota, with the carrier's Retry-After in seconds or a date"
)
def _quota(subject: Subject) -> None:
    subject.needs_the_wire()
    for recording in subject.good(*_PLAIN, "token"):
        known = [r for r in subject.bad(recording.operation) if r.answers[-1].status == 429]
        bodies = {b"", b"{}", b"<h1>Slow down</h1>", *(r.answers[-1].body for r in known)}
        for body in sorted(bodies):
            for said in ("7", formatdate(time() + _WAIT, usegmt=True)):
                answer = Answer(429, {"retry-after": said}, body)
                found = _tried(subject, recording, answer)
                title = f"{recording.title}: HTTP 429, Retry-After {said}"
                quota = isinstance(found, CarrierUnavailable) and found.code == "quota"
                must(quota, f"{title}: expected quota, got {_said(found)}")
                waits = getattr(found, "retry_after", None)
                wanted = 7 if said == "7" else _WAIT
                near = waits is not None and wanted - 5 <= waits <= wanted
                must(near, f"{title}: expected to wait {wanted} s, got {waits}")


@check(25, "silver", "A label given back twice is given back; one that nobody knows is not found")
def _cancelled_twice(subject: Subject) -> None:
    subject.needs("books")
    adapter: Books = subject.adapter("books")
    recorded = subject.good("cancel")
    if not recorded:
        try:
            adapter.ask_cancel(samples.BOOKED)
        except RequestRejected as error:
            must(error.code == "unsupported", f"no cancelling is {error.code}, not unsupported")
            return
        raise BrokenPromiseError("no recording in cancel/, and ask_cancel does not refuse")
    results = [subject.reads(recording) for recording in recorded]
    cancelled = [each for each in results if isinstance(each, Cancellation)]
    must(len(cancelled) == len(results), "read_cancel gives something else than a Cancellation")
    twice = [each for each in cancelled if each.outcome in ("cancelled", "refund_requested")]
    must(len(twice) > 1, "expected a recording of the first time and one of the second")
    unknown = [r for r in subject.bad("cancel") if (r.error or {}).get("code") == "not_found"]
    must(unknown, "no recording in cancel/ of a label that the carrier does not know")


def _tried(subject: Subject, recording: Recording, answer: Answer) -> object:
    return subject.tries(recording, lambda _: answer)


def _injured(subject: Subject, recording: Recording, what: str, injury: injuries.Injury) -> object:
    try:
        return subject.tries(recording, injury)
    except Exception as error:
        raise BrokenPromiseError(
            f"{recording.title}, {what}: {type(error).__name__}: {error}"
        ) from error


def _said(found: object) -> str:
    if isinstance(found, CarrierError):
        return f"{type(found).__name__} {found.code}: {found.reason}"
    return "a result" if found else "nothing"
