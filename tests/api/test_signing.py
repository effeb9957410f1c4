"""A quote proves itself: whoever has it and the public keys can tell that it was so given."""

import copy
import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import responses
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.clock import now
from api.commands import quotes as commands
from api.services.canonical import NotCanonicalError, canonical_json
from api.services.signing import (
    ProofError,
    Signer,
    UnusableKeyError,
    WrongKeysError,
    new_key,
    published,
    read_keys,
    thumbprint,
    verify,
    write_jwk,
)
from api.settings import Settings
from data.store.engines import writing
from data.store.tables import QUOTES, SIGNING_KEYS
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    answer_check,
    border,
    facts_dir_fixture,
    line,
    quote,
)

SECRET = "correct horse battery staple"
MADE = datetime(2026, 11, 20, 12, 0, 0, 300, tzinfo=UTC)
ASK = {**quote("GB", line("120.00", "GBP"), line("80.00", "EUR")), "store": True}


# The form that is signed (vectors of RFC 8785)

NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "printed"), NUMBERS.items())
def test_a_number_is_printed_as_ecmascript_prints_it(bits: str, printed: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(number) == printed.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "\ud800", {"\ude00": 1}])
def test_what_is_no_json_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_json(value)


def test_literals_strings_and_numbers_are_written_as_in_the_rfc() -> None:
    value = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
             "literals": [null, true, false]}"""
    )
    assert canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )


def test_names_are_ordered_by_utf_16_units_not_by_code_points() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = json.loads(canonical_json(dict.fromkeys(names))).keys()
    assert list(ordered) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=20,
)


@given(PLAIN)
def test_an_answer_without_fractions_is_brought_into_the_form_by_either_way(value: Any) -> None:
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == canonical_json(value)


# Keys


def test_a_key_is_known_by_its_thumbprint() -> None:
    # RFC 8037, appendices A.2 and A.3
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_private_key_is_stored_sealed_and_opens_under_its_secret_only() -> None:
    key = new_key(SECRET, MADE)
    assert len(key.sealed) == 16 + 12 + 32 + 16
    assert Signer(lambda: key, SECRET).sign(b"{}") is not None
    with pytest.raises(UnusableKeyError, match="TIDEWAITER_SECRET_KEY"):
        Signer(lambda: key, SECRET + "!").sign(b"{}")
    other = new_key(SECRET, MADE)
    with pytest.raises(UnusableKeyError):
        Signer(lambda: replace(key, sealed=other.sealed), SECRET).sign(b"{}")


def test_a_new_key_is_noticed_after_a_few_seconds_and_the_known_one_outlives_the_database() -> None:
    found: list[Any] = [None]
    time = [0.0]

    def current() -> Any:
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    signer = Signer(current, SECRET, lambda: time[0])
    assert signer.sign(b"{}") is None
    found[0] = first = new_key(SECRET, MADE)
    assert signer.sign(b"{}") is None
    time[0] = 10.0
    proof = signer.sign(b"{}")
    assert proof is not None and proof["key_id"] == first.id
    time[0], found[0] = 20.0, OperationalError("", {}, OSError())
    assert signer.sign(b"{}") == proof
    with pytest.raises(OperationalError):
        Signer(current, SECRET, lambda: time[0]).sign(b"{}")


def test_a_published_key_under_the_name_of_another_is_refused() -> None:
    entry = write_jwk(published(new_key(SECRET, MADE)))
    other = write_jwk(published(new_key(SECRET, MADE)))
    assert [key.id for key in read_keys({"keys": [entry, other]})] == [entry["kid"], other["kid"]]
    for wrong in (
        {"keys": [{**entry, "kid": other["kid"]}]},
        {"keys": [{**entry, "x": "%%"}]},
        {"keys": [{"kid": "a"}]},
        ["keys"],
    ):
        with pytest.raises(WrongKeysError):
            read_keys(wrong)


# Checking


@pytest.fixture(scope="module")
def signed() -> tuple[dict[str, Any], Any]:
    """A small quote and its key."""
    key = new_key(SECRET, MADE)
    body = {
        "id": "qt_1",
        "created_at": "2026-11-20T12:00:00+00:00",
        "options": [{"totals": {"landed_cost": {"amount": "77.35", "currency": "EUR"}}}],
        "reference": 'Zoë "proof":null ☃',
        "days": 3,
    }
    proof = Signer(lambda: key, SECRET).sign(orjson.dumps(body))
    return {**body, "proof": proof}, published(key)


def test_a_quote_verifies_however_it_is_written_down(signed: Any) -> None:
    body, key = signed
    assert verify(body, [key]) == key
    shuffled = json.loads(json.dumps(dict(reversed(body.items())), indent=3))
    assert verify(shuffled, [key]) == key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days": 4}, "altered"),
        ({"reference": None}, "altered"),
        ({"more": 1}, "altered"),
        ({"created_at": "2026-11-20T12:00:01+00:00"}, "altered"),
        ({"days": float("nan")}, "altered"),
        ({"proof": None}, "no proof"),
        ({"proof": "yes"}, "not one of EdDSA"),
        ({"proof": {"algorithm": "none"}}, "not one of EdDSA"),
    ],
)
def test_whatever_is_altered_in_a_quote_is_noticed(signed: Any, change: Any, said: str) -> None:
    body, key = signed
    with pytest.raises(ProofError, match=said):
        verify({**body, **change}, [key])


@pytest.mark.parametrize("signature", ["", "AAAA", "é", "+/==", None])
def test_a_wrong_signature_is_no_proof(signed: Any, signature: Any) -> None:
    body, key = signed
    with pytest.raises(ProofError, match="altered"):
        verify({**body, "proof": {**body["proof"], "signature": signature}}, [key])


def test_a_key_proves_only_what_was_made_while_it_was_in_use(signed: Any) -> None:
    body, key = signed
    minute = timedelta(minutes=1)
    ended = replace(key, until=key.since)
    assert verify(body, [ended]) == ended
    for wrong, said in (
        (replace(key, since=key.since + minute * 2), "not in use"),
        (replace(key, since=key.since - minute * 9, until=key.since - minute * 2), "not in use"),
        (replace(key, revoked_at=key.since + minute), "revoked"),
        (replace(key, id="another"), "not among"),
    ):
        with pytest.raises(ProofError, match=said):
            verify(body, [wrong])


# The service


@pytest.fixture(name="desk")
def desk_fixture(facts_dir: Path, database_url: str) -> Iterator[Desk]:
    """A service with a secret, and no key yet."""
    desk = Desk(Settings(data_dir=facts_dir, database_url=database_url, secret_key=SECRET))
    yield desk
    desk.close()


def make_key(desk: Desk) -> str:
    """Make a key that signs from the next quote on."""
    key_id = commands.create(desk.services, now())
    desk.restart()
    return key_id


def keys_of(desk: Desk) -> Any:
    return desk.client.get("/v1/keys").get_json()


def test_until_a_key_is_made_quotes_have_no_proof(desk: Desk) -> None:
    assert desk.ask("/v1/quotes", ASK).get_json()["proof"] is None
    assert keys_of(desk) == {"keys": []}
    make_key(desk)
    assert desk.ask("/v1/quotes", ASK).get_json()["proof"] is not None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/quotes", ASK, 201),
        ("/v1/quotes", {**ASK, "store": False, "reference": "ü ☃ \U0001f600 \u2028"}, 200),
        ("/v1/quotes", {**ASK, "locale": "fr-FR", "carriers": ["mute"]}, 201),
        ("/v1/landed-costs?explain=full&store=true", border("US", "9.00", "USD", line()), 201),
        ("/v1/landed-costs", border("DE", "9.00", "EUR", line(hs_code=None, description="x")), 200),
    ],
)
def test_every_quote_is_signed_and_can_be_checked_without_a_key_of_an_account(
    desk: Desk, path: str, body: Any, status: int
) -> None:
    key_id = make_key(desk)
    made = desk.ask(path, body)
    assert made.status_code == status, made.get_data()
    answer_check(desk.client, path.partition("?")[0], status)(made.get_json())
    (key,) = read_keys(keys_of(desk))
    assert verify(made.get_json(), [key]).id == key_id
    # by hand, as anybody would: the bytes as they came, without the proof, in canonical form
    told = json.loads(made.get_data())
    assert list(told)[-1] in ("proof", "considered")
    proof = told.pop("proof")
    signature = signing_bytes(proof["signature"])
    Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, canonical_json(told))


def signing_bytes(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "==")


def test_a_signed_quote_is_replayed_as_identical_and_stays_as_it_was(desk: Desk) -> None:
    unsigned = desk.ask("/v1/quotes", ASK)
    make_key(desk)
    signed = desk.ask("/v1/quotes", ASK)
    explained = desk.ask("/v1/landed-costs?explain=full&store=true", border("GB", "9", "GBP"))
    commands.rotate(desk.services, now())
    desk.restart()
    for made in (unsigned, signed, explained):
        where = made.headers["Location"]
        assert desk.ask(where).get_data() == made.get_data()
        replayed = desk.ask(f"{where}/replay", {}).get_json()
        assert replayed == {"identical": True, "differences": []}


def test_a_replay_says_where_a_signed_quote_is_not_what_its_facts_say(desk: Desk) -> None:
    make_key(desk)
    made = desk.ask("/v1/quotes", ASK)
    forged = made.get_json()
    forged["options"][0]["totals"]["taxes"]["amount"] = "0.01"
    with writing(desk.services.storage.engine) as connection:
        connection.execute(update(QUOTES).values(answer=orjson.dumps(forged)))
    replayed = desk.ask(f"{made.headers['Location']}/replay", {}).get_json()
    pointers = [difference["pointer"] for difference in replayed["differences"]]
    assert pointers == ["/options/0/totals/taxes/amount"]


def test_after_a_rotation_both_keys_are_published_and_both_quotes_hold(desk: Desk) -> None:
    first = make_key(desk)
    old = desk.ask("/v1/quotes", ASK).get_json()
    second = commands.rotate(desk.services, now())
    desk.restart()
    new = desk.ask("/v1/quotes", ASK).get_json()
    assert (old["proof"]["key_id"], new["proof"]["key_id"]) == (first, second)
    keys = keys_of(desk)["keys"]
    assert [key["kid"] for key in keys] == [first, second] or len({k["since"] for k in keys}) == 1
    assert {key["kid"]: key["until"] is None for key in keys} == {first: False, second: True}
    for made in (old, new):
        assert verify(made, read_keys({"keys": keys})).id == made["proof"]["key_id"]
    assert "d" not in keys[0]


def test_a_key_that_cannot_be_opened_is_said_plainly(desk: Desk) -> None:
    make_key(desk)
    desk.restart(replace(desk.settings, secret_key="another secret, as long"))
    answer = desk.ask("/v1/quotes", ASK)
    assert answer.status_code == 503
    assert "TIDEWAITER_SECRET_KEY" in answer.get_json()["detail"]


# The commands


def run(desk: Desk, *arguments: str) -> Any:
    return create_app(desk.services).test_cli_runner().invoke(args=list(arguments))


def test_keys_are_made_listed_rotated_and_revoked(desk: Desk) -> None:
    made = run(desk, "signing", "create")
    first = made.output.split()[0]
    assert run(desk, "signing", "create").exit_code == 1
    second = run(desk, "signing", "rotate").output.split()[0]
    assert {first, second} <= set(run(desk, "signing", "list").output.split())
    assert run(desk, "signing", "revoke", second).exit_code == 0
    assert run(desk, "signing", "revoke", second).exit_code == 1
    desk.restart()
    assert desk.ask("/v1/quotes", ASK).get_json()["proof"] is None
    assert run(desk, "signing", "create").exit_code == 0


def test_without_a_secret_no_key_is_made(desk: Desk) -> None:
    desk.restart(replace(desk.settings, secret_key=None))
    told = run(desk, "signing", "create")
    assert told.exit_code == 1
    assert "TIDEWAITER_SECRET_KEY" in told.output
    assert desk.ask("/v1/quotes", ASK).get_json()["proof"] is None


def test_a_quote_in_a_file_is_verified_off_line(desk: Desk, tmp_path: Path) -> None:
    key_id = make_key(desk)
    made = desk.ask("/v1/quotes", ASK)
    file, keys = tmp_path / "quote.json", tmp_path / "keys.json"
    file.write_bytes(made.get_data())
    keys.write_bytes(desk.client.get("/v1/keys").get_data())
    for arguments in ([], ["--keys", str(keys)]):
        told = run(desk, "quotes", "verify", str(file), *arguments)
        assert told.exit_code == 0, told.output
        assert key_id in told.output
    with responses.RequestsMock() as mocked:
        mocked.get("https://example.org/v1/keys", body=keys.read_bytes())
        told = run(desk, "quotes", "verify", str(file), "--keys", "https://example.org/v1/keys")
        assert told.exit_code == 0, told.output
    forged = copy.deepcopy(made.get_json())
    forged["options"][0]["totals"]["taxes"]["amount"] = "0.01"
    file.write_bytes(orjson.dumps(forged))
    told = run(desk, "quotes", "verify", str(file), "--keys", str(keys))
    assert told.exit_code == 1
    assert "altered" in told.output


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1, "a": 2}', "{}"])
def test_what_is_no_quote_does_not_verify(desk: Desk, tmp_path: Path, content: str) -> None:
    (tmp_path / "quote.json").write_text(content)
    told = run(desk, "quotes", "verify", str(tmp_path / "quote.json"))
    assert told.exit_code == 1
    assert "Traceback" not in told.output


def test_a_key_that_was_revoked_proves_nothing_any_more(desk: Desk, tmp_path: Path) -> None:
    key_id = make_key(desk)
    (tmp_path / "quote.json").write_bytes(desk.ask("/v1/quotes", ASK).get_data())
    run(desk, "signing", "revoke", key_id)
    told = run(desk, "quotes", "verify", str(tmp_path / "quote.json"))
    assert told.exit_code == 1
    assert "revoked" in told.output


def test_no_private_key_is_readable_in_the_database(desk: Desk) -> None:
    make_key(desk)
    with desk.services.storage.engine.connect() as connection:
        (row,) = connection.execute(SIGNING_KEYS.select()).all()
    key = Signer(desk.services.storage.signing_key, SECRET)._key()
    assert key is not None
    assert key[1].private_bytes_raw() not in row.sealed
    assert row.sealed.find(row.public_key) < 0
