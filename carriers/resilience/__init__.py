"""What is done while a carrier is slow, silent or wrong?

A `Guard` holds what a process has learned about the carriers it asks: which are not worth asking
now (`breakers`), how many questions may be open (`bulkheads`), how many calls are left (`quotas`),
how long an answer usually takes (`pace`), and what was offered before (`kept_offers`).
"""

from carriers.resilience.guard import Guard

__all__ = ["Guard"]
