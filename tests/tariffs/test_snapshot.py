import dataclasses
import os
import threading
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.schedule import Measure, Programme, Rate, Role, Schedule
from tariffs.snapshot import (
    NoSnapshotError,
    ScheduleContents,
    ScheduleVersion,
    Snapshot,
    SnapshotContents,
    SnapshotError,
    Snapshots,
    UnknownDocumentError,
    compile_snapshot,
    versions,
)
from tariffs.snapshot.flattening import flatten

TARIFF = Law("T-1", "The Tariff Act", "https://example.org/t1")
REMEDY = Law("R-2", "The Remedies Act")
LAWS = {law.id: law for law in (TARIFF, REMEDY)}
FIRST = date(2021, 1, 1)
LATER = date(2026, 7, 1)


def row(code, expression, programme="third_country", since=FIRST, **more):
    return ScheduleRow(code, programme, expression, None, since, "T-1", **more)


def version(*rows, as_of=date(2026, 1, 1), complete=True):
    return ScheduleVersion(as_of, complete, lambda: iter(rows), LAWS)


def schedule(*parts, territory="GB", codes=(), measures=()):
    """A schedule of one version when rows are given, or of the versions given."""
    given = parts if parts and isinstance(parts[0], ScheduleVersion) else [version(*parts)]
    return ScheduleContents(
        territory=territory,
        source="invented",
        publisher="Nobody",
        licence="CC0-1.0",
        checked_on=date(2026, 11, 22),
        completeness="full",
        versions=given,
        codes=lambda: codes,
        measures=measures,
    )


@pytest.fixture
def compiled(tmp_path):
    """Compiles contents and opens the result."""

    def compile_and_open(*schedules, **more):
        version = compile_snapshot(tmp_path, SnapshotContents(schedules=schedules, **more))
        return Snapshot.open(tmp_path / f"{version}.sqlite")

    return compile_and_open


def third_country(commodities, on):
    return {
        commodity.code: sorted(rate.expression for rate in commodity.rates if rate.applies(on))
        for commodity in commodities
    }


# Codes


def test_a_shorter_code_gives_every_commodity_beneath_it(compiled):
    rows = [row("6109100010", "12%"), row("6109100090", "12%"), row("6110200000", "10%")]
    found: Schedule | None = compiled(schedule(*rows)).schedule("GB")
    assert [commodity.code for commodity in found.find("6109")] == ["6109100010", "6109100090"]
    assert [commodity.code for commodity in found.find("610910")] == ["6109100010", "6109100090"]
    assert len(found.find("61")) == 3


def test_a_full_code_gives_one_commodity_with_its_ancestors(compiled):
    (commodity,) = compiled(schedule(row("6109100010", "12%"))).schedule("GB").find("6109100010")
    assert commodity.ancestors == ("61", "6109", "610910", "61091000")
    assert commodity.rates == (Rate(Programme.THIRD_COUNTRY, "12%", FIRST, None, TARIFF),)


def test_a_longer_code_gives_the_commodity_it_extends(compiled):
    rows = [row("61091000", "12%"), row("850440", "0%")]
    found = compiled(schedule(*rows)).schedule("GB")
    assert [commodity.code for commodity in found.find("6109100010")] == ["6109100000"]
    assert [commodity.code for commodity in found.find("61091000109999")] == ["6109100000"]
    assert [commodity.code for commodity in found.find("85044030")] == ["8504400000"]


def test_a_full_code_beside_declarable_ones_is_not_taken_for_their_neighbour(compiled):
    found = compiled(schedule(row("6109100000", "12%"))).schedule("GB")
    assert found.find("6109100050") == ()


def test_a_heading_filled_with_zeros_stands_for_everything_beneath_it(compiled):
    rows = [row("6109100010", "12%"), row("6109100090", "12%")]
    found = compiled(schedule(*rows)).schedule("GB")
    assert found.find("6109000000") == found.find("6109")


@pytest.mark.parametrize("code", ["7", "710", "9999999999", "", "6x", "-1", "６１０９１０", "6_1"])
def test_an_unknown_code_gives_nothing(compiled, code):
    found = compiled(schedule(row("6109100010", "12%"))).schedule("GB")
    assert found.find(code) == ()


def test_a_line_of_eight_digits_is_declared_with_two_zeros(compiled):
    found = compiled(schedule(row("61091000", "12%"))).schedule("GB")
    assert [commodity.code for commodity in found.find("61091000")] == ["6109100000"]


def test_declarable_codes_are_listed_without_decoding_them(compiled):
    rows = [row("61091000", "12%"), row("61102000", "12%")]
    found = compiled(schedule(*rows, codes=["6109100004", "6109100007"])).schedule("GB")
    assert found.codes("6109") == ["6109100004", "6109100007"]
    assert found.codes(limit=1) == ["6109100004"]
    assert found.codes("6109x") == []


def test_territories_do_not_see_each_others_codes(compiled):
    snapshot = compiled(
        schedule(row("6109100010", "12%")), schedule(row("6109100010", "16%"), territory="US")
    )
    assert snapshot.schedule("GB").find("6109100010")[0].rates[0].expression == "12%"
    assert snapshot.schedule("US").find("6109100010")[0].rates[0].expression == "16%"
    assert snapshot.schedule("NO") is None


# Inheritance


def test_a_line_gives_its_rate_to_every_statistical_code(compiled):
    codes = ["6109100004", "6109100007"]
    found = compiled(schedule(row("61091000", "16.5%"), codes=codes)).schedule("GB").find("6109")
    assert third_country(found, LATER) == {code: ["16.5%"] for code in codes}


def test_a_more_specific_row_of_the_same_origins_takes_the_place_of_a_broader_one(compiled):
    found = (
        compiled(
            schedule(
                row("6109", "12%"),
                row("6109", "0%", "preference", origins=("JP",)),
                row("61091000", "9%"),
                row("61091000", "1%", "preference", origins=("KR",)),
                row("61099000", "7%"),
            )
        )
        .schedule("GB")
        .find("6109")
    )
    assert third_country(found, LATER) == {
        "6109100000": ["0%", "1%", "9%"],
        "6109900000": ["0%", "7%"],
    }


def test_a_broader_rate_comes_back_when_the_more_specific_one_ends(compiled):
    rows = [
        row("6109", "12%"),
        row("61091000", "5%", since=date(2024, 1, 1), until=date(2025, 1, 1)),
    ]
    found = compiled(schedule(*rows)).schedule("GB").find("61091000")
    before, first_day, last_day, after = (
        third_country(found, day)["6109100000"]
        for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1))
    )
    assert (before, first_day, last_day, after) == (["12%"], ["5%"], ["5%"], ["12%"])


def test_alternatives_of_one_code_stay_side_by_side(compiled):
    found = compiled(schedule(row("61091000", "9%"), row("61091000", "12%"))).schedule("GB")
    assert third_country(found.find("6109"), LATER) == {"6109100000": ["12%", "9%"]}


def test_a_parent_written_with_ten_digits_is_no_commodity_of_its_own(compiled):
    rows = [row("6109000000", "12%"), row("6109100010", "3%"), row("6109900090", "5%", "vat")]
    found = compiled(schedule(*rows)).schedule("GB").find("61")
    assert third_country(found, LATER) == {"6109100010": ["3%"], "6109900090": ["12%", "5%"]}


def test_every_validity_row_is_kept(compiled):
    ended = row("6109100010", "12%", until=date(2024, 1, 1))
    begun = row("6109100010", "8%", since=date(2024, 1, 1))
    found = compiled(schedule(begun, ended)).schedule("GB").find("6109100010")
    assert third_country(found, date(2023, 12, 31)) == {"6109100010": ["12%"]}
    assert third_country(found, date(2024, 1, 1)) == {"6109100010": ["8%"]}
    assert third_country(found, date(2020, 12, 31)) == {"6109100010": []}


# Versions


def test_a_newer_complete_version_ends_the_older_rows_on_its_day(compiled):
    older = version(row("6109100010", "12%"), row("6110200000", "4%"))
    newer = version(row("6109100010", "8%", since=LATER), as_of=LATER)
    found = compiled(schedule(newer, older)).schedule("GB").find("61")
    before, first_day = date(2026, 6, 30), LATER
    assert third_country(found, before) == {"6109100010": ["12%"], "6110200000": ["4%"]}
    assert third_country(found, first_day) == {"6109100010": ["8%"], "6110200000": []}


def test_a_partial_version_ends_only_the_codes_it_contains(compiled):
    older = version(
        row("61091000", "12%"), row("61091000", "0%", "suspension"), row("61102000", "4%")
    )
    newer = version(row("6109100000", "8%", since=LATER), as_of=LATER, complete=False)
    found = compiled(schedule(older, newer)).schedule("GB").find("61")
    assert third_country(found, date(2026, 6, 30)) == {
        "6109100000": ["0%", "12%"],
        "6110200000": ["4%"],
    }
    assert third_country(found, LATER) == {"6109100000": ["8%"], "6110200000": ["4%"]}


def test_a_newer_row_that_knows_when_it_began_does_not_count_twice_before_it_was_read(compiled):
    older = version(row("6109100010", "12%"))
    newer = version(row("6109100010", "8%"), as_of=LATER)
    found = compiled(schedule(older, newer)).schedule("GB").find("61")
    assert third_country(found, date(2025, 1, 1)) == {"6109100010": ["8%"]}


def test_a_status_says_what_a_schedule_is_made_of(compiled):
    older = version(row("6109100010", "12%"), row("6109100010", "0%", "vat"))
    newer = version(row("6110200000", "8%"), as_of=LATER, complete=False)
    snapshot = compiled(schedule(older, newer))
    (status,) = snapshot.statuses()
    assert status == snapshot.schedule("GB").status
    assert (status.territory, status.source, status.as_of) == ("GB", "invented", older.as_of)
    assert (status.rows, status.codes, status.checked_on) == (3, 2, date(2026, 11, 22))
    assert status.version


DAYS = [date(2020 + year, 1, 1) for year in range(7)]
ENDS = [*DAYS, None]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["61", "6109", "610910", "61091000", "6109100010"]),
            st.sampled_from(range(6)),
            st.sampled_from(range(8)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_on_every_day_the_most_specific_row_in_force_answers(written):
    rows = [
        row(code, f"{number}%", since=DAYS[since], until=ENDS[until])
        for number, (code, since, until) in enumerate(written)
        if until > since
    ]
    (flat,) = flatten(schedule(*rows, codes=["6109100010"]))
    for day in DAYS:
        in_force = [r for r in rows if r.since <= day and (r.until is None or day < r.until)]
        longest = max((len(r.code) for r in in_force), default=0)
        expected = sorted(r.expression for r in in_force if len(r.code) == longest)
        kept = [r for r, _ in flat.rows if r.since <= day and (r.until is None or day < r.until)]
        assert sorted(r.expression for r in kept) == expected


# Measures


def measure(heading, **more):
    known = {
        "programme": "remedy",
        "name": heading,
        "role": Role.ADD,
        "expression": "25%",
        "law": REMEDY,
        "since": FIRST,
    }
    return Measure(heading, **{**known, **more})


def test_a_measure_covers_the_goods_it_lists_and_not_those_it_excepts(compiled):
    measures = [
        measure("9901", goods=("6109", "85"), except_goods=("61099000",)),
        measure("9902"),
        measure("9903", except_goods=("61",)),
    ]
    rows = [row("61091000", "12%"), row("61099000", "12%"), row("72011000", "0%")]
    found = compiled(schedule(*rows, measures=measures)).schedule("GB")
    assert {
        commodity.code[:8]: [covering.heading for covering in commodity.measures]
        for chapter in ("61", "72")
        for commodity in found.find(chapter)
    } == {
        "61091000": ["9901", "9902"],
        "61099000": ["9902"],
        "72011000": ["9902", "9903"],
    }


def test_a_measure_comes_back_as_it_went_in_and_is_one_object_for_all_codes(compiled):
    samples = {
        "str": "x",
        "str | None": "y",
        "int": 7,
        "bool": False,
        "date": FIRST,
        "date | None": LATER,
        "Role": Role.TOP_UP,
        "Law": REMEDY,
        "Confidence": "secondary",
    }
    fields = dataclasses.fields(Measure)
    full = Measure(**{f.name: _sample(f.type, samples) for f in fields})
    full = dataclasses.replace(full, goods=("61",), except_goods=())
    assert [f.name for f in fields if getattr(full, f.name) == f.default] == ["except_goods"]
    rows = [row("61091000", "12%"), row("61099000", "12%")]
    one, other = compiled(schedule(*rows, measures=[full])).schedule("GB").find("6109")
    assert one.measures == (full,)
    assert one.measures[0] is other.measures[0]


def _sample(hint, samples):
    text = hint if isinstance(hint, str) else str(hint)
    name = getattr(hint, "__name__", text)
    for key in (text, name, text.replace("datetime.", "")):
        if key in samples:
            return samples[key]
    if "tuple" in text:
        return ("US",)
    return "secondary"


def test_a_rate_comes_back_with_every_field_it_has(compiled):
    full = row(
        "6109100010",
        "12% + 3 EUR / kg",
        "preferential_quota",
        until=LATER,
        origins=("JP", "1013"),
        excluded_origins=("KR",),
        unit="kg",
        order_number="09.0001",
        additional_code="A999",
        confidence="unconfirmed",
    )
    (commodity,) = compiled(schedule(full)).schedule("GB").find("6109")
    (rate,) = commodity.rates
    for field in dataclasses.fields(Rate):
        expected = TARIFF if field.name == "law" else getattr(full, field.name)
        assert getattr(rate, field.name) == expected != field.default


# Documents and exchange rates


def test_a_document_comes_back_in_the_order_it_was_written(compiled):
    document = {"taxes": {"VAT": {"rates": ["20%"]}, "EXCISE": None}, "a": [1, True]}
    snapshot = compiled(documents={"territories/GB": document, "vocabulary": []})
    assert snapshot.document("territories/GB") == document
    assert list(snapshot.document("territories/GB")["taxes"]) == ["VAT", "EXCISE"]
    assert snapshot.document("territories/GB") is snapshot.document("territories/GB")
    assert snapshot.documents("territories/") == ("territories/GB",)


def test_a_document_that_nobody_compiled_is_an_error_with_its_name(compiled):
    with pytest.raises(UnknownDocumentError, match="territories/XX"):
        compiled().document("territories/XX")


def test_the_rates_of_a_day_are_those_of_the_last_row_on_or_before_it(compiled):
    rows = [(date(2026, 1, 5), {"USD": Decimal("1.10")}), (date(2026, 1, 2), {"USD": Decimal(1)})]
    other = [(date(2026, 1, 3), {"USD": Decimal(9)})]
    snapshot = compiled(exchange_rates={"ECB": rows, "ECC": other, "EC": other})
    assert snapshot.rate_row("ECB", date(2026, 1, 1)) is None
    assert snapshot.rate_row("ECB", date(2026, 1, 2)) == (date(2026, 1, 2), {"USD": "1"})
    assert snapshot.rate_row("ECB", date(2026, 1, 4)) == (date(2026, 1, 2), {"USD": "1"})
    assert snapshot.rate_row("ECB", date(2026, 9, 9)) == (date(2026, 1, 5), {"USD": "1.10"})
    assert snapshot.rate_row("HMRC", date(2026, 9, 9)) is None


def test_a_memo_computes_once_and_stays_small(compiled):
    memo, computed = type(compiled().memo)(size=2), []
    for key in ("a", "a", "b", "c", "a"):
        assert memo.get(key, lambda key=key: computed.append(key) or key.upper()) == key.upper()
    assert computed == ["a", "b", "c", "a"]


# What cannot be kept


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (schedule(row("6109100010", "12%", "tax")), "no programme is called 'tax'"),
        (schedule(row("61.09", "12%")), "not a code"),
        (schedule(ScheduleRow("6109", "vat", "20%", None, FIRST, "X-9")), "no law 'X-9'"),
        (dataclasses.replace(schedule(), versions=[]), "without a version"),
    ],
)
def test_rows_that_say_something_unknown_are_refused_and_nothing_changes(tmp_path, wrong, reason):
    good = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    with pytest.raises(SnapshotError, match=reason):
        compile_snapshot(tmp_path, SnapshotContents([wrong]))
    assert Snapshots(tmp_path).current().version == good
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", f"{good}.sqlite"]


def test_two_schedules_of_one_territory_are_refused(tmp_path):
    twice = SnapshotContents([schedule(row("6109", "1%")), schedule(row("6109", "2%"))])
    with pytest.raises(SnapshotError, match="two schedules for GB"):
        compile_snapshot(tmp_path, twice)


def test_a_document_with_a_decimal_is_refused_by_name(tmp_path):
    with pytest.raises(SnapshotError, match="territories/GB"):
        compile_snapshot(tmp_path, SnapshotContents(documents={"territories/GB": Decimal(1)}))


def test_a_feed_may_make_a_law_of_any_regulation_it_cites(compiled):
    class Acts(dict):
        def __missing__(self, code):
            return Law(code, f"Legal act {code}")

    feed = ScheduleVersion(FIRST, True, lambda: [row("6109", "1%")], Acts())
    (commodity,) = compiled(schedule(feed)).schedule("GB").find("6109")
    assert commodity.rates[0].law == Law("T-1", "Legal act T-1")


def test_two_laws_of_one_id_are_kept_apart(compiled):
    other = Law("T-1", "Another Tariff Act")
    us = dataclasses.replace(
        schedule(territory="US", codes=()),
        versions=[ScheduleVersion(FIRST, True, lambda: [row("6109", "1%")], {"T-1": other})],
    )
    snapshot = compiled(schedule(row("6109", "1%")), us)
    assert snapshot.schedule("GB").find("6109")[0].rates[0].law == TARIFF
    assert snapshot.schedule("US").find("6109")[0].rates[0].law == other


# Versions of the file


def test_the_same_facts_give_the_same_version_and_the_same_bytes(tmp_path):
    rows = [row("6109100010", "12%"), row("6110200000", "4%"), row("6110200000", "0%", "vat")]
    us = schedule(row("6109", "1%"), territory="US")
    one = SnapshotContents([schedule(*rows), us], {"a": 1, "b": 2})
    other = SnapshotContents([us, schedule(*reversed(rows))], {"b": 2, "a": 1})
    made = compile_snapshot(tmp_path / "x", one)
    assert compile_snapshot(tmp_path / "y", other) == made
    assert (tmp_path / "x" / f"{made}.sqlite").read_bytes() == (
        tmp_path / "y" / f"{made}.sqlite"
    ).read_bytes()


def test_any_change_of_facts_gives_another_version(tmp_path):
    gb = schedule(row("6109", "1%"))
    changed = [
        SnapshotContents([gb]),
        SnapshotContents([schedule(row("6109", "2%"))]),
        SnapshotContents([dataclasses.replace(gb, note="read again")]),
        SnapshotContents([dataclasses.replace(gb, measures=[measure("9901")])]),
        SnapshotContents([gb], {"a": 1}),
        SnapshotContents([gb], {}, {"ECB": [(FIRST, {"USD": Decimal(1)})]}),
    ]
    assert len({compile_snapshot(tmp_path, contents) for contents in changed}) == len(changed)


def test_a_new_version_is_seen_and_the_old_one_goes_on_answering(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "_SECONDS_BETWEEN_LOOKS", 0.0)
    first = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    snapshots = Snapshots(tmp_path)
    old = snapshots.current()
    second = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "2%"))]))
    assert snapshots.current().version == second
    assert snapshots.current() is snapshots.current()
    assert old.version == first
    assert old.schedule("GB").find("6109")[0].rates[0].expression == "1%"


def test_the_pointer_is_not_looked_at_more_than_once_a_second(tmp_path):
    first = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    snapshots = Snapshots(tmp_path)
    assert snapshots.current().version == first
    compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "2%"))]))
    assert snapshots.current().version == first


def test_an_older_version_can_be_opened_for_a_replay(tmp_path):
    first = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    second = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "2%"))]))
    snapshots = Snapshots(tmp_path)
    assert snapshots.version(first).schedule("GB").find("6109")[0].rates[0].expression == "1%"
    assert snapshots.version(second).version == second
    assert snapshots.versions() == tuple(sorted((first, second)))


@pytest.mark.parametrize("version", ["0123456789ab", "../../etc/passwd", "", "CURRENT"])
def test_a_version_that_is_not_here_is_said_clearly(tmp_path, version):
    with pytest.raises(NoSnapshotError):
        Snapshots(tmp_path).version(version)


def test_a_folder_without_a_snapshot_says_so(tmp_path):
    with pytest.raises(NoSnapshotError, match="no snapshot was compiled"):
        Snapshots(tmp_path).current()


def test_a_pointer_to_a_broken_file_does_not_stop_the_service(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(versions, "_SECONDS_BETWEEN_LOOKS", 0.0)
    good = compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    snapshots = Snapshots(tmp_path)
    snapshots.current()
    (tmp_path / "aaaaaaaaaaaa.sqlite").write_bytes(b"no database at all" * 100)
    (tmp_path / "CURRENT").write_text("aaaaaaaaaaaa\n")
    assert snapshots.current().version == good
    assert "keeping snapshot" in caplog.text
    with pytest.raises(SnapshotError, match="not a snapshot"):
        Snapshots(tmp_path).current()


def test_a_file_of_another_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tariffs.snapshot.compiling.FORMAT", 999)
    made = compile_snapshot(tmp_path, SnapshotContents())
    with pytest.raises(SnapshotError, match="has format 999"):
        Snapshot.open(tmp_path / f"{made}.sqlite")


def test_threads_find_the_same_while_versions_change(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "_SECONDS_BETWEEN_LOOKS", 0.0)
    codes = [f"61091000{n:02d}" for n in range(10, 60)]

    def contents(expression):
        return SnapshotContents([schedule(*[row(code, expression) for code in codes])])

    compile_snapshot(tmp_path, contents("0%"))
    snapshots, wrong, stop = Snapshots(tmp_path), [], threading.Event()

    def ask():
        while not stop.is_set():
            snapshot = snapshots.current()
            found = {
                commodity.rates[0].expression
                for code in codes
                for commodity in snapshot.schedule("GB").find(code)
            }
            if len(found) != 1:
                wrong.append((snapshot.version, found))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    last = [compile_snapshot(tmp_path, contents(f"{n}%")) for n in range(1, 12)][-1]
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert snapshots.current().version == last


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_opens_the_file_for_itself(tmp_path):
    compile_snapshot(tmp_path, SnapshotContents([schedule(row("6109", "1%"))]))
    snapshots = Snapshots(tmp_path)
    before = snapshots.current()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # the parent judges what the child found
        mine = snapshots.current()
        told = mine is not before and mine.schedule("GB").find("6109")[0].rates[0].expression
        os.write(writer, str(told).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"1%"
