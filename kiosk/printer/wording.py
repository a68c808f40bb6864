"""What a slip says, in its language: each content of the settings in words."""

from typing import assert_never

from kiosk.domain.slip import Slip
from kiosk.locale import say, say_count
from kiosk.settings.slip import Content


def words(content: Content, slip: Slip) -> str:
    """The content in words, one line; empty where this slip has nothing to say of it."""
    match content:
        case "branch":
            return slip.branch
        case "copy":
            return say(slip.language, "COPY") if slip.copy else ""
        case "number":
            return slip.number
        case "service":
            return slip.service
        case "rule":
            return ""
        case "greeting":
            return slip.named_greeting or slip.greeting
        case "appointment":
            return _appointment(slip)
        case "priority":
            return _priority(slip)
        case "ahead":
            return _people_ahead(slip)
        case "wait":
            return _wait(slip)
        case "code":
            return say(slip.language, "Scan to follow the queue on your phone")
        case "time":
            return _time(slip)
        case _:
            assert_never(content)


def filled(text: str, slip: Slip) -> str:
    """A text of the site with what it leaves open (``settingsslip.PLACEHOLDERS``)."""
    return text.format(
        branch=slip.branch, number=slip.number, service=slip.service, time=_time(slip)
    )


def _appointment(slip: Slip) -> str:
    if slip.booked_for is None:
        return ""
    return say(slip.language, "Your appointment is at {time}.", time=f"{slip.booked_for:%H:%M}")


def _priority(slip: Slip) -> str:
    return say(slip.language, "Welcome. We serve you with priority.") if slip.priority else ""


def _people_ahead(slip: Slip) -> str:
    if slip.people_ahead is None:
        return ""
    if slip.people_ahead == 0:
        return say(slip.language, "You are next.")
    return say_count(
        slip.language,
        "{count} person is ahead of you.",
        "{count} people are ahead of you.",
        slip.people_ahead,
    )


def _wait(slip: Slip) -> str:
    if not slip.wait_minutes:
        return ""
    return say_count(
        slip.language,
        "Expected wait: up to {count} minute.",
        "Expected wait: up to {count} minutes.",
        slip.wait_minutes,
    )


def _time(slip: Slip) -> str:
    issued = slip.issued_at
    return say(
        slip.language,
        "{year}-{month}-{day}  {time}",
        year=issued.year,
        month=f"{issued.month:02}",
        day=f"{issued.day:02}",
        time=f"{issued:%H:%M}",
    )
