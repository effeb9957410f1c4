"""What do the people who run carriers, and those who write them, ask?"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from carriers.accounts import Account
from carriers.conformance.report import OFF_THE_LADDER, OUTCOMES, Report, run
from carriers.conformance.scaffolding import write_carrier
from carriers.conformance.tables import markdown
from carriers.errors import CarrierError
from carriers.manifest import Manifest, Tier
from carriers.registry import Plugin
from data.store import accounts, credentials
from data.store.engines import reading

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("code", "name", "version", "tier", "can", "from", "works")
EXAMINED = ("code", "from", "state", "claims", "earns", "credentials", "why")
TESTED = ("no", "tier", "result", "check", "expected and got")


def listed(services: "Services") -> list[tuple[str, ...]]:
    """Every carrier that is installed, the broken ones too."""
    return [_listed(plugin) for plugin in services.carriers.plugins()]


def _listed(plugin: Plugin) -> tuple[str, ...]:
    works = "yes" if plugin.trouble is None else "no"
    if (manifest := plugin.manifest) is None:
        return (plugin.code, "", "", "", "", plugin.where_from, works)
    can = ", ".join(manifest.capabilities)
    return (
        plugin.code,
        manifest.name,
        manifest.version,
        manifest.tier,
        can,
        plugin.where_from,
        works,
    )


def examined(services: "Services") -> tuple[list[tuple[str, ...]], bool]:
    """How every carrier is, and whether one of them is ill."""
    holders = _holders(services)
    rows: list[tuple[str, ...]] = []
    ill = False
    for plugin in services.carriers.plugins():
        if plugin.manifest is None or plugin.trouble is not None:
            state = "shadowed" if "announced twice" in (plugin.trouble or "") else "broken"
            rows.append((plugin.code, plugin.where_from, state, "", "", "", plugin.trouble or ""))
            ill = True
            continue
        report = run(plugin.manifest, _up_to(plugin.manifest))
        # what is invented is no promise: the fake carrier has no recordings to earn anything by
        ill = ill or (report.claims_more and report.claimed != "demonstration")
        rows.append(
            (
                plugin.code,
                plugin.where_from,
                "works",
                report.claimed,
                report.earned or "nothing",
                _credentials(plugin.manifest, holders),
                _why(report),
            )
        )
    return rows, ill


def _why(report: Report) -> str:
    """What keeps a carrier from the next tier."""
    failed = [str(each.check.number) for each in report.results if each.outcome == "failed"]
    return f"fails {', '.join(failed)}" if failed else ""


def _credentials(manifest: Manifest, holders: frozenset[str] | None) -> str:
    if not manifest.settings:
        return "none needed"
    if holders is None:
        return "unknown: no database"
    return "stored" if manifest.code in holders else "none stored"


def _holders(services: "Services") -> frozenset[str] | None:
    """The carriers that somebody has credentials for; None where the database is not made yet."""
    from sqlalchemy.exc import DBAPIError

    try:
        with reading(services.storage.engine) as connection:
            return credentials.carriers(connection)
    except DBAPIError:
        return None


def begun(code: str, auth: str, capabilities: str, into: Path) -> Iterator[str]:
    """Write a plug-in, and say what to do next."""
    wanted = [each.strip() for each in capabilities.split(",") if each.strip()]
    home = write_carrier(code, auth, wanted, into)
    yield f"{home} passes the kit's bronze checks. Next:"
    yield f"  pip install --no-deps --no-build-isolation -e {home}"
    yield f"  python -m pytest {home}"
    yield f"  flask --app wsgi carriers test {code}"
    yield f"  flask --app wsgi carriers try {code} --to US --weight 1.2 --dry-run"


def manifest_of(services: "Services", code: str) -> Manifest:
    """What a carrier says about itself. Raises `ValueError` with what is wrong with it."""
    try:
        return services.carriers.manifest(code)
    except CarrierError as error:
        raise ValueError(f"{code}: {error.reason}") from None


def stored_account(services: "Services", name: str, manifest: Manifest) -> Account:
    """The credentials that an account of ours has stored with a carrier. Raises `ValueError`."""
    with reading(services.storage.engine) as connection:
        owner = accounts.named(connection, name)
    if owner is None:
        raise ValueError(f"there is no account {name}")
    found = services.accounts_of(owner.id)(manifest)
    if found is None:
        raise ValueError(f"{name} has stored no usable credentials with {manifest.code}")
    return found


def tested(services: "Services", codes: Sequence[str], tier: str | None) -> list[Report]:
    """The kit's run on the carriers of these codes, on all of them without any."""
    return [run(manifest, _tier(tier, manifest)) for manifest in _manifests(services, codes)]


def _manifests(services: "Services", codes: Sequence[str]) -> list[Manifest]:
    if codes:
        return [manifest_of(services, code) for code in codes]
    return [p.manifest for p in services.carriers.plugins() if p.manifest and not p.trouble]


def _tier(tier: str | None, manifest: Manifest) -> Tier:
    known: dict[str, Tier] = {t: t for t in get_args(Tier) if t not in OFF_THE_LADDER}
    if tier is None:
        return "gold" if manifest.tier in OFF_THE_LADDER else "platinum"
    if tier not in known:
        raise ValueError(f"no tier {tier}: there are {', '.join(known)}")
    return known[tier]


def _up_to(manifest: Manifest) -> Tier:
    return "platinum" if manifest.tier == "platinum" else "gold"


def in_markdown(services: "Services", codes: Sequence[str]) -> str:
    """The table of the README: carriers, what they can do, their tier, the checks passed."""
    return markdown([run(each, _up_to(each)) for each in _manifests(services, codes)])


def verdict(report: Report) -> str:
    """What a report amounts to, in one line."""
    earned = report.earned or "nothing"
    said = f"{report.code} claims {report.claimed} and earns {earned}: "
    counts = [f"{count} {outcome}" for outcome in OUTCOMES if (count := report.count(outcome))]
    return said + ", ".join(counts)


def result_rows(report: Report) -> list[tuple[str, ...]]:
    """A row for every check, and one for each further line that it says."""
    rows: list[tuple[str, ...]] = []
    for each in report.results:
        first, *rest = each.detail.splitlines() or [""]
        check = each.check
        rows.append((str(check.number), check.tier, each.outcome, check.sentence, first))
        rows += [("", "", "", "", line) for line in rest]
    return rows


def as_json(reports: Sequence[Report]) -> str:
    """The reports for programs."""
    return json.dumps([_plainly(report) for report in reports], indent=2, ensure_ascii=False)


def _plainly(report: Report) -> dict[str, Any]:
    return {
        "carrier": report.code,
        "claimed": report.claimed,
        "earned": report.earned,
        "checks": [
            {
                "number": each.check.number,
                "tier": each.check.tier,
                "sentence": each.check.sentence,
                "result": each.outcome,
                "detail": each.detail or None,
            }
            for each in report.results
        ],
    }
