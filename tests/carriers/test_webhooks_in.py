"""A call is believed when its carrier signed it, under the new secret or the one before."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Signer

from carriers.errors import CredentialsRejected
from carriers.webhooks_in import (
    check_base64,
    check_hex,
    check_moment,
    check_shared,
    check_standard,
    secrets_of,
)

BODY = '{"number": "1Z", "city": "Zürich"}'.encode()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEX, PREFIX = "x-hmac-signature", "hmac-sha256-hex="
SECRETS = ("new-secret", "old-secret")


def hex_of(secret, body=BODY):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def base64_of(secret, body=BODY):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_are_taken_while_one_replaces_the_other(secret):
    check_hex({HEX: PREFIX + hex_of(secret)}, HEX, BODY, SECRETS, PREFIX)
    check_base64(
        {"aftership-hmac-sha256": base64_of(secret)}, "aftership-hmac-sha256", BODY, SECRETS
    )
    check_shared({"credential": secret}, "credential", SECRETS)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEX: ""},
        {HEX: PREFIX},
        {HEX: hex_of("new-secret")},
        {HEX: PREFIX + hex_of("an older secret")},
        {HEX: PREFIX + hex_of("new-secret", BODY + b" ")},
        {HEX: PREFIX + base64_of("new-secret")},
        {HEX: "hmac-sha256-hex=ü"},
    ],
)
def test_a_hexadecimal_signature_of_somebody_else_is_refused(headers):
    with pytest.raises(CredentialsRejected):
        check_hex(headers, HEX, BODY, SECRETS, PREFIX)


@pytest.mark.parametrize("given", [None, "", "AAAA", base64_of("another"), hex_of("new-secret")])
def test_a_base64_signature_of_somebody_else_is_refused(given):
    headers = {} if given is None else {"sig": given}
    with pytest.raises(CredentialsRejected):
        check_base64(headers, "sig", BODY, SECRETS)


@pytest.mark.parametrize(("given", "secrets"), [("", ("",)), ("", ()), ("x", ("y",)), ("", ("y",))])
def test_an_empty_secret_lets_nobody_in(given, secrets):
    with pytest.raises(CredentialsRejected):
        check_shared({"credential": given}, "credential", secrets)


def test_a_secret_is_one_however_its_accents_are_composed():
    composed, decomposed = "clé", "cle\u0301"
    check_hex({HEX: hex_of(decomposed)}, HEX, BODY, [composed])


class TestStandard:
    secret = "whsec_" + base64.b64encode(b"a secret of twenty-four.").decode()

    def headers(self, at=NOW, secret=None, call="msg_1"):
        signature = Signer(secret or self.secret).sign(call, at, BODY.decode())
        return {
            "webhook-id": call,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }

    def test_a_call_signed_by_a_library_that_nobody_here_wrote_is_believed(self):
        assert check_standard(self.headers(), BODY, [self.secret], NOW) == "msg_1"

    def test_one_of_several_signatures_is_enough(self):
        headers = self.headers()
        headers["webhook-signature"] = "v1a,xyz v1,AAAA " + headers["webhook-signature"]
        assert check_standard(headers, BODY, ["whsec_AAAA", self.secret], NOW) == "msg_1"

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_an_old_call_and_one_of_the_future_are_refused(self, minutes):
        with pytest.raises(CredentialsRejected):
            check_standard(self.headers(), BODY, [self.secret], NOW + timedelta(minutes=minutes))

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_a_call_that_lacks_a_header_or_has_another_is_refused(self, name):
        for changed in ({}, {name: "1"}):
            headers = {k: v for k, v in self.headers().items() if k != name} | changed
            with pytest.raises(CredentialsRejected):
                check_standard(headers, BODY, [self.secret], NOW)

    def test_a_body_that_was_changed_is_refused(self):
        with pytest.raises(CredentialsRejected):
            check_standard(self.headers(), BODY + b" ", [self.secret], NOW)

    def test_a_secret_that_cannot_be_one_lets_nobody_in(self):
        with pytest.raises(CredentialsRejected):
            check_standard(self.headers(), BODY, ["whsec_?"], NOW)


@pytest.mark.parametrize("moment", ["", "-1", "x", "1e9", "9" * 13, "١"])
def test_a_moment_that_is_none_is_refused(moment):
    with pytest.raises(CredentialsRejected):
        check_moment(moment, NOW)


def test_a_setting_may_have_the_new_secret_and_the_old():
    assert secrets_of(" new  old ") == ("new", "old")
    assert secrets_of("") == ()
