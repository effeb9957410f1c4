"""However often workers die, a batch ends with the bytes that it would have had."""

from typing import Any

from data.store import batches
from data.store.engines import reading
from tests.batches.killing import work_and_kill
from tests.batches.office import Office, office_fixture, small_office_fixture  # noqa: F401
from tests.batches.order_files import as_csv, rows

STEPS = [
    "reading", "read", "claimed", "written", "made", "collecting", "collects orders.zip",
    "collects manifest.csv", "collected", "done",
]  # fmt: skip
LIGHT: dict[str, Any] = {"kinds": ["packing_list"]}


class Died(BaseException):
    """The process is no more."""


def results(office: Office, batch: str) -> dict[str, str]:
    return {file["name"]: file["sha256"] for file in office.standing(batch)["files"]}


def test_a_worker_that_dies_at_each_step_leaves_the_same_bytes(office: Office) -> None:
    content = as_csv(rows(12))
    whole = results(office, office.worked(content, key="whole", **LIGHT)["id"])
    assert None not in whole.values()
    batch = office.hand_in(content, key="dying", **LIGHT).get_json()["id"]
    waiting = list(STEPS)

    def reached(step: str) -> None:
        if waiting and step == waiting[0]:
            waiting.pop(0)
            raise Died

    deaths = 0
    while office.standing(batch)["state"] != "done":
        working = office.services.batch_working(reached)
        try:
            working.work_on(batch)
        except Died:
            deaths += 1
            working.release()  # as the keeper does when it sees the death
    assert deaths >= len(STEPS) - 1
    assert results(office, batch) == whole
    leftovers = list(office.settings.batch_dir.rglob(".*"))
    assert leftovers == []


def test_workers_that_are_killed_end_with_the_same_zip(office: Office) -> None:
    content = as_csv(rows(60))
    kinds = {"kinds": ["commercial_invoice", "packing_list"]}
    whole = results(office, office.worked(content, key="whole", **kinds)["id"])
    batch = office.hand_in(content, key="killed", **kinds).get_json()["id"]
    killed = work_and_kill(office.settings, batch, kills=5, seed=88213)
    standing = office.standing(batch)
    assert standing["state"] == "done"
    assert standing["progress"]["made"] == 60
    assert killed >= 5
    assert results(office, batch) == whole


def test_papers_that_the_disk_lost_are_made_again(small_office: Office) -> None:
    office = small_office
    content = as_csv(rows(3))
    whole = results(office, office.worked(content, key="whole", **LIGHT)["id"])
    batch = office.hand_in(content, key="lost", **LIGHT).get_json()["id"]
    working = office.services.batch_working()
    while office.standing(batch)["state"] != "collecting":
        assert working.step(batch)
    papers = sorted(office.settings.batch_dir.rglob("papers/*/*.pdf"))
    assert len(papers) == 3
    papers[0].unlink()
    papers[1].write_bytes(papers[1].read_bytes()[:100])
    working.work_on(batch)
    assert results(office, batch) == whole


def test_two_workers_share_a_batch_and_make_nothing_twice(office: Office) -> None:
    batch = office.hand_in(as_csv(rows(25)), **LIGHT).get_json()["id"]
    first, second = (office.services.batch_working() for _ in range(2))
    first.step(batch)
    for _ in range(10):
        first.step(batch)
        second.step(batch)
    with reading(office.services.storage.engine) as connection:
        found = list(batches.every_order(connection, batch))
    assert {order.tries for order in found} == {1}
    assert office.standing(batch)["state"] == "done"


def test_an_order_that_ends_every_process_is_given_up_alone(small_office: Office) -> None:
    office = small_office
    batch = office.hand_in(as_csv(rows(12)), **LIGHT).get_json()["id"]
    office.services.batch_working().step(batch)
    for _ in range(200):
        working = office.services.batch_working()
        make = working._made

        def dying(batch: Any, order: Any, make: Any = make) -> Any:
            if order.reference == "SO-00004" and order.tries < 15:
                raise Died
            return make(batch, order)

        working._made = dying  # type: ignore[method-assign]
        try:
            if not working.step(batch):
                break
        except Died:
            working.release()
    standing = office.standing(batch)
    assert standing["state"] == "done"
    assert (standing["progress"]["made"], standing["progress"]["refused"]) == (11, 1)
    assert [error["code"] for error in standing["errors"]] == ["internal-error"]


def test_three_hundred_orders_are_made_by_two_processes(small_office: Office) -> None:
    content = as_csv(rows(300))
    kinds = {"kinds": ["commercial_invoice", "packing_list"]}
    batch = small_office.hand_in(content, **kinds).get_json()["id"]
    work_and_kill(small_office.settings, batch, kills=0, seed=1)
    standing = small_office.standing(batch)
    assert standing["state"] == "done"
    assert standing["progress"]["made"] == 300
    assert len(small_office.archive(batch).namelist()) == 602
