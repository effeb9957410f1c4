"""How does a plug-in's author run the checks? Four lines in a test file.

    class TestAcme(CarrierConformance):
        manifest = MANIFEST

Each check is a test of its own; what does not apply, is exempt or belongs to a tier above the one
that the manifest claims is skipped with its reason.
"""

import re
from collections.abc import Callable
from typing import ClassVar
from unittest import SkipTest

from carriers.conformance.checks import LADDER, Check, all_checks
from carriers.conformance.report import OFF_THE_LADDER, run_check
from carriers.conformance.subject import BrokenPromiseError, Subject
from carriers.manifest import Manifest


class CarrierConformance:
    """What must hold for every carrier. Subclass it and say which `manifest`."""

    manifest: ClassVar[Manifest]
    _subject: ClassVar[Subject | None] = None

    @classmethod
    def subject(cls) -> Subject:
        """The carrier under examination, made once for all checks."""
        if cls._subject is None or cls._subject.manifest is not cls.manifest:
            cls._subject = Subject(cls.manifest)
        return cls._subject


def _test(check: Check) -> Callable[[CarrierConformance], None]:
    def test(self: CarrierConformance) -> None:
        claimed = self.manifest.tier
        if claimed in OFF_THE_LADDER:
            claimed = "gold"
        if LADDER.index(check.tier) > LADDER.index(claimed):
            raise SkipTest(f"of {check.tier}, and {self.manifest.code} claims {claimed}")
        result = run_check(check, self.subject())
        if result.outcome == "failed":
            raise BrokenPromiseError(f"check {check.number}: {check.sentence}\n{result.detail}")
        if result.outcome != "passed":
            raise SkipTest(f"{result.outcome}: {result.detail}")

    words = re.sub(r"[^a-z0-9]+", "_", check.sentence.lower()).strip("_")
    test.__name__ = f"test_{check.number:02}_{words}"
    test.__doc__ = check.sentence
    return test


for _each in all_checks():
    _made = _test(_each)
    setattr(CarrierConformance, _made.__name__, _made)
