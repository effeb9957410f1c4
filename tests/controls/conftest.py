"""The rules that ship with the product, read once."""

from pathlib import Path

import pytest

from customs.controls import Controls
from data.loading.controls import load_controls
from data.loading.measures import load_groups

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.fixture(scope="session")
def controls() -> Controls:
    """Every pack."""
    groups = load_groups(FACTS / "agreements" / "groups.toml")
    return Controls(load_controls(FACTS / "controls", groups))
