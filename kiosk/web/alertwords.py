"""What is said of an alert: what it is about, and what to do."""

from typing import assert_never

from kiosk.domain.alert import Alert, AlertKind
from kiosk.domain.branch import Branch
from kiosk.faultwords import fault_words, kind_name
from kiosk.flow.state import named
from kiosk.locale import say


def alert_words(alert: Alert, branch: Branch, language: str) -> tuple[str, str]:
    """A title and a sentence of advice in the reader's language."""
    match alert.kind:
        case AlertKind.LONG_WAIT:
            title = say(language, "{number} has been waiting long", number=alert.number)
            advice = say(language, "Speak to the customer, and open one more counter if you can.")
        case AlertKind.KEY_CLIENT:
            title = say(language, "A key client took {number}", number=alert.number)
            advice = say(language, "Welcome the client.")
        case AlertKind.CALL:
            return _call_words(alert, branch, language)
        case AlertKind.NO_COUNTER:
            queue = branch.plan.queues.get(alert.queue) if alert.queue else None
            name = named(queue.names, language) if queue else alert.queue
            title = say(language, "Nobody calls from the queue {queue}", queue=name)
            advice = say(language, "People wait there: open a counter that serves it.")
        case AlertKind.DEVICE:
            title, advice = _fault_words(alert, branch, language)
        case AlertKind.PAPER_LOW:
            title = say(
                language,
                "{device} is running out of paper",
                device=_device_words(alert, branch, language),
            )
            advice = say(language, "Put in a new roll soon.")
        case AlertKind.CLOCK:
            title = say(language, "The machine's clock was wrong")
            advice = say(
                language,
                "Waits stay right; dates may be wrong. Have the machine's date and its time server"
                " looked at.",
            )
        case AlertKind.DEGRADED:
            title = say(
                language,
                "A part of the machine doesn't work: {part}",
                part=_device_words(alert, branch, language),
            )
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


def _fault_words(alert: Alert, branch: Branch, language: str) -> tuple[str, str]:
    title = say(language, "Doesn't work: {device}", device=_device_words(alert, branch, language))
    if alert.fault is None:
        return title, say(language, "Look at it. If you can't help it, call who looks after it.")
    device = branch.devices.get(alert.device) if alert.device else None
    says, advice = fault_words(language, alert.fault, device.kind if device else None)
    return title, f"{says} {advice}"


def _device_words(alert: Alert, branch: Branch, language: str) -> str:
    """What the device is, and its id in the settings, so that two of a kind are told apart."""
    condition = branch.devices.get(alert.device) if alert.device else None
    if condition is None:
        return alert.device or ""
    return f"{kind_name(condition.kind, language)} ({condition.device})"


def _call_words(alert: Alert, branch: Branch, language: str) -> tuple[str, str]:
    if alert.counter:
        title = say(language, "Counter {counter} calls you", counter=alert.counter)
        return title, say(language, "Go to the counter.")
    title = say(
        language, "Somebody asks for you: {device}", device=_device_words(alert, branch, language)
    )
    return title, say(language, "Go to the customer.")
