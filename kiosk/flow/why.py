"""Why a ticket is next, in words: its class, and how much of its time is used up."""

from kiosk.domain.ids import ClassId
from kiosk.domain.ordering import Urgency
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP
from kiosk.locale import say, say_count


def why_next(language: str, priority_class: ClassId, urgency: Urgency, wait: int) -> str:
    """``VIP, at 130 % of its target``; ``wait`` in whole minutes."""
    name = class_name(language, priority_class)
    if urgency.escalated:
        return say_count(
            language,
            "{name}, overdue after {count} minute",
            "{name}, overdue after {count} minutes",
            wait,
            name=name,
        )
    share = round(urgency.score * 100)
    return say(language, "{name}, at {share} % of its target", name=name, share=share)


def class_name(language: str, priority_class: ClassId) -> str:
    """What staff call a class; a site's own goes by its id."""
    if priority_class == VIP:
        return say(language, "Priority client")
    if priority_class == APPOINTMENT:
        return say(language, "Appointment")
    if priority_class == REGULAR:
        return say(language, "Regular")
    return str(priority_class)
