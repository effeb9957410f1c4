"""How is a publisher's XML read without doing what the XML says?

No entities are resolved, nothing is fetched, trees of absurd depth are refused, and a file with a
document type is refused as a whole: no publisher's list has one, and all known tricks need it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from data.importing.sanctions.list_reports import ListTally


def records(
    file: BinaryIO, tally: ListTally, root: str, tags: tuple[str, ...]
) -> Iterator[tuple[int, etree._Element, etree._Element]]:
    """Each record with its number and the root, as the file streams past.

    Names are without namespace. Raises `ListRefusedError` for a file that is not what it should be.
    """
    number = 0
    context = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    top: etree._Element | None = None
    try:
        for event, element in context:
            if top is None:
                top = element
                _check_root(top, root, tally)
            if event == "end" and local(element) in tags:
                number += 1
                yield number, element, top
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise tally.refusal(f"not well-formed: {error.msg}") from error
    tally.lines = number


def _check_root(top: etree._Element, root: str, tally: ListTally) -> None:
    about = top.getroottree().docinfo
    if about.internalDTD is not None or about.externalDTD is not None:
        raise tally.refusal("the file has a document type, which no list has")
    if local(top) != root:
        raise tally.refusal(f"the file is a {local(top)}, not a {root}")


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def children(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    """The elements at the end of a path of names."""
    if not path:
        yield element
        return
    for child in element:
        if isinstance(child.tag, str) and local(child) == path[0]:
            yield from children(child, *path[1:])


def text(element: etree._Element, *path: str) -> str:
    """The words at the end of a path, blanks tidied; empty where there are none."""
    for found in children(element, *path):
        return " ".join((found.text or "").split())
    return ""


def texts(element: etree._Element, *path: str) -> tuple[str, ...]:
    """All words at the end of a path, without empty ones."""
    found = (" ".join((each.text or "").split()) for each in children(element, *path))
    return tuple(dict.fromkeys(each for each in found if each))
