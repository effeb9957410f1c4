"""A parcel is followed: asked about when it is time, told of when it changes, never invented."""

from datetime import timedelta

import pytest

from api.services.tracking import FIRST_LOOK_SECONDS
from carriers import (
    Answer,
    CarrierUnavailable,
    CredentialsRejected,
    Event,
    RequestRejected,
    tracked,
)
from data.store import shipments, trackings
from data.store.engines import reading, writing
from tests.api.tracking_carrier import (  # noqa: F401 - fixtures
    DAY,
    MEANINGS,
    app_fixture,
    clock_fixture,
    desk_fixture,
    event,
    quiet_desk_fixture,
    shipment,
    tell,
    told,
    work,
    world_fixture,
)

URL = "/v1/tracking/ghost/"


def get(ask, number="GH1", key="key-of-anna"):
    answer = ask(URL + number, key=key)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_the_first_question_asks_the_carrier_and_the_next_ones_do_not(ask, world):
    world.knows("GH1", event("PU", 8), event("HUB", 9, city="Leipzig", words="Sorted"))
    first = get(ask)
    assert get(ask) == first
    ((numbers, seconds),) = world.asked
    assert numbers == ["GH1"]
    assert seconds <= FIRST_LOOK_SECONDS
    assert first["status"] == "in_transit"
    assert first["stage"] == "linehaul"
    assert first["action_required"] is None
    assert first["checked_at"] == "2026-11-20T12:00:00+00:00"
    assert [each["code"] for each in first["events"]] == ["PU", "HUB"]
    assert first["events"][1] == {
        "at": "2026-11-20T09:00:00+00:00",
        "code": "HUB",
        "description": "Sorted",
        "status": "in_transit",
        "stage": "linehaul",
        "reason": None,
        "place": {"country": "DE", "region": None, "city": "Leipzig"},
    }


def test_customs_says_why_and_who_must_act(ask, world):
    world.knows("GH1", event("TAX"), estimated="2026-11-25T18:00:00+01:00")
    found = get(ask)
    assert (found["status"], found["stage"]) == ("customs", "import_customs")
    assert (found["reason"], found["action_required"]) == ("duties_unpaid", {"by": "recipient"})
    assert found["estimated"] == "2026-11-25T17:00:00+00:00"


def test_an_unknown_code_is_shown_and_counted_and_delivers_nothing(ask, world, desk, client):
    world.knows("GH1", event("PU", 8), event("D9", 9, words="Delivered to the depot"))
    found = get(ask)
    assert found["status"] == "picked_up"
    assert found["unknown_codes"] == ["D9"]
    assert found["events"][1]["status"] is None
    desk.polls.follow_due(lambda: DAY + timedelta(days=3))
    assert len(world.asked) == 2
    metrics = client.get("/metrics").get_data(as_text=True)
    assert 'tidewaiter_unknown_tracking_codes_total{carrier="ghost"} 1' in metrics
    assert 'method="tidewaiter' not in metrics


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/tracking/nobody/GH1", 404),
        (URL + "GH404", 404),
        (URL + "%20", 404),
        (URL + "x" * 65, 404),
        (URL + "%C3%BC", 404),
        ("/v1/tracking/mute/GH1", 422),
    ],
)
def test_what_nobody_knows_is_not_found_and_not_followed(ask, desk, path, status):
    assert ask(path).status_code == status
    assert desk.polls.follow_due(lambda: DAY + timedelta(days=9)) == 0


def test_somebody_elses_parcel_is_not_seen(ask, world):
    world.knows("GH1", event("PU"))
    get(ask)
    del world.parcels["GH1"]
    assert ask(URL + "GH1", key="key-of-ben").status_code == 404


def test_blanks_in_a_number_are_left_out(ask, world):
    world.knows("GH1", event("PU"))
    assert get(ask, "%20G%20H1")["number"] == "GH1"


def test_a_carrier_that_does_not_answer_at_first_is_asked_again_later(ask, world, desk, clock):
    world.answers = [CarrierUnavailable("no answer came in time", "timeout_sent")]
    found = get(ask)
    assert (found["status"], found["checked_at"]) == ("unknown", None)
    assert found["last_error"] == "no answer came in time"
    get(ask)
    assert len(world.asked) == 1
    clock.go(hours=15)
    world.knows("GH1", event("PU"))
    assert work(desk) == 1
    found = get(ask)
    assert (found["status"], found["last_error"]) == ("picked_up", None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CredentialsRejected("the key is wrong"), 422),
        (RequestRejected("that is no number", "not_found"), 404),
        (RequestRejected("it would not"), 422),
    ],
)
def test_a_refusal_is_said_and_nothing_is_followed(ask, world, desk, clock, error, status):
    world.answers = [error]
    answer = ask(URL + "GH1")
    assert answer.status_code == status
    clock.go(days=2)
    assert work(desk) == 0


def test_an_answer_that_cannot_be_read_is_no_answer(ask, world):
    world.answers = [Answer(200, {}, b'{"parcels": [{"number": "GH1", "events": [{"at": 1}]}]}')]
    found = get(ask)
    assert found["status"] == "unknown"
    assert found["last_error"] == "an answer that cannot be read: an error in the carrier's adapter"


class TestShipments:
    def test_a_parcel_is_followed_from_the_purchase_on_and_asked_about_in_time(
        self, ask, world, desk, clock
    ):
        shipment(desk)
        assert world.asked == []
        clock.go(hours=4)
        assert work(desk) == 0
        clock.go(hours=4)
        world.knows("GH1", event("HUB", 18))
        assert work(desk) == 1
        found = get(ask)
        assert (found["status"], found["shipment"]) == ("in_transit", "sh_1")
        assert len(world.asked) == 1

    def test_every_label_is_followed_and_the_shipment_is_where_the_last_one_is(
        self, ask, world, desk, clock
    ):
        shipment(desk, "GH1", labels=("GH1", "GH2", "GH3"))
        world.knows("GH1", event("OK", 18))
        world.knows("GH2", event("VAN", 18))
        world.knows("GH3", event("OK", 18))
        clock.go(hours=8)
        assert work(desk) == 3
        assert sorted(map(len, world.numbers)) == [1, 2]
        found = get(ask)
        assert (found["status"], found["shipment_status"]) == ("delivered", "out_for_delivery")
        assert {each["number"] for each in found["pieces"]} == {"GH1", "GH2", "GH3"}

    def test_labels_that_come_later_are_followed_too(self, ask, world, desk, clock):
        shipment(desk, "GH1")
        with writing(desk.storage.engine) as connection:
            label = shipments.StoredLabel(2, "GH2", "pdf", b"%PDF")
            shipments.add_labels(connection, "sh_1", [label])
        clock.go(hours=8)
        work(desk)
        assert len(get(ask)["pieces"]) == 2

    def test_a_label_that_was_given_back_is_asked_about_no_more(self, ask, world, desk, clock):
        shipment(desk)
        with writing(desk.storage.engine) as connection:
            tell(desk, connection, "shipment.cancelled", "sh_1", clock())
        clock.go(days=2)
        assert work(desk) == 0
        found = get(ask)
        assert (found["status"], found["next_check_at"]) == ("cancelled", None)
        assert [each["status"] for each in told(desk)] == ["cancelled"]
        assert world.asked == []

    def test_a_label_that_is_given_back_while_its_carrier_is_asked_stays_cancelled(
        self, ask, world, desk, clock
    ):
        shipment(desk)
        with reading(desk.storage.engine) as connection:
            before = trackings.get(connection, "anna", "ghost", "GH1")
        with writing(desk.storage.engine) as connection:
            tell(desk, connection, "shipment.cancelled", "sh_1", clock())
        work(desk)
        late = tracked("GH1", [Event(clock(), "PU", MEANINGS["PU"])])
        desk.tidings.answered([before], [late], clock())
        found = get(ask)
        assert (found["status"], found["next_check_at"]) == ("cancelled", None)

    def test_events_of_an_older_parcel_with_the_same_number_are_dropped(
        self, ask, world, desk, clock
    ):
        shipment(desk)
        world.knows("GH1", event("OK", 8, day=2), event("PU", 15))
        clock.go(hours=8)
        work(desk)
        found = get(ask)
        assert found["status"] == "picked_up"
        assert [each["code"] for each in found["events"]] == ["PU"]

    def test_a_number_that_is_used_again_is_the_new_shipments_with_a_page_of_its_own(
        self, ask, world, desk, clock
    ):
        shipment(desk)
        world.knows("GH1", event("OK", 18))
        clock.go(hours=8)
        work(desk)
        before = get(ask)
        clock.go(days=9)
        shipment(desk, shipment_id="sh_2", at=clock())
        after = get(ask)
        assert (before["status"], after["shipment"]) == ("delivered", "sh_2")
        assert after["status"] == "created"
        assert before["page"] != after["page"]

    def test_a_number_that_was_asked_for_before_becomes_the_shipments(self, ask, world, desk):
        world.knows("GH1", event("PU"))
        first = get(ask)
        shipment(desk)
        assert get(ask)["shipment"] == "sh_1"
        assert get(ask)["id"] == first["id"]

    def test_the_language_is_the_quotes_or_the_countrys(self, desk):
        shipment(desk, "GH1", shipment_id="sh_1", country="CH")
        shipment(desk, "GH2", shipment_id="sh_2", country="MX")
        shipment(desk, "GH3", shipment_id="sh_3", country="SE")
        with reading(desk.storage.engine) as connection:
            found = [
                trackings.get(connection, "anna", "ghost", number).locale
                for number in ("GH1", "GH2", "GH3")
            ]
        assert found == ["de", "es", "en"]


class TestChanges:
    def test_a_change_is_told_once_with_what_others_need(self, ask, world, desk, clock):
        world.knows("GH1", event("PU"))
        get(ask)
        clock.go(hours=5)
        work(desk)
        world.knows("GH1", event("PU"), event("TAX", 13))
        clock.go(hours=5)
        work(desk)
        clock.go(hours=5)
        work(desk)
        assert [each["status"] for each in told(desk)] == ["picked_up", "customs"]
        last = told(desk)[-1]
        assert last | {"id": None} == {
            "id": None,
            "carrier": "ghost",
            "number": "GH1",
            "shipment": None,
            "status": "customs",
            "stage": "import_customs",
            "reason": "duties_unpaid",
            "action_by": "recipient",
        }

    def test_a_delivered_parcel_is_looked_at_once_more_and_then_left_alone(
        self, ask, world, desk, clock
    ):
        world.knows("GH1", event("OK", 10))
        assert get(ask)["delivered_at"] == "2026-11-20T10:00:00+00:00"
        clock.go(hours=20)
        assert work(desk) == 0
        clock.go(hours=3)
        assert work(desk) == 1
        clock.go(days=30)
        assert work(desk) == 0

    def test_a_correction_by_the_carrier_takes_the_place_of_what_it_said(
        self, ask, world, desk, clock
    ):
        world.knows("GH1", event("OK", 10))
        get(ask)
        world.knows("GH1", event("VAN", 10), event("BAD", 11))
        clock.go(hours=23)
        work(desk)
        found = get(ask)
        assert (found["status"], found["delivered_at"]) == ("exception", None)

    def test_a_parcel_that_the_carrier_has_forgotten_stays_as_it_was(self, ask, world, desk, clock):
        world.knows("GH1", event("HUB"))
        get(ask)
        del world.parcels["GH1"]
        clock.go(hours=5)
        work(desk)
        assert get(ask)["status"] == "in_transit"

    def test_a_parcel_that_never_came_is_given_up(self, ask, world, desk, clock):
        shipment(desk)
        clock.go(days=31)
        assert work(desk) == 1
        found = get(ask)
        assert (found["status"], found["expired"], found["next_check_at"]) == (
            "created",
            True,
            None,
        )


class TestPolling:
    def many(self, world, desk, *numbers):
        for number in numbers:
            world.knows(number, event("HUB"))
            desk.following.follow("anna", "ghost", number, DAY)

    def test_numbers_are_asked_for_as_many_at_once_as_the_carrier_takes(self, world, desk):
        self.many(world, desk, "GH1", "GH2", "GH3", "GH4", "GH5")
        assert work(desk) == 5
        assert sorted(map(len, world.numbers)) == [1, 2, 2]
        assert work(desk) == 0

    def test_two_processes_do_not_ask_about_the_same_parcel(self, world, desk, clock):
        self.many(world, desk, "GH1")
        with writing(desk.storage.engine) as connection:
            until = clock() + timedelta(seconds=120)
            assert len(trackings.take_due(connection, clock(), until, 10)) == 1
        assert work(desk) == 0
        clock.go(seconds=121)  # the other one died
        assert work(desk) == 1

    def test_a_carrier_that_is_down_is_asked_once_in_a_turn_and_later_again(
        self, world, desk, clock
    ):
        self.many(world, desk, "GH1", "GH2", "GH3")
        world.answers = [CarrierUnavailable("it is down", "carrier_down", sent=True)]
        work(desk)
        assert len(world.asked) == 1
        clock.go(hours=4)
        assert work(desk) == 0
        clock.go(hours=12)
        assert work(desk) == 3

    def test_a_carrier_that_says_when_to_come_back_is_left_alone_until_then(
        self, ask, world, desk, clock
    ):
        self.many(world, desk, "GH1")
        error = CarrierUnavailable("too many requests", "quota", retry_after=20 * 3600.0)
        world.answers = [error]
        work(desk)
        clock.go(hours=19)
        assert work(desk) == 0
        clock.go(hours=2)
        assert work(desk) == 1

    def test_one_wrong_number_does_not_hide_the_others(self, ask, world, desk):
        self.many(world, desk, "GH1", "GH2")
        world.answers = [
            RequestRejected("one of them is wrong", "validation"),
            RequestRejected("it is wrong", "validation"),
        ]
        work(desk)
        found = sorted(get(ask, number)["status"] for number in ("GH1", "GH2"))
        assert found == ["in_transit", "unknown"]

    def test_credentials_that_are_gone_stop_nobody_else(self, ask, world, desk, clock):
        self.many(world, desk, "GH1")
        desk.following.follow("ben", "ghost", "GH1", DAY)
        desk.carrier_accounts.secrets = {"ben": ""}
        assert work(desk) == 2
        assert get(ask, key="key-of-ben")["status"] == "in_transit"
        assert get(ask)["last_error"] == "no credentials are stored for it"


def test_the_command_line_follows_and_asks(app, world, desk):
    world.knows("GH1", event("HUB"))
    run = app.test_cli_runner().invoke
    followed = run(args=["tracking", "follow", "ghost", "GH1", "--account", "anna"])
    assert followed.exit_code == 0, followed.output
    assert "GH1" in followed.output
    polled = run(args=["tracking", "poll", "--once"])
    assert polled.output == "1 parcel asked about.\n"
    wrong = run(args=["tracking", "follow", "nobody", "GH1", "--account", "anna"])
    assert wrong.exit_code == 1
    assert "no carrier of this code" in wrong.output
    assert run(args=["tracking", "follow", "ghost", "GH1", "--account", "x"]).exit_code == 1


def test_whoever_holds_the_lease_asks_and_nobody_else(ask, world, desk, clock):
    world.knows("GH1", event("HUB"))
    desk.following.follow("anna", "ghost", "GH1", DAY)
    first, other = desk.outreach(), desk.outreach()
    assert first.once() == 1
    clock.go(seconds=30)
    desk.following.follow("anna", "ghost", "GH2", DAY)
    assert other.once() == 0
    clock.go(seconds=31)
    assert other.once() == 1
    assert desk.background().once() == 1  # the event of the first answer is passed on
