"""What is done at a counter, by the words for it."""

from collections.abc import Callable

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    CloseCounter,
    Command,
    FinishServing,
    KeyCommand,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    ServeWithoutTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.ids import CounterId, StaffRef, TicketId, VisitId
from kiosk.domain.ticketcommands import OpenTicketAt, ParkTicket, ReturnTicket, TransferTicket
from tests.domain.day import LI, ONE
from tests.support.branch import B

NEW = TicketId("new")
KEYS: dict[str, type[KeyCommand]] = {
    "open": OpenCounter,
    "pause": PauseCounter,
    "close": CloseCounter,
    "next": CallNext,
    "recall": RecallTicket,
    "start": StartServing,
    "finish": FinishServing,
    "no_show": MarkNoShow,
}
VERBS: dict[str, Callable[[CounterId, StaffRef], Command]] = {
    **KEYS,
    "park": lambda at, who: ParkTicket(OpenTicketAt(at), "documents", None, who),
    "return": lambda at, who: ReturnTicket(OpenTicketAt(at), who),
    "transfer": lambda at, who: TransferTicket(OpenTicketAt(at), B, False, who),
    "serve": lambda at, who: ServeWithoutTicket(at, who, NEW, VisitId("v-new")),
    "paper": lambda at, who: CallPaperNumber(at, who, NEW, VisitId("v-new"), 57),
    "break": lambda at, who: SetStatus(at, who, "short"),
    "ready": lambda at, who: SetStatus(at, who, "ready"),
}


def press(*verbs: str) -> list[Command]:
    """What Li at counter 1 presses, one after the other."""
    return [VERBS[verb](ONE, LI) for verb in verbs]
