"""How does a page become HTML? Templates of this package, with everything escaped."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup


@cache
def templates() -> Environment:
    """The templates: HTML is escaped, and a name that is not there is an error."""
    return Environment(
        loader=PackageLoader("api.web"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def stylesheet(name: str) -> tuple[Markup, str]:
    """A style sheet to stand in a page, and the source expression that allows exactly it."""
    loader = templates().loader
    assert loader is not None  # noqa: S101 - made above
    text, _, _ = loader.get_source(templates(), name)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 - a file of ours
