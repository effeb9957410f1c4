"""A process that dies in the middle of a purchase leaves no twin, and what it left is found out."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from api.app import create_app
from api.background import Background
from api.clock import now
from api.services.dispatching import dispatch
from carriers.fake.sales import read_log
from data.store import ledger, manual_queue, outbox, purchases
from data.store.engines import reading
from tests.api.fake_desk import Desk, both_fixture, desk_fixture  # noqa: F401

STEPS = ["planned", "sending", "answered", "kept", "confirmed", "settled"]


class Died(BaseException):
    """The process is no more."""


def dying(desk: Desk, at: str) -> Any:
    """A process that dies when a purchase gets there."""

    def reached(step: str) -> None:
        if step == at:
            raise Died

    app = create_app(replace(desk.services, reached=reached))
    return app.test_client()


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_anywhere_leads_to_one_label(both: Desk, step: str) -> None:
    desk = both
    body, alive = desk.order(), desk.client
    desk.client = dying(desk, step)
    with pytest.raises(Died):
        desk.buy("k1", body)
    desk.client = alive
    waited = threading.Event()
    for _ in range(100):
        answer = desk.buy("k1", body)
        if answer.status_code == 201:
            break
        assert answer.status_code in (202, 409), answer.get_json()
        waited.wait(0.1)
    assert answer.status_code == 201
    (sale,) = desk.carrier.books.sales.values()
    assert answer.get_json()["tracking_number"] == sale.numbers[0]
    lines = money_of(desk, answer.get_json()["id"])
    assert [(line.kind, str(line.amount)) for line in lines] == [("charge", sale.amount)]


def money_of(desk: Desk, shipment: str) -> list[ledger.LedgerLine]:
    with reading(desk.services.storage.engine) as connection:
        return ledger.of_shipment(connection, shipment)


def test_an_answer_that_was_kept_is_read_without_asking_the_carrier(desk: Desk) -> None:
    body, alive = desk.order(), desk.client
    desk.client = dying(desk, "kept")
    with pytest.raises(Died):
        desk.buy("k1", body)
    desk.client = alive
    desk.carrier.chances.looking_kinds = ("error_500",)
    desk.carrier.chances.looking = 1.0  # whoever asks hears nothing
    assert desk.buy("k1", body).status_code == 201


def test_eight_at_once_with_one_key_buy_one_label(both: Desk) -> None:
    desk = both
    body = desk.order()
    statuses: Counter[int] = Counter()

    def press() -> None:
        statuses[desk.buy("k1", body).status_code] += 1

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert statuses[201] >= 1
    assert len(desk.carrier.books.sales) == 1
    assert len(desk.ask("/v1/shipments").get_json()["items"]) == 1


def test_the_request_is_kept_without_secrets_and_the_answer_as_it_came(desk: Desk) -> None:
    shipment = desk.buy("k1", desk.order()).get_json()["id"]
    order = desk.services.purchasing.book.order(owner_of(desk, shipment), shipment)
    assert order is not None
    (attempt,) = order.purchase.attempts
    assert attempt.request is not None
    assert b"X-Token" in attempt.request
    assert b"s3cret-canary" not in attempt.request
    assert attempt.our_ref.encode() in attempt.request
    assert attempt.answer_status == 201
    assert (attempt.answer_body or b"").startswith(b'{"id"')


def test_whoever_looks_while_it_is_confirmed_sees_all_of_it_or_nothing(
    both: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = both.buy("k1", both.order(reference="fake:lost")).headers["Location"]
    find, waited = purchases.find, [True]

    def confirmed_meanwhile(connection: Any, shipment: str) -> Any:
        if waited and waited.pop():
            both.reconcile_until(path, "confirmed")
        return find(connection, shipment)

    monkeypatch.setattr(purchases, "find", confirmed_meanwhile)
    seen = both.ask(path).get_json()
    assert (seen["state"], seen["tracking_number"] is None) == ("confirmed", False)


def owner_of(desk: Desk, shipment: str) -> str:
    with reading(desk.services.storage.engine) as connection:
        return outbox.of_subject(connection, shipment)[0].account_id


def test_what_happened_is_heard_once_and_money_comes_back_with_the_label(both: Desk) -> None:
    desk = both
    path = desk.buy("k1", desk.order(reference="fake:lost")).headers["Location"]
    shipment = path.rpartition("/")[2]
    desk.reconcile_until(path, "confirmed")
    desk.ask(path + "/cancel", method="POST")
    heard: list[str] = []

    class Ear:
        def hear(self, connection: Any, event: outbox.Event) -> None:
            assert event.subject == shipment
            heard.append(event.kind)

    engine = desk.services.storage.engine
    while dispatch(engine, (Ear(),), now):
        pass
    assert heard == ["shipment.unknown", "shipment.confirmed", "shipment.cancelled"]
    charge, void = money_of(desk, shipment)
    assert (charge.kind, void.kind, charge.amount) == ("charge", "void", void.amount)
    sold = [entry for kind, entry in read_log(desk.carrier.books._file) if kind == "sale"]
    assert str(charge.amount) == sold[0]["amount"]


def test_an_event_whose_hearer_fails_waits(desk: Desk) -> None:
    desk.buy("k1", desk.order())

    class Deaf:
        def hear(self, connection: Any, event: outbox.Event) -> None:
            raise RuntimeError("no")

    engine = desk.services.storage.engine
    with pytest.raises(RuntimeError):
        dispatch(engine, (Deaf(),), now)
    assert dispatch(engine, (), now) == 1


def test_one_process_of_several_does_the_background_work(both: Desk) -> None:
    desk = both
    done: list[str] = []

    def work(name: str) -> Background:
        def once() -> int:
            done.append(name)
            return 1

        return Background(lambda: desk.services.storage.engine, (once,), now)

    first, second = work("first"), work("second")
    assert [first.once(), second.once(), first.once()] == [1, 0, 1]
    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        assert second.once() == 1  # the first has died
    assert done == ["first", "first", "second"]
    second.stop()
    assert first.once() == 1  # the lease was given back


def test_the_background_thread_reconciles_by_itself(desk: Desk) -> None:
    path = desk.buy("k1", desk.order(reference="fake:lost")).headers["Location"]
    background = desk.services.background(every=0.05)
    background.start()
    waited = threading.Event()
    try:
        for _ in range(100):
            if desk.ask(path).get_json()["state"] == "confirmed":
                break
            waited.wait(0.05)
    finally:
        background.stop()
    assert desk.ask(path).get_json()["state"] == "confirmed"


def manual(desk: Desk) -> manual_queue.Task:
    path = desk.buy("k1", desk.order("blind", reference="fake:lost")).headers["Location"]
    desk.reconcile_until(path, "manual")
    with reading(desk.services.storage.engine) as connection:
        (task,) = manual_queue.open_tasks(connection)
    return task


def run(desk: Desk, *words: str) -> Any:
    runner = create_app(desk.services).test_cli_runner()
    return runner.invoke(args=["shipments", *words])


def test_a_person_says_that_it_was_bought(both: Desk) -> None:
    desk = both
    task = manual(desk)
    assert task.our_ref in run(desk, "manual", "list").output
    (sale,) = desk.carrier.books.sales.values()
    told = run(
        desk, "manual", "resolve", task.our_ref, "--bought", sale.id,
        "--tracking-number", sale.numbers[0], "--price", f"{sale.amount} EUR",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    shipment = desk.ask(f"/v1/shipments/{task.shipment_id}").get_json()
    assert (shipment["state"], shipment["tracking_number"]) == ("confirmed", sale.numbers[0])
    (line,) = money_of(desk, task.shipment_id)
    assert str(line.amount) == sale.amount
    assert "labels" in run(desk, "manual", "list").output  # they are still to be had
    done = run(desk, "manual", "resolve", task.our_ref, "--done", "printed at the carrier's site")
    assert done.exit_code == 0
    assert task.our_ref not in run(desk, "manual", "list").output


def test_a_person_says_that_it_was_not_bought(desk: Desk) -> None:
    task = manual(desk)
    assert run(desk, "manual", "resolve", task.our_ref).exit_code == 1
    assert run(desk, "manual", "resolve", "TWNONE", "--not-bought").exit_code == 1
    told = run(desk, "manual", "resolve", task.our_ref, "--not-bought")
    assert told.exit_code == 0, told.output
    assert desk.ask(f"/v1/shipments/{task.shipment_id}").get_json()["state"] == "absent"


def test_reconciling_by_hand_says_how_much_there_was(desk: Desk) -> None:
    desk.buy("k1", desk.order(reference="fake:lost"))
    threading.Event().wait(0.1)
    assert run(desk, "reconcile").output == "1 taken up\n"
