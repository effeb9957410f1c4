"""What does a message about a parcel say? The same in plain text and in HTML."""

from api.services.mailing import Mail
from api.services.notices import Occasion
from api.services.tracking_records import read_event
from api.services.tracking_shipments import language_of
from api.web.rendering import templates
from api.web.words import words


def compose(occasion: Occasion) -> Mail:
    """The message for an occasion, in the language of whoever waits for the parcel."""
    tracking, wish = occasion.tracking, occasion.wish
    say = words(language_of(tracking.locale))
    notice = say.said["notice"][occasion.kind]
    subject = f"{notice['subject']} ({tracking.number})"
    estimated = tracking.estimated
    if estimated is not None and tracking.events:
        estimated = estimated.astimezone(read_event(tracking.events[-1]).at.tzinfo)
    filled = {
        "say": say,
        "subject": subject,
        "intro": notice["intro"],
        "reason": say.maybe("reason", tracking.reason),
        "advice": say.advice(tracking.status, tracking.reason, tracking.action_by),
        "carrier": occasion.carrier,
        "number": tracking.number,
        "expected": say.day(estimated) if estimated and occasion.kind != "delivered" else None,
        "url": f"{occasion.page}?lang={say.language}" if occasion.page else None,
        "why": say("mail", "why", sender=wish.from_name)
        if wish.from_name
        else say("mail", "why_nobody"),
    }
    text, html = (
        templates().get_template(f"notice.{form}").render(filled) for form in ("txt", "html")
    )
    return Mail(
        to=tracking.recipient or "",
        subject=subject,
        text=text,
        html=html,
        language=say.language,
        from_name=wish.from_name,
        reply_to=wish.reply_to,
    )
