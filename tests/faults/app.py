"""The service as it is while things go wrong: impatient, and sometimes dying in mid-purchase.

Everything else is the product's own: routes, purchases, background thread, gunicorn's settings.
"""

import os
import random
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from api.app import create_app
from api.assembly import Services, assemble
from api.background import Background
from api.settings import Settings
from carriers.fake import MANIFEST
from carriers.purchase import Policy
from carriers.registry import GROUP, Registry
from carriers.transport import Transport
from tests.faults.setting import Announced

POLICY = Policy(
    send_seconds=1.0,
    lease=timedelta(seconds=3),
    first_look=timedelta(seconds=0.1),
    longest_wait=timedelta(seconds=0.5),
    misses=3,
    absent_after=timedelta(seconds=2.5),
    give_up_after=timedelta(minutes=10),
    twins_watched_for=timedelta(minutes=1),
)
"""`absent_after` is longer than the fake carrier takes to sell and to show what it sold."""


class Failpoints:
    """Kills this process, now and then, where a purchase has got to."""

    def __init__(self, share: float, seed: str, log: Path) -> None:
        self._share = share
        self._random = random.Random(seed)
        self._log = log

    def __call__(self, step: str) -> None:
        """Die here, perhaps; the step is written down first."""
        if self._random.random() < self._share:
            with self._log.open("a") as log:
                log.write(f"{step}\n")
            os.kill(os.getpid(), signal.SIGKILL)


class Impatient(Services):
    """Services whose background thread looks often."""

    __slots__ = ()

    def background(self, every: float = 0.2, lease: float = 2.0) -> Background:
        """As always, but more often, and taken over sooner."""
        return super().background(every, lease)


def make_app() -> Flask:
    """The app of a worker, as the environment says."""
    folder = Path(os.environ["TIDEWAITER_DATA_DIR"])
    made = assemble(Settings.from_env())
    host = os.environ["FAULTS_CARRIER"]
    registry = Registry(
        lambda: [Announced(MANIFEST.code, MANIFEST.code, GROUP)],
        lambda manifest, account: Transport((host,)).send,
    )
    share = float(os.environ.get("FAULTS_KILL", "0"))
    points = Failpoints(share, f"{os.environ.get('FAULTS_SEED')}-{os.getpid()}", folder / "kills")
    values = {name: getattr(made, name) for name in Services.__slots__}
    services = Impatient(**values)
    return create_app(replace(services, carriers=registry, policy=POLICY, reached=points))


if "FAULTS_CARRIER" in os.environ:
    app = make_app()
