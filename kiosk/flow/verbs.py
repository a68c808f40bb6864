"""What one key can say at a counter, on a console, on a call pad or over HTTP."""

from collections.abc import Callable, Mapping

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    FinishServing,
    KeyCommand,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.ids import CounterId, StaffRef

VERBS: Mapping[str, Callable[[CounterId, StaffRef], KeyCommand]] = {
    "open": OpenCounter,
    "pause": PauseCounter,
    "close": CloseCounter,
    "next": CallNext,
    "recall": RecallTicket,
    "start": StartServing,
    "finish": FinishServing,
    "no-show": MarkNoShow,
}
