"""How does an author begin? With a distribution that passes bronze before a line is written."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

_TEMPLATES = files("carriers.conformance") / "scaffold"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


class ScaffoldError(ValueError):
    """A distribution cannot be written."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to authorise: its settings, what the adapter has for it, what recordings say."""

    settings: Sequence[str]
    imports: str
    methods: str
    headers: Mapping[str, str]
    authorise: Sequence[str] = ()


_PLAIN = '''
    authorise: tuple[str, ...] = ()

    def headers(self) -> Mapping[str, str]:
        """What every request carries."""
        return {headers}
'''
_OAUTH = '''
    authorise: tuple[str, ...] = ("oauth",)

    def headers(self) -> Mapping[str, str]:
        """Nothing of its own: the sender adds the token."""
        return {}

    def ask_token(self, name: str) -> Ask:
        """The request for a token."""
        who = {name: self.account[name] for name in ("client_id", "client_secret")}
        body = urlencode({"grant_type": "client_credentials", **who}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return Ask("POST", self.base + "/oauth/token", kind, body)

    def read_token(self, name: str, answer: Answer) -> Token:
        """The token, and for how many seconds."""
        found = self.read(answer)
        value, seconds = member(found, "access_token"), member(found, "expires_in")
        if not isinstance(value, str) or not str(seconds).isdigit():
            raise bad_reply("the token")
        return Token("Authorization", f"Bearer {value}", float(seconds))
'''
_AUTH: dict[str, _Way] = {
    "oauth2-cc": _Way(
        (
            'Setting("client_id", "Client id")',
            'Setting("client_secret", "Client secret", secret=True)',
        ),
        "from carriers import Token, member\n",
        _OAUTH,
        {},
        ("oauth",),
    ),
    "basic": _Way(
        ('Setting("user", "User name")', 'Setting("password", "Password", secret=True)'),
        "",
        _PLAIN.format(headers='self.account.basic("user", "password")'),
        {"Authorization": "Basic canary-user:canary-password"},
    ),
    "header": _Way(
        ('Setting("api_key", "API key", secret=True)',),
        "",
        _PLAIN.format(headers='{"X-Api-Key": self.account["api_key"]}'),
        {"X-Api-Key": "canary-api_key"},
    ),
    "none": _Way((), "", _PLAIN.format(headers="{}"), {}),
}

_PARTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rates": ("rates", "RatesPart", ("rates",)),
    "books": ("booking", "BooksPart", ("booking", "find", "cancel")),
    "tracks": ("tracking", "TracksPart", ("tracking",)),
    "duties": ("duties", "DutiesPart", ("duties",)),
    "points": ("points", "PointsPart", ("points",)),
    "documents": ("documents", "DocumentsPart", ("upload",)),
}
"""The module, the class and the recordings of each capability."""

WAYS: tuple[str, ...] = tuple(_AUTH)
CAPABILITIES: tuple[str, ...] = tuple(_PARTS)


def write_carrier(code: str, auth: str, capabilities: Sequence[str], into: Path) -> Path:
    """Write a distribution into a folder, and say where it is. Raises `ScaffoldError`."""
    if not _CODE.fullmatch(code):
        raise ScaffoldError(f"{code!r} is no code: lower case letters, digits, _")
    unknown = sorted(set(capabilities) - set(_PARTS))
    if unknown or not capabilities:
        raise ScaffoldError(f"no capability {', '.join(unknown)}: there are {', '.join(_PARTS)}")
    if auth not in _AUTH:
        raise ScaffoldError(f"no way to authorise {auth}: there are {', '.join(_AUTH)}")
    home = into / f"tidewaiter-{code.replace('_', '-')}"
    if home.exists():
        raise ScaffoldError(f"{home} exists already")
    for path, text in _texts(code, _AUTH[auth], tuple(dict.fromkeys(capabilities))).items():
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return home


def _texts(code: str, way: _Way, capabilities: Sequence[str]) -> dict[str, str]:
    """The files of the distribution by their path."""
    words = _words(code, way, capabilities)
    package = words["package"]
    names = ["__init__.py", "adapter.py", "service.py", "README.md"]
    names += [f"{_PARTS[each][0]}.py" for each in capabilities]
    names += ["tracking.csv"] if "tracks" in capabilities else []
    texts = {
        "pyproject.toml": _filled("pyproject.toml.txt", words),
        f"tests/test_{code}.py": _filled("test.py.txt", words),
        f"{package}/py.typed": "",
    }
    texts |= {f"{package}/{name}": _filled(f"package/{name}.txt", words) for name in names}
    operations = [each for capability in capabilities for each in _PARTS[capability][2]]
    operations += ["token"] if way.authorise else []
    for operation in operations:
        for file in (_TEMPLATES / "recordings" / operation).iterdir():
            path = f"{package}/recordings/{operation}/{file.name}"
            texts[path] = _recording(file.read_text("utf-8"), words, way)
    return texts


def _words(code: str, way: _Way, capabilities: Sequence[str]) -> dict[str, str]:
    package, title = f"tidewaiter_{code}", code.replace("_", " ").title()
    parts = sorted(_PARTS[each][:2] for each in capabilities)
    needs_urlencode = "urlencode" in way.methods
    return {
        "code": code,
        "name": title,
        "Name": title.replace(" ", ""),
        "package": package,
        "distribution": package.replace("_", "-"),
        "domain": f"{code.replace('_', '-')}.example",
        "factories": "\n".join(
            f'        "{each}": "{package}.adapter:{title.replace(" ", "")}",'
            for each in capabilities
        ),
        "settings": "\n".join(f"        {setting}," for setting in way.settings),
        "reconcile": "lookup_by_reference" if "books" in capabilities else "none",
        "imports": "\n".join(f"from {package}.{module} import {part}" for module, part in parts),
        "bases": ", ".join(_PARTS[each][1] for each in capabilities),
        "auth_imports": way.imports,
        "auth_library": "from urllib.parse import urlencode\n" if needs_urlencode else "",
        "auth": way.methods.rstrip("\n"),
    }


def _filled(name: str, words: Mapping[str, str]) -> str:
    template = _TEMPLATES
    for step in name.split("/"):
        template = template / step
    return Template(template.read_text("utf-8")).substitute(words)


def _recording(text: str, words: Mapping[str, str], way: _Way) -> str:
    """A recording with the carrier's name, and its requests authorised in the carrier's way."""
    found: dict[str, Any] = json.loads(Template(text).safe_substitute(words))
    for ask in found["asks"]:
        if "/oauth/" in ask["url"]:
            continue
        if way.headers:
            ask["headers"] = dict(way.headers)
        if way.authorise:
            ask["authorise"] = list(way.authorise)
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
