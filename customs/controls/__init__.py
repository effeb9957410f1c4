"""May these goods go from here to there, and what must go with them?

`check_controls` reads a consignment against dated rules of embargoes, prohibitions, licences,
documents and what a mode may not carry. The rules are facts (``data/facts/controls``).

Context: no list of controls is whole, and what a seller says of goods is often a word in a
description. Decision: rules are three-valued. A code or a stated fact decides; a word in a
description asks for the fact and never prohibits by itself; a rule that may apply asks only where
its own list of codes says that it concerns most such goods. Consequence: a consignment without
findings was compared with the packs that the answer names, and is not thereby allowed.
"""

from customs.controls.checking import CLEARANCE, Checked, Controls, Pack, check_controls
from customs.controls.proving import prove
from customs.controls.rules import Rule, read_controls

__all__ = [
    "CLEARANCE",
    "Checked",
    "Controls",
    "Pack",
    "Rule",
    "check_controls",
    "prove",
    "read_controls",
]
