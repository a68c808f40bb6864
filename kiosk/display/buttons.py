"""Buttons of the touch screens, and what touching one means."""

from collections.abc import Sequence
from typing import Any

from kiosk.domain.ids import Language, ServiceId
from kiosk.domain.visit import (
    CancelTouched,
    LanguageTouched,
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


def button(
    action: str,
    label: str,
    style: str,
    detail: str | None = None,
    wait: str | None = None,
    *,
    enabled: bool = True,
) -> Json:
    """A button of a finished screen."""
    return {
        "action": action,
        "label": label,
        "detail": detail,
        "wait": wait,
        "enabled": enabled,
        "style": style,
    }


def language_buttons(languages: Sequence[Language]) -> list[Json]:
    """One for each language."""
    return [button(f"language:{one}", ENDONYMS.get(one, one), "language") for one in languages]


def touch_of(action: str) -> Touch:
    """What a button's action means. Raises ValueError when it is none."""
    if action == CANCEL:
        return CancelTouched()
    if action == STAY:
        return StayTouched()
    if action == WRONG:
        return WrongServiceTouched()
    match action.split(":", 1):
        case ["language", value] if value:
            return LanguageTouched(Language(value))
        case ["service", value] if value:
            return ServiceTouched(ServiceId(value))
    raise ValueError(f"no button has the action {action!r}")
