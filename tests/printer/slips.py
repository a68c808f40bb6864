"""Slips to print: one of each language, and whatever a test changes about it."""

from datetime import datetime
from typing import Any

from kiosk.domain.ids import JobId, Language
from kiosk.domain.queue import VIP
from kiosk.domain.slip import Slip

FOLLOW_URL = "https://q.bank.example/t/0123456789abcdef0123456789abcdef"

_NAMES = {
    "zh": ("科技园支行", "现金业务"),
    "en": ("Science Park", "Cash"),
    "ru": ("Отделение Научный парк", "Касса"),
    "cs": ("Pobočka Žižkov", "Hotovost a směnárna"),
    "kk": ("Құрылысшы бөлімшесі", "Қолма-қол ақша"),
}
LANGUAGES = tuple(_NAMES)


def slip(language: str = "en", **changes: Any) -> Slip:
    """A slip in that language. ``changes`` are fields of it; ``priority`` makes it a preferred client's."""
    branch, service = _NAMES[language]
    fields: dict[str, Any] = {
        "job": JobId("job-1"),
        "number": "A036",
        "language": Language(language),
        "branch": branch,
        "service": service,
        "issued_at": datetime(2026, 11, 22, 9, 5),
        "people_ahead": 4,
    }
    if changes.pop("priority", False):
        fields["priority_class"] = VIP
    return Slip(**fields | changes)
