"""Nothing is bought twice, lost or forgotten, whatever goes wrong."""

from pathlib import Path

import pytest

from tests.faults.campaign import Plan, run

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("database", DATABASES)
def test_nothing_is_bought_twice_lost_or_forgotten(database: str, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # the database's server has a user of its own
    plan = Plan(
        purchases=250,
        clients=8,
        seed=20261120,
        database=database,
        buying=0.12,
        kill=0.002,
        worker_every=6.0,
        server_every=None,
        database_every=7.0,
    )
    report = run(plan, tmp_path)
    assert report["faults"] == []
    assert report["never_told"] == 0
    assert report["acknowledged"] + report["refused"] + report["given_up"] == plan.purchases
    assert report["bought_twice"] == report["lost"] == report["orphans"] == report["manual"] == 0
    assert report["ledger"]["ours"] == report["ledger"]["carrier"]
    assert report["carrier_faults_in_all"] >= 0.05 * plan.purchases
