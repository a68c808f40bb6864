"""Buttons of the touch screens, and what touching one means."""

from collections.abc import Iterable, Sequence
from typing import Any

from kiosk.domain.ids import Language, ServiceId
from kiosk.domain.visit import (
    CancelTouched,
    ClearTouched,
    ConfirmTouched,
    CorrectTouched,
    CountryTouched,
    DigitTouched,
    LanguageTouched,
    LargeTextTouched,
    LowReachTouched,
    MoreTouched,
    PhoneTouched,
    ServiceTouched,
    StayTouched,
    Touch,
    WrongServiceTouched,
)

Json = dict[str, Any]

ENDONYMS = {"zh": "中文", "en": "English", "ru": "Русский", "cs": "Čeština", "kk": "Қазақша"}
"""What each language calls itself: who looks for it can read nothing else."""

CANCEL = "cancel"
STAY = "stay"
WRONG = "wrong"
PHONE = "phone"
CONFIRM = "confirm"
CORRECT = "correct"
CLEAR = "clear"
MORE = "more"
LARGE_TEXT = "large-text"
LOW_REACH = "low-reach"

DIGITS = frozenset("0123456789")

_PLAIN: dict[str, Touch] = {
    CANCEL: CancelTouched(),
    STAY: StayTouched(),
    WRONG: WrongServiceTouched(),
    PHONE: PhoneTouched(),
    CONFIRM: ConfirmTouched(),
    CORRECT: CorrectTouched(),
    CLEAR: ClearTouched(),
    MORE: MoreTouched(),
    LARGE_TEXT: LargeTextTouched(),
    LOW_REACH: LowReachTouched(),
}
"""Actions that say everything by themselves."""


def button(
    action: str,
    label: str,
    style: str,
    detail: str | None = None,
    wait: str | None = None,
    *,
    enabled: bool = True,
    icon: str | None = None,
) -> Json:
    """A button of a finished screen."""
    return {
        "action": action,
        "label": label,
        "detail": detail,
        "wait": wait,
        "enabled": enabled,
        "style": style,
        "icon": icon,
    }


def language_buttons(languages: Sequence[Language]) -> list[Json]:
    """One for each language."""
    return [button(f"language:{one}", ENDONYMS.get(one, one), "language") for one in languages]


def country_buttons(codes: Iterable[str]) -> list[Json]:
    """One for each country code."""
    return [button(f"country:{code}", f"+{code}", "country") for code in codes]


def digit_button(digit: str) -> Json:
    """A key of the keypad."""
    return button(f"digit:{digit}", digit, "key")


def repeat_within(action: str) -> float:
    """Seconds after another touch in which this one is the same press: a bouncing finger.

    Elsewhere also an impatient one; but a keypad is typed on quickly, and ``11`` is meant.
    """
    return 0.1 if action == CORRECT or action.startswith("digit:") else 0.4


def touch_of(action: str) -> Touch:
    """What a button's action means. Raises ValueError when it is none."""
    if touch := _PLAIN.get(action):
        return touch
    match action.split(":", 1):
        case ["language", value] if value:
            return LanguageTouched(Language(value))
        case ["service", value] if value:
            return ServiceTouched(ServiceId(value))
        case ["country", value] if value:
            return CountryTouched(value)
        case ["digit", value] if value in DIGITS:
            return DigitTouched(value)
    raise ValueError(f"no button has the action {action!r}")
