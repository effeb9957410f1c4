"""Checks 39 to 42: is it typed, quick, safe among threads, and written down?"""

import subprocess
import sys
import tempfile
from os import environ
from pathlib import Path
from threading import Thread
from time import thread_time

import carriers
from carriers.conformance.checks import check
from carriers.conformance.recordings import faults_in, home_of
from carriers.conformance.subject import Subject, must, not_applicable

_QUICK = 0.02  # seconds of processor time for a price
_TIMES = 40
_THREADS, _ROUNDS = 8, 5
_OURS = Path(carriers.__file__).parents[1]  # where this package is, installed or not
_MAPPED = 5  # rows of a table that says anything


@check(39, "platinum", "It is typed: mypy --strict finds nothing")
def _typed(subject: Subject) -> None:
    home = home_of(subject.manifest)
    with tempfile.TemporaryDirectory() as empty:
        run = subprocess.run(  # noqa: S603 (our own program, and a folder)
            [
                sys.executable,
                "-m",
                "mypy",
                "--strict",
                "--config-file=",
                "--follow-imports=silent",
                str(home),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            cwd=_OURS if Path(str(home)).is_relative_to(_OURS) else empty,
            env=environ if _OURS.name == "site-packages" else {**environ, "MYPYPATH": str(_OURS)},
        )
    must(run.returncode == 0, (run.stdout or run.stderr).strip()[-1000:])


@check(40, "platinum", "A price costs under 20 ms of processor time, 19 times of 20")
def _quick(subject: Subject) -> None:
    subject.needs("rates")
    took: list[float] = []
    recorded = subject.good("rates")
    if not recorded:
        not_applicable("it answers in the process; its prices come from memory")
    for recording in recorded:
        for _ in range(_TIMES):
            begun = thread_time()
            subject.asks(recording)
            subject.reads(recording)
            took.append(thread_time() - begun)
    slow = sorted(took)[int(len(took) * 0.95)]
    must(slow < _QUICK, f"{slow * 1000:.1f} ms, expected under 20")


@check(41, "platinum", "Eight threads that use it at once read what one does")
def _threads(subject: Subject) -> None:
    subject.needs_the_wire()
    faults: list[str] = []

    def soak() -> None:
        for _ in range(_ROUNDS):
            for recording in subject.recordings:
                faults.extend(faults_in(recording, subject.of(recording)))

    threads = [Thread(target=soak, daemon=True) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    must(not faults, "\n".join(sorted(set(faults))[:5]))


@check(42, "platinum", "Its README.md has a table of which field of ours is which of the carrier's")
def _documented(subject: Subject) -> None:
    file = home_of(subject.manifest) / "README.md"
    must(file.is_file(), "no README.md beside the adapter")
    rows = [line for line in file.read_text("utf-8").splitlines() if line.startswith("|")]
    must(len(rows) >= _MAPPED + 2, f"{len(rows)} lines of a table")
