"""What do all request bodies have in common?

Unknown keys are refused, with the nearest known key as advice: a misspelt ``hs_cod`` must not
become "no code given".
"""

from difflib import get_close_matches
from typing import Any

from marshmallow import RAISE, Schema, ValidationError

from api.schemas.values import UNKNOWN


class Body(Schema):
    """The base of every request schema."""

    class Meta:
        """Unknown keys are errors."""

        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Add the nearest known key to each unknown one."""
        known = [field.data_key or name for name, field in self.load_fields.items()]
        messages: Any = error.messages
        for part in messages.values() if many else [messages]:
            if isinstance(part, dict):
                _advise(part, known)


def _advise(messages: dict[Any, Any], known: list[str]) -> None:
    for key, message in messages.items():
        if message == [UNKNOWN] and key not in known:
            nearest = get_close_matches(str(key), known, 1)
            advice = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(known)}."
            messages[key] = [f"Unknown field: {advice}"]
