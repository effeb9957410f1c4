"""Whom has the US Department of Commerce denied export privileges? Its tab-separated list.

One person has a line for each address, and orders have no number: the entry is the name with the
day its order took effect.
"""

from collections import defaultdict
from typing import BinaryIO

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.tabular import Row, rows
from data.importing.sanctions.wording import countries, read_us_day, script_of
from data.model.listed_parties import ListedName, ListedParty

_NEEDED = frozenset({"Name", "Street_Address", "City", "State", "Country", "Effective_Date"})
_ADDRESS = ("Street_Address", "City", "State", "Postal_Code", "Country")
_PROGRAMME = "Denied Persons List"


def read_bis_dpl(file: BinaryIO, tally: ListTally) -> None:
    """Read the list into a tally. Raises `ListRefusedError`."""
    found: dict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
    for number, row in rows(file, tally, _NEEDED, delimiter="\t"):
        if not row["Name"] or read_us_day(row["Effective_Date"]) is None:
            tally.refuse(number, "a line without name or day")
            continue
        found[row["Name"], row["Effective_Date"]].append((number, row))
    for (name, effective), lines in found.items():
        tally.add(
            lines[0][0], _entry(tally.watch_list.id, name, effective, [row for _, row in lines])
        )


def _entry(list_id: str, name: str, effective: str, lines: list[Row]) -> ListedParty:
    since = read_us_day(effective)
    ends = [read_us_day(row.get("Expiration_Date", "")) for row in lines]
    known = [end for end in ends if end is not None]
    addresses = (", ".join(filter(None, (row.get(part) for part in _ADDRESS))) for row in lines)
    return ListedParty(
        list=list_id,
        id=f"{name} {since}",
        kind="entity",  # the list does not say which of them are people
        names=(ListedName(name, "primary", script_of(name)),),
        addresses=tuple(dict.fromkeys(line for line in addresses if line)),
        # The list leaves the country out where it is the United States.
        countries=countries(row["Country"] or ("US" if row["State"] else "") for row in lines),
        programmes=(_PROGRAMME,),
        listed_on=since,
        until=max(known) if len(known) == len(lines) else None,
    )
