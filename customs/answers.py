"""Which answers to the law's questions cannot be meant?"""


class WrongFactError(ValueError):
    """A fact of a line that the rules cannot read: a word where a number is due, no such category.

    `pointer` is where it stands in a request (RFC 6901).
    """

    def __init__(self, line: int, fact: str, why: str) -> None:
        super().__init__(why)
        step = fact.replace("~", "~0").replace("/", "~1")
        self.pointer = f"/lines/{line}/facts/{step}"
