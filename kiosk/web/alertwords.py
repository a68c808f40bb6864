"""What is said of an alert: what it is about, and what to do."""

from typing import assert_never

from kiosk.domain.alert import Alert, AlertKind
from kiosk.domain.branchplan import BranchPlan
from kiosk.flow.state import named
from kiosk.locale import say


def alert_words(alert: Alert, plan: BranchPlan, language: str) -> tuple[str, str]:
    """A title and a sentence of advice in the reader's language."""
    match alert.kind:
        case AlertKind.LONG_WAIT:
            title = say(language, "{number} has been waiting long", number=alert.number)
            advice = say(language, "Speak to the customer, and open one more counter if you can.")
        case AlertKind.KEY_CLIENT:
            title = say(language, "A key client took {number}", number=alert.number)
            advice = say(language, "Welcome the client.")
        case AlertKind.CALL:
            return _call_words(alert, language)
        case AlertKind.NO_COUNTER:
            queue = plan.queues.get(alert.queue) if alert.queue else None
            name = named(queue.names, language) if queue else alert.queue
            title = say(language, "Nobody calls from the queue {queue}", queue=name)
            advice = say(language, "People wait there: open a counter that serves it.")
        case AlertKind.DEVICE:
            title = say(language, "{device} doesn't work", device=alert.device)
            advice = say(language, "Look at it. If you can't help it, call who looks after it.")
        case AlertKind.PAPER_LOW:
            title = say(language, "{device} is running out of paper", device=alert.device)
            advice = say(language, "Put in a new roll soon.")
        case AlertKind.CLOCK:
            title = say(language, "The machine's clock was wrong")
            advice = say(language, "Waits stay right. Have the clock's time server looked at.")
        case AlertKind.DEGRADED:
            title = say(language, "A part of the machine doesn't work: {part}", part=alert.device)
            advice = say(language, "The hall goes on. Call who looks after the machine.")
        case _:
            assert_never(alert.kind)
    return title, advice


def alert_name(kind: AlertKind, language: str) -> str:
    """What alerts of this kind are called."""
    match kind:
        case AlertKind.LONG_WAIT:
            return say(language, "Long wait")
        case AlertKind.KEY_CLIENT:
            return say(language, "Key client")
        case AlertKind.CALL:
            return say(language, "Call for the lobby manager")
        case AlertKind.NO_COUNTER:
            return say(language, "No counter open")
        case AlertKind.DEVICE:
            return say(language, "Device fault")
        case AlertKind.PAPER_LOW:
            return say(language, "Paper low")
        case AlertKind.CLOCK:
            return say(language, "Clock")
        case AlertKind.DEGRADED:
            return say(language, "Part of the machine")
        case _:
            assert_never(kind)


def _call_words(alert: Alert, language: str) -> tuple[str, str]:
    if alert.counter:
        title = say(language, "Counter {counter} calls you", counter=alert.counter)
        return title, say(language, "Go to the counter.")
    title = say(language, "Somebody at {device} asks for you", device=alert.device)
    return title, say(language, "Go to the customer.")
