"""Which quote is this, and how long does it hold?"""

from datetime import datetime, timedelta
from secrets import token_hex

from api.services.quotes import Stamp

HOLDS_FOR = timedelta(hours=24)


def new_stamp(moment: datetime) -> Stamp:
    """A new id, which nobody can guess, and the moments a quote was made and ends."""
    moment = moment.replace(microsecond=0)
    return Stamp(f"qt_{token_hex(12)}", moment, moment + HOLDS_FOR)
