"""A quick record is the frozen dataclass it was, only sooner."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace

import pytest

from data.model.charges import Charge
from data.model.money import money
from data.model.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Parcel:
    weight: int
    name: str = "box"
    contents: dict[str, int] = field(default_factory=dict)


def test_its_fields_are_what_was_given_or_else_their_defaults():
    assert asdict(Parcel(3)) == {"weight": 3, "name": "box", "contents": {}}
    assert Parcel(3, contents={"a": 1}).contents == {"a": 1}
    assert Parcel(3).contents is not Parcel(3).contents


def test_nobody_can_change_it():
    with pytest.raises(FrozenInstanceError):
        Parcel(3).weight = 4
    with pytest.raises((AttributeError, TypeError)):
        Parcel(3).colour = "red"


def test_it_is_compared_copied_and_replaced_by_its_fields():
    one = Parcel(3, "bag", {"a": 1})
    assert one == Parcel(3, "bag", {"a": 1}) != replace(one, weight=4)
    assert copy.copy(one) == pickle.loads(pickle.dumps(one)) == one
    assert type(copy.copy(one)) is type(one) is Parcel


def test_what_is_missing_or_unknown_is_refused():
    with pytest.raises(TypeError, match="weight"):
        Parcel()
    with pytest.raises(TypeError, match="colour"):
        Parcel(3, colour="red")


def test_a_charge_is_one_and_prints_itself():
    charge = Charge("duty", "US.general", "Duty", "5% × 10 USD", money("0.50", "USD"))
    assert charge.status == "applies"
    assert repr(charge).startswith("Charge(kind='duty', code='US.general'")


@pytest.mark.parametrize("options", [{"frozen": True}, {"frozen": True, "slots": True}])
def test_a_class_that_it_could_not_make_alike_is_refused(options):
    class Base:
        __slots__ = ()

    class Derived(Base):
        weight: int

    with pytest.raises(TypeError):
        quick(dataclass(**options)(Derived))


def test_it_has_no_subclasses():
    with pytest.raises(TypeError, match="cannot be a base"):

        class Crate(Parcel):
            pass
