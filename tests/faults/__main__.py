"""Buy while everything goes wrong: ``python -m tests.faults --purchases 10000 --clients 8``."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

import orjson

from tests.faults.campaign import Plan, run


def main() -> int:
    """Run a campaign; 0 when nothing was bought twice, lost or forgotten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--purchases", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    plan = Plan(given.purchases, given.clients, given.seed, given.database)
    with tempfile.TemporaryDirectory(prefix="tidewaiter-faults-") as folder:
        Path(folder).chmod(0o755)  # the database's server has a user of its own
        try:
            report = run(plan, Path(folder))
        except Exception:
            log = Path(folder) / "server.log"
            print(log.read_text()[-5000:] if log.exists() else "", file=sys.stderr)
            raise
    print(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
    return 1 if report["faults"] or report["never_told"] else 0


if __name__ == "__main__":
    sys.exit(main())
