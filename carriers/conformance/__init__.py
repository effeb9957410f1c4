"""Does a carrier keep its promises? The kit that every carrier must pass; it ships with us.

A plug-in's test file subclasses `RatesConformance` and says how its carrier is made:

    class TestAcme(RatesConformance):
        def carrier(self) -> Carrier:
            return acme()
"""

from carriers.conformance.rates import SAMPLE_REQUESTS, RatesConformance

__all__ = ["SAMPLE_REQUESTS", "RatesConformance"]
