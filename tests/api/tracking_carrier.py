"""A carrier that is not there, for tests of tracking: it knows what it is told to know."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest
import time_machine
from sqlalchemy import select

from api.app import create_app
from api.clock import now
from api.services.dispatching import dispatch
from carriers import Account, Answer, Ask, Event, Manifest, Meaning, Setting, many, member, tracked
from carriers.answers import read_json
from carriers.registry import GROUP, Registry
from carriers.webhooks_in import check_hex, secrets_of
from data.model.places import Place
from data.store import outbox, shipments
from data.store.engines import reading, writing
from data.store.shipments import StoredLabel, StoredShipment
from data.store.tables import OUTBOX

DAY = datetime(2026, 11, 20, tzinfo=UTC)
MEANINGS = {
    "PU": Meaning("picked_up", "origin"),
    "HUB": Meaning("in_transit", "linehaul"),
    "TAX": Meaning("customs", "import_customs", "duties_unpaid", "recipient"),
    "VAN": Meaning("out_for_delivery", "last_mile"),
    "OK": Meaning("delivered", "last_mile"),
    "BAD": Meaning("exception", "linehaul", "damaged", "carrier"),
}
MANIFEST = Manifest(
    "ghost",
    "Ghost Parcels",
    "1",
    factories={"tracks": f"{__name__}:Ghost"},
    settings=(
        Setting("key", "A key", secret=True),
        Setting("webhook_secret", "What calls are signed with", secret=True, required=False),
    ),
    hosts=("ghost.example",),
)
MUTE = Manifest("mute", "Mute Parcels", "1", factories={"books": f"{__name__}:Ghost"})
HEADER = "x-ghost-signature"


class Ghost:
    """The adapter: two numbers at once, and signed calls."""

    batch = 2

    def __init__(self, account: Account) -> None:
        self.code = account.carrier
        self._secrets = secrets_of(account.get("webhook_secret"))

    def ask_tracking(self, numbers):
        return Ask("GET", "https://ghost.example/" + ",".join(numbers))

    def read_tracking(self, numbers, answer):
        return tuple(_way(each) for each in many(member(read_json(answer), "parcels")))

    def read_webhook(self, headers, body, now):
        check_hex(headers, HEADER, body, self._secrets)
        return (_way(read_json(Answer(200, {}, body))),)


def _way(found):
    events = [
        Event(
            datetime.fromisoformat(each["at"]),
            each["code"],
            MEANINGS.get(each["code"]),
            each.get("words", ""),
            Place("DE", None, "10115", each["city"]) if "city" in each else None,
        )
        for each in found["events"]
    ]
    estimated = found.get("estimated")
    return tracked(
        found["number"], events, datetime.fromisoformat(estimated) if estimated else None
    )


def event(code, hour=8, day=20, **more):
    return {"code": code, "at": DAY.replace(day=day, hour=hour).isoformat(), **more}


@dataclass
class World:
    """What the carrier knows: events by number. `answers` come first, whatever they are."""

    parcels: dict = field(default_factory=dict)
    answers: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def send(self, ask, seconds):
        numbers = ask.url.rpartition("/")[2].split(",")
        self.asked.append((numbers, seconds))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Answer):
            return answer
        found = [
            {"number": number, **known}
            for number in numbers
            if (known := self.parcels.get(number)) is not None
        ]
        return Answer(200, {}, json.dumps({"parcels": found}).encode())

    def knows(self, number, *events, **more):
        self.parcels[number] = {"events": list(events), **more}

    @property
    def numbers(self):
        return [numbers for numbers, _ in self.asked]


class _Point(EntryPoint):
    def load(self):
        return {"ghost": MANIFEST, "mute": MUTE}[self.name]


def registry(world: World) -> Registry:
    points = [_Point(name, f"nowhere:{name}", GROUP) for name in ("ghost", "mute")]
    return Registry(lambda: points, lambda manifest, account: world.send)


NOON = DAY.replace(hour=12)


@dataclass
class Clock:
    """The time of a test, in the service too."""

    travel: object

    def __call__(self):
        return now()

    def go(self, **later):
        self.travel.shift(timedelta(**later))


class Credentials:
    """Anna and Ben have credentials with the carrier; nobody else has."""

    secrets: ClassVar = {"anna": "new-secret old-secret", "ben": "secret-of-ben"}

    def of(self, account):
        def find(manifest):
            if account not in self.secrets:
                return None
            given = {"key": f"key-of-{account}", "webhook_secret": self.secrets[account]}
            known = {setting.name for setting in manifest.settings}
            return manifest.account({k: v for k, v in given.items() if k in known})

        return find


@pytest.fixture(name="clock")
def clock_fixture():
    with time_machine.travel(NOON, tick=False) as travel:
        yield Clock(travel)


@pytest.fixture(name="world")
def world_fixture():
    return World()


@pytest.fixture(name="quiet_desk")
def quiet_desk_fixture(services, world, clock):
    settings = replace(services.settings, secret_key="a secret of this test")
    return replace(
        services,
        settings=settings,
        carriers=registry(world),
        carrier_accounts=Credentials(),
    )


@pytest.fixture(name="desk")
def desk_fixture(quiet_desk):
    return quiet_desk


@pytest.fixture(name="app")
def app_fixture(desk):
    return create_app(desk)


def shipment(desk, number="GH1", labels=(), shipment_id="sh_1", at=NOON, **consignee):
    """A shipment of Anna's that is bought, as its purchase leaves it, and is told of."""
    to = {"name": "Carla", "email": "carla@buyer.example", "country": "DE", "city": "Berlin"}
    made = StoredShipment(
        shipment_id, "anna", "POST /v1/shipments", shipment_id, "h", at, "ghost", "std", "pdf",
        "4x6in", {"consignee": {**to, **consignee}}, tracking_number=number, confirmed_at=at,
    )  # fmt: skip
    with writing(desk.storage.engine) as connection:
        shipments.add(connection, made, [])
        kept = [StoredLabel(n, each, "pdf", b"%PDF") for n, each in enumerate(labels, 1)]
        shipments.add_labels(connection, shipment_id, kept)
        tell(desk, connection, "shipment.confirmed", shipment_id, at)
    work(desk)


def tell(desk, connection, kind, subject, at):
    number = len(outbox.of_subject(connection, subject))
    name = f"ev_{subject}_{number}"
    outbox.add(connection, outbox.Event(name, "anna", kind, subject, {"shipment": subject}, at))


def work(desk):
    """One turn of what is done in the background, with everything that follows from it."""
    dispatch(desk.storage.engine, (desk.following, *desk.hearers), now)
    desk.carrier_calls.take(now)
    return desk.polls.follow_due(now)


def told(desk, kind="tracking.updated"):
    """The events of a kind, oldest first."""
    with reading(desk.storage.engine) as connection:
        rows = connection.execute(select(OUTBOX).where(OUTBOX.c.kind == kind))
        return [row.payload for row in rows]
