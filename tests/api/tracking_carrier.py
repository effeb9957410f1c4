"""A carrier that is not there, for tests of tracking: it knows what it is told to know."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import EntryPoint

from carriers import Account, Answer, Ask, Event, Manifest, Meaning, Setting, many, member, tracked
from carriers.answers import read_json
from carriers.registry import GROUP, Registry
from carriers.webhooks_in import check_hex, secrets_of
from data.model.places import Place

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
