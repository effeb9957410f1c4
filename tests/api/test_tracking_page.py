"""The public page says where a parcel is and what to do, to whoever has its address and no more."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from api.web.rendering import stylesheet
from api.web.tracking_page import carriers_words, steps
from api.web.words import LANGUAGES, words
from carriers import Event, Meaning
from carriers.tracking import ACTORS, STAGES, STATUSES, reasons
from data.store.notices import Wish
from data.store.trackings import StoredTracking
from tests.api.tracking_carrier import (  # noqa: F401 - fixtures
    DAY,
    app_fixture,
    clock_fixture,
    desk_fixture,
    event,
    quiet_desk_fixture,
    shipment,
    work,
    world_fixture,
)


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def page_of(ask, client):
    """The page of a parcel, as somebody without a key sees it."""

    def page_of(number="GH1", **headers):
        url = ask(f"/v1/tracking/ghost/{number}").get_json()["page"]
        return client.get(url.removeprefix("http://localhost"), headers=headers)

    return page_of


@pytest.fixture
def at_customs(world):
    world.knows(
        "GH1",
        event("PU", 7, city="Shenzhen"),
        event("TAX", 9, city="Leipzig", words="Held <b>until</b> paid"),
    )


def test_the_page_says_where_the_parcel_is_and_what_to_do(at_customs, page_of):
    answer = page_of()
    assert answer.status_code == 200
    page = Page(answer.get_data(as_text=True))
    for said in (
        "At import customs",
        "Duty and tax have not been paid yet.",
        "What you can do",
        "Pay the duty and tax",
        "Held <b>until</b> paid",
        "Leipzig, Germany",
        "Ghost Parcels",
        "GH1",
    ):
        assert said in page.text
    current = [attrs for attrs in page.all("li") if attrs.get("aria-current") == "step"]
    assert len(current) == 1


def test_nothing_runs_and_nothing_is_fetched_from_anywhere(at_customs, page_of):
    answer = page_of()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    page = Page(answer.get_data(as_text=True))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "link", "iframe", "form"})
    assert not any(
        name.startswith("on") or name == "style" for _, attrs in page.tags for name in attrs
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_style_of_the_page_is_the_one_that_its_policy_allows(at_customs, page_of):
    answer = page_of()
    (style,) = re.findall(r"<style>(.*?)</style>", answer.get_data(as_text=True), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_no_machine_indexes_it_and_nobody_keeps_it(at_customs, page_of):
    answer = page_of()
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    names = {attrs.get("name"): attrs.get("content") for attrs in Page(answer.text).all("meta")}
    assert "noindex" in names["robots"]


def test_the_structure_can_be_heard_as_well_as_seen(at_customs, page_of):
    page = Page(page_of().text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {attrs["aria-labelledby"] for attrs in page.all("section")} <= ids
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - one <= 1 for one, later in pairwise(levels))
    assert all("datetime" in attrs for attrs in page.all("time"))
    assert all("lang" in attrs for attrs in page.all("a"))


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "de-CH,fr;q=0.5", "de"),
        ("", "it, es;q=0.4, fr;q=0.7", "fr"),
        ("", "it", "en"),
        ("?lang=es", "de", "es"),
        ("?lang=xx", "de", "de"),
    ],
)
def test_the_language_is_the_readers(at_customs, ask, client, query, accepted, language):
    url = ask("/v1/tracking/ghost/GH1").get_json()["page"].removeprefix("http://localhost")
    answer = client.get(url + query, headers={"Accept-Language": accepted})
    assert Page(answer.text).all("html") == [{"lang": language}]
    assert answer.headers["Vary"] == "Accept-Language"


def test_without_a_wish_of_the_reader_it_is_the_language_of_the_shipment(
    desk, page_of, world, clock
):
    shipment(desk, country="FR")
    assert Page(page_of().text).all("html") == [{"lang": "fr"}]


def test_no_name_and_no_address_stands_on_the_page(desk, page_of, world, clock):
    shipment(desk)
    world.knows("GH1", event("OK", 13, city="Berlin", words="Delivered - Signed by CARLA MUSTER"))
    clock.go(hours=8)
    work(desk)
    html = page_of().text
    assert "Zugestellt" in html
    assert "Berlin" in html
    for private in ("CARLA", "Carla", "buyer.example", "10115", "sh_1"):
        assert private not in html


def test_the_seller_is_named_when_it_wants_to_be(desk, at_customs, page_of):
    desk.notices.put_wish(Wish("anna", False, (), "Anna's <Shop>", None, DAY))
    assert "Anna&#39;s &lt;Shop&gt;" in page_of().text


def test_an_address_that_leads_nowhere_is_a_page_too(client):
    answer = client.get("/track/x", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Seite nicht gefunden" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_the_parcels_of_a_shipment_lead_to_each_other(desk, page_of, world, clock):
    shipment(desk, "GH1", labels=("GH1", "GH2"))
    page = Page(page_of().text)
    assert "2 Pakete" in page.text
    links = [attrs["href"] for attrs in page.all("a") if attrs["href"].startswith("/track/")]
    assert len(links) == 1


def states(status, stage=None, *seen):
    tracking = StoredTracking("t", "a", "c", "n", "p", DAY, status=status, stage=stage)
    events = [Event(DAY, "X", Meaning(*each)) for each in seen]
    return [(step.name, step.state) for step in steps(tracking, events)]


def test_steps_go_from_the_announcement_to_the_door():
    assert states("created") == [
        ("announced", "current"),
        ("underway", "ahead"),
        ("customs", "ahead"),
        ("last_mile", "ahead"),
        ("delivered", "ahead"),
    ]
    assert states("in_transit", "import_customs")[2] == ("customs", "current")
    assert states("customs", "export_customs")[1] == ("underway", "current")
    assert {state for _, state in states("delivered", "last_mile")} == {"done"}


def test_a_parcel_that_never_met_customs_has_no_such_step():
    assert "customs" not in dict(states("out_for_delivery", "last_mile"))
    seen = states("out_for_delivery", "last_mile", ("customs", "import_customs"))
    assert dict(seen)["customs"] == "done"


def test_a_parcel_that_goes_back_has_other_steps():
    assert [name for name, _ in states("returning")] == [
        "announced",
        "underway",
        "returning",
        "returned",
    ]
    assert {state for _, state in states("returned")} == {"done"}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("stage", [None, *STAGES])
def test_every_status_has_its_step(status, stage):
    assert [state for _, state in states(status, stage)].count("current") <= 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Delivered, signed by MUSTER", "Delivered"),
        ("Arrived. Signature: C MUSTER", "Arrived"),
        ("Received by: MUSTER at the desk", ""),
        ("Received at the depot", "Received at the depot"),
    ],
)
def test_who_took_a_parcel_is_left_out_of_the_carriers_words(said, shown):
    assert carriers_words(Event(DAY, "X", None, said)) == shown


def flat(said, at=""):
    for name, found in said.items():
        yield from flat(found, f"{at}{name}.") if isinstance(found, dict) else [at + name]


def test_every_language_has_the_same_words_and_all_of_them():
    english = set(flat(words("en").said))
    assert all(set(flat(words(language).said)) == english for language in LANGUAGES)
    assert set(words("en").said["status"]) == set(STATUSES)
    assert set(words("en").said["stage"]) == set(STAGES)
    assert set(words("en").said["reason"]) == set(reasons())
    assert set(ACTORS) <= set(words("en").said["advice"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language):
    def gaps(said):
        return {
            name: sorted(re.findall(r"{(\w+)}", found)) if isinstance(found, str) else gaps(found)
            for name, found in said.items()
        }

    assert gaps(words(language).said) == gaps(words("en").said)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("ink", "card"),
        ("ink", "paper"),
        ("ink", "warn-card"),
        ("soft", "card"),
        ("soft", "paper"),
        ("soft", "warn-card"),
        ("accent", "card"),
        ("accent", "paper"),
        ("warn", "warn-card"),
    ],
)
def test_what_is_written_can_be_read(theme, ink, paper):
    style, _ = stylesheet("tracking.css")
    roots = re.findall(r":root {(.*?)}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[theme]))
    light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
