"""Who is found, who is not, and what the score says about it. All names are invented."""

import os
import time
from datetime import UTC, date, datetime
from random import Random

import pytest

from customs.screening.likeness import likeness
from customs.screening.matching import Party, screen_party
from customs.screening.normalise import Word, normal_number, normalise
from customs.screening.policy import Policy
from customs.screening.snapshot import ListSnapshots, ListVersion, compile_lists
from data.loading.screening import load_screening
from data.model.listed_parties import BirthDays, Identifier, ListedName, ListedParty
from tests.screening_bench.measuring import found_scores, invented_lists, share, top_scores
from tests.screening_bench.names import invent

FORMS = load_screening().legal_forms
ON = date(2026, 11, 24)
MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
ENTRIES = [
    ListedParty(
        "DEMO-A",
        "1",
        "person",
        (ListedName("ZHUKHARBINSKIY, Yevgeniy Stepanovich"), ListedName("THE BADGER", "weak")),
        births=(BirthDays(date(1970, 12, 5), date(1970, 12, 5)),),
        countries=("RU",),
        identifiers=(Identifier("Passport", "ZZ-123456", "RU"), Identifier("Tax ID", "12", "RU")),
        programmes=("DEMO",),
    ),
    ListedParty("DEMO-A", "2", "entity", (ListedName("ROSOBORONWIDGET OJSC"),), countries=("RU",)),
    ListedParty("DEMO-A", "3", "vessel", (ListedName("UNSEEN TERN"),)),
    ListedParty(
        "DEMO-B", "4", "entity", (ListedName("QUAGGA TRADING COMPANY"),), until=date(2025, 1, 1)
    ),
    ListedParty("DEMO-B", "5", "person", (ListedName("AL-MUQRAFI, Muhammad Husayn"),)),
    ListedParty("DEMO-B", "6", "person", (ListedName("OUYANG, Xiaoming"),)),
]


def compiled(folder, entries=ENTRIES, sha="0" * 64):
    about = ListVersion("DEMO-A", "Nobody", "A list", ON, sha, MOMENT, len(entries), len(entries))
    return compile_lists(folder, [about], entries, FORMS)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    # Among many others, so that rare words are told from common ones.
    folder = tmp_path_factory.mktemp("lists")
    others = [
        ListedParty("DEMO-C", str(at), name.kind, (ListedName(name.listed),))
        for at, name in enumerate(invent(5, 400))
    ]
    compiled(folder, [*ENTRIES, *others])
    return ListSnapshots(folder).current()


@pytest.fixture
def screen(held):
    def screened(name, policy=None, **known):
        return screen_party(Party(name, **known), held, ON, policy or Policy())

    return screened


def best(screened, entry):
    return max(
        (
            each.score
            for each in screened.candidates
            if each.entry.id == entry and each.entry.list != "DEMO-C"
        ),
        default=0,
    )


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("Yevgeniy Zhukharbinskiy", "1"),
        ("zhukharbinskiy yevgeniy stepanovich", "1"),
        ("Евгений Жухарбинский", "1"),
        ("Jewgenij Schucharbinskij", "1"),
        ("Evgueni Joukharbinski", "1"),
        ("Y. Zhukharbinskiy", "1"),
        ("Yevgeniy Zhukharbinsky", "1"),
        ("Yevgeny Zhukarbinskiy", "1"),
        ("Rosoboronwidget", "2"),
        ("Rosoboron Widget", "2"),
        ("Joint-Stock Company ROSOBORONVIDGET", "2"),
        ("Mohamed Hussein al Mouqrafi", "5"),
        ("محمد حسين المقرفي", "5"),
        ("Ouyang Xiao Ming", "6"),
        ("欧阳小明", "6"),
    ],
)
def test_other_ways_to_write_a_name_are_found(screen, name, entry):
    assert best(screen(name), entry) >= 0.70


@pytest.mark.parametrize(
    "name",
    [
        "Yevgeniy Stepanovich Somebodyelse",
        "Maria Lindqvist",
        "Acme Widgets Ltd",
        "Public Joint Stock Company Nordlicht",
        "Xiaoming Li",
        "???",
    ],
)
def test_other_people_are_not_found(screen, name):
    assert screen(name).outcome == "clear"


@pytest.mark.parametrize(
    "name",
    [
        "Acme Logistics Ltd, attn. Yevgeniy Stepanovich Zhukharbinskiy, Warehouse 4",
        "Quagga Trading Company c/o Lindqvist Brothers Forwarding Agents",
    ],
)
def test_a_whole_listed_name_within_a_longer_text_is_looked_at(screen, name):
    assert screen(name).outcome == "review"


def test_the_same_name_is_refused_wherever_it_goes(screen):
    home = screen("Yevgeniy Stepanovich Zhukharbinskiy", country="RU")
    away = screen("Yevgeniy Stepanovich Zhukharbinskiy", country="CN", address="1 Harbour Road")
    assert home.outcome == away.outcome == "refused"
    assert home.candidates[0].score == away.candidates[0].score == 1.0
    (country,) = [each for each in away.candidates[0].features if each.name == "country"]
    assert (country.effect, country.asked, country.listed) == (0.0, "CN", "RU")


@pytest.mark.parametrize(
    ("born", "level", "effect"),
    [
        (date(1970, 12, 5), "block", 0.0),
        (date(1970, 1, 1), "review", -0.15),
        (date(1999, 1, 1), "review", -0.25),
    ],
)
def test_another_birthday_lowers_a_score_and_never_hides_the_same_name(screen, born, level, effect):
    (found, *_) = screen("Yevgeniy Stepanovich Zhukharbinskiy", date_of_birth=born).candidates
    assert found.level == level
    assert [each.effect for each in found.features if each.name == "date_of_birth"] == [effect]


def test_the_same_number_is_refused_whatever_the_name(screen):
    number = Identifier("passport", "zz 123456", "RU")
    found = screen("Somebody Else", identifiers=(number,))
    assert found.outcome == "refused"
    assert found.candidates[0].entry.id == "1"
    assert found.candidates[0].features[0].name == "identifier"


@pytest.mark.parametrize(
    "number",
    [
        Identifier("passport", "ZZ123456", "KE"),
        Identifier("tax", "12", "RU"),
        Identifier("x", "ZZ123457"),
    ],
)
def test_a_number_of_another_country_or_of_two_digits_is_no_hit(screen, number):
    assert screen("Somebody Else", identifiers=(number,)).outcome == "clear"


def test_a_weak_alias_is_looked_at_and_refuses_nobody(screen):
    (found, *_) = screen("The Badger").candidates
    assert (found.name.kind, found.level) == ("weak", "review")


def test_a_ships_name_is_looked_at_and_refuses_nobody_who_is_no_ship(screen):
    assert screen("Unseen Tern").outcome == "review"
    assert screen("Unseen Tern", kind="vessel").outcome == "refused"


def test_a_measure_that_has_ended_is_looked_at(screen):
    (found, *_) = screen("Quagga Trading Company").candidates
    assert found.level == "review"
    assert "ended" in {each.name for each in found.features}


def test_words_only_asked_for_count_more_than_words_only_listed(screen):
    fewer = best(screen("Yevgeniy Zhukharbinskiy"), "1")
    more = best(screen("Yevgeniy Stepanovich Zhukharbinskiy Quibblethwaite"), "1")
    assert more < fewer < 1


def test_limits_are_settings(screen):
    name = "Yevgeniy Zhukharbinsky"
    assert screen(name).outcome == "review"
    assert screen(name, Policy(review=0.99, block=1.0)).outcome == "clear"
    assert screen(name, Policy(cutoff=0.1, review=0.2, block=0.3)).outcome == "refused"
    with pytest.raises(ValueError, match="cutoff <= review <= block"):
        Policy(review=0.99)


@pytest.mark.parametrize(
    ("text", "words", "forms"),
    [
        (
            "Müller & Söhne G.m.b.H.",
            "muller sohne gmbh",
            ("Gesellschaft mit beschränkter Haftung",),
        ),
        ("O'Neil-Smith, J. R.", "oneil smith j r", ()),
        ("S.A.R.L. Exemple", "sarl exemple", ("société à responsabilité limitée",)),
        ("LTD", "ltd", ("limited company",)),
        ("欧阳小明", "ou yang xiao ming", ()),
    ],
)
def test_names_become_words(text, words, forms):
    found = normalise(text, FORMS)
    assert (found.text, found.forms) == (words, forms)


def test_numbers_are_never_nearly_the_same():
    assert likeness(Word("13"), Word("14"))[0] == 0
    assert likeness(Word("2026"), Word("2025"))[0] == 0
    assert normal_number("AB-12 34.") == "AB1234"


def test_a_new_version_is_seen_and_what_was_open_goes_on(tmp_path):
    snapshots = ListSnapshots(tmp_path)
    assert snapshots.current() is None
    first = compiled(tmp_path, ENTRIES[:2])
    snapshots.forget()
    old = snapshots.current()
    assert old.version == first
    assert compiled(tmp_path, ENTRIES[:2]) == first
    second = compiled(tmp_path, ENTRIES, "1" * 64)
    assert second != first
    compiled(tmp_path, ENTRIES, "2" * 64)
    snapshots.forget()
    new = snapshots.current()
    assert new.index.size > old.index.size
    # The file of the old one is gone, and whoever has it open still reads it.
    assert old.entry(1).id == "2"
    assert len([each for each in tmp_path.iterdir() if each.is_dir()]) == 2


def test_a_version_that_cannot_be_opened_leaves_the_old_one(tmp_path, caplog):
    snapshots = ListSnapshots(tmp_path)
    first = compiled(tmp_path)
    assert snapshots.current().version == first
    (tmp_path / "current").write_text("nonsense")
    os.utime(tmp_path / "current", (1, 1))
    snapshots.forget()
    assert snapshots.current().version == first
    assert "go on being used" in caplog.text


def test_where_there_is_no_folder_nothing_is_held():
    assert ListSnapshots(None).current() is None


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    names = invent(4001, 2000)
    return invented_lists(tmp_path_factory.mktemp("invented"), names), names


def test_variants_of_invented_names_are_found(invented):
    held, names = invented
    chosen = Random(4002).sample(list(enumerate(names)), 120)
    found = found_scores(held, chosen, 4002)
    review = Policy().review
    assert share(found["edit"] + found["order_and_edit"], review) >= 0.98
    assert share(found["order"] + found["same"] + found["case"], review) == 1.0
    assert share(found["transliteration"], review) >= 0.90
    assert share(found["legal_form"], review) >= 0.98


def test_clean_names_raise_few_alerts(invented):
    held, names = invented
    known = {each.listed for each in names}
    clean = [each.written["listed"] for each in invent(4003, 500) if each.listed not in known]
    assert share(top_scores(held, clean), Policy().review) <= 0.02


def test_one_name_takes_milliseconds(invented):
    held, _ = invented
    texts = [each.written["listed"] for each in invent(4004, 120)]
    top_scores(held, texts[:20])
    begun = time.process_time()
    top_scores(held, texts[20:])
    assert (time.process_time() - begun) / 100 < 0.02
