"""Nothing is bought twice, lost or forgotten, whatever goes wrong."""

import tempfile
from pathlib import Path

import pytest

from tests.faults.campaign import Plan, run

DATABASES = [
    ("sqlite", 350),
    pytest.param("postgresql", 150, marks=pytest.mark.postgres),
]


@pytest.mark.parametrize(("database", "purchases"), DATABASES)
def test_nothing_is_bought_twice_lost_or_forgotten(database: str, purchases: int) -> None:
    plan = Plan(
        purchases=purchases,
        clients=8,
        seed=20261120,
        database=database,
        buying=0.12,
        kill=0.002,
        worker_every=5.0,
        server_every=None,
        database_every=9.0,
    )
    # Not under pytest's folder, which only its owner may enter: PostgreSQL has a user of its own.
    with tempfile.TemporaryDirectory(prefix="tidewaiter-faults-") as folder:
        Path(folder).chmod(0o755)
        report = run(plan, Path(folder))
    assert report["faults"] == []
    assert report["never_told"] == 0
    assert report["acknowledged"] + report["refused"] + report["given_up"] == plan.purchases
    assert report["bought_twice"] == report["lost"] == report["orphans"] == report["manual"] == 0
    assert report["ledger"]["ours"] == report["ledger"]["carrier"]
    assert report["carrier_faults_in_all"] >= 0.05 * plan.purchases
