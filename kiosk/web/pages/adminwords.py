"""What the administrator's page calls things."""

from typing import assert_never

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.finding import Verdict
from kiosk.locale import say


def status_name(condition: DeviceCondition | None, language: str) -> str:
    """How it is, in a word."""
    if condition is None:
        return say(language, "No news yet")
    match condition.status:
        case DeviceStatus.ONLINE:
            return say(language, "Works") if condition.well else say(language, "Works for now")
        case DeviceStatus.STARTING:
            return say(language, "Starts")
        case DeviceStatus.OFFLINE:
            return say(language, "Doesn't answer")
        case DeviceStatus.NO_DEVICE:
            return say(language, "Not there")
        case DeviceStatus.HARDWARE_ERROR:
            return say(language, "Out of order")
        case DeviceStatus.USER_ERROR:
            return say(language, "Needs a hand")
        case DeviceStatus.DEVICE_BUSY:
            return say(language, "Used by another program")
        case _:
            assert_never(condition.status)


def verdict_name(verdict: Verdict, language: str) -> tuple[str, str]:
    """How a finding looks, and its verdict in a word."""
    match verdict:
        case Verdict.OK:
            return "open", say(language, "Well")
        case Verdict.WARN:
            return "complaint", say(language, "To be mended")
        case Verdict.WRONG:
            return "wrong", say(language, "Wrong")
        case Verdict.UNKNOWN:
            return "", say(language, "Not known")
        case _:
            assert_never(verdict)


def trial_name(kind: DeviceKind, language: str) -> str:
    """What is written on the button that begins a trial."""
    match kind:
        case DeviceKind.PRINTER:
            return say(language, "Print a test slip")
        case DeviceKind.CARD_READER:
            return say(language, "Try a card")
        case DeviceKind.SCANNER:
            return say(language, "Try a code")
        case DeviceKind.LED:
            return say(language, "Try what it shows")
        case DeviceKind.CALL_PAD:
            return say(language, "Try its keys")
        case DeviceKind.VOICE:
            return say(language, "Speak a call")
        case _:
            return say(language, "Try it")
