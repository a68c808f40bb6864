"""The sheet of PADs on the administrator's page: which wait, which are let in, each with its buttons."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from kiosk.locale import say
from kiosk.store.deviceregister import DeviceState, Pad
from kiosk.web.pages.templates import draw


def pad_sheet(pads: Sequence[Pad], now: datetime, language: str) -> str:
    """The register as HTML; ``now`` is local (LOB-99)."""
    rows = [(pad, *_state(pad.state, language), _since(pad, now)) for pad in pads]
    return draw("padsheet.html", language, pads=rows)


def _state(state: DeviceState, language: str) -> tuple[str, str]:
    """How it looks, and in a word."""
    match state:
        case DeviceState.PENDING:
            return "complaint", say(language, "Waits for approval")
        case DeviceState.APPROVED:
            return "open", say(language, "Approved")
        case DeviceState.REVOKED:
            return "wrong", say(language, "Revoked")
        case _:
            assert_never(state)


def _since(pad: Pad, now: datetime) -> str:
    local = pad.since.astimezone(now.tzinfo)
    return local.strftime("%H:%M" if local.date() == now.date() else "%Y-%m-%d %H:%M")
