"""Does a carrier keep its promises? The kit that every carrier must pass; it ships with us.

A plug-in's test file is four lines:

    class TestAcme(CarrierConformance):
        manifest = MANIFEST

`RatesConformance` asks a rate card more than that: what only a price list can answer.
"""

from carriers.conformance.kit import CarrierConformance
from carriers.conformance.rates import SAMPLE_REQUESTS, RatesConformance
from carriers.conformance.report import Report, Result, run

__all__ = [
    "SAMPLE_REQUESTS",
    "CarrierConformance",
    "RatesConformance",
    "Report",
    "Result",
    "run",
]
