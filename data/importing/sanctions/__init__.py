"""How does a publisher's list of restricted parties become entries of one shape?"""

from data.importing.sanctions.list_reports import ListRefusedError, ListReport, ReadList
from data.importing.sanctions.reading import read_list

__all__ = ["ListRefusedError", "ListReport", "ReadList", "read_list"]
