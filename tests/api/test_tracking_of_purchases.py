"""A label that is really bought is followed from the purchase to its end."""

from api.clock import now
from api.services.dispatching import dispatch
from data.store import trackings
from data.store.engines import reading
from tests.api.fake_desk import PARTY, QUOTE, Desk, both_fixture  # noqa: F401 - a fixture


def dispatched(desk: Desk) -> None:
    engine = desk.services.storage.engine
    dispatch(engine, (desk.services.following,), now)


def test_a_purchase_is_followed_asked_about_and_ended_when_it_is_given_back(both: Desk) -> None:
    desk = both
    consignee = {**PARTY, "email": "carla@buyer.example"}
    bought = desk.buy("k1", desk.order(quote={**QUOTE, "locale": "fr-FR"}, consignee=consignee))
    number = bought.get_json()["tracking_number"]
    dispatched(desk)
    with reading(desk.services.storage.engine) as connection:
        (stored,) = trackings.of_shipment(connection, bought.get_json()["id"])
    assert (stored.number, stored.locale, stored.recipient) == (number, "fr-FR", consignee["email"])
    assert stored.next_at is not None
    found = desk.ask(f"/v1/tracking/fake/{number}").get_json()
    assert (found["status"], found["shipment"]) == ("info_received", bought.get_json()["id"])
    page = desk.client.get(found["page"].removeprefix("http://localhost"))
    assert '<html lang="fr">' in page.text
    assert desk.ask(f"/v1/tracking/fake/{number}", account="b").status_code == 422

    assert desk.ask(bought.headers["Location"] + "/cancel", method="POST").status_code == 200
    dispatched(desk)
    found = desk.ask(f"/v1/tracking/fake/{number}").get_json()
    assert (found["status"], found["next_check_at"]) == ("cancelled", None)
    dispatched(desk)
    assert desk.services.polls.follow_due(now) == 0
