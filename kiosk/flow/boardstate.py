"""What the hall's boards show: whom to which counter, the latest calls, what each counter does.

Pure, as :mod:`kiosk.flow.state`. Numbers only: a board hangs where everybody reads it.
"""

from kiosk.domain.branch import Branch
from kiosk.domain.call import Call
from kiosk.domain.ids import CounterId, TicketId
from kiosk.domain.rules import ReasonFor
from kiosk.domain.ticket import TicketState
from kiosk.shapes.hall import BoardCall, BoardCounter, BoardState, Texts
from kiosk.shapes.writing import instant

BOARD_CALLS = 8
"""Calls that a hall board lists under the ones being called."""


def board_state(branch: Branch) -> BoardState:
    """What a hall board draws: who is being called, the latest calls, what each counter does."""
    called = [call for call in _latest_calls(branch) if _is_called(branch, call.ticket)]
    before = [call for call in _latest_calls(branch) if not _is_called(branch, call.ticket)]
    return {
        "calling": [_call(call) for call in called],
        "last": [_call(call) for call in before[:BOARD_CALLS]],
        "counters": [_board_counter(branch, counter) for counter in branch.plan.counters],
        "notice": _notice(branch),
        "waiting": sum(branch.lines.count(queue) for queue in branch.plan.queues),
        "sequence": branch.sequence,
    }


def _notice(branch: Branch) -> Texts | None:
    """What everyone in the hall should read, by language: why it was cleared."""
    if branch.cleared is None:
        return None
    reasons = branch.plan.reasons.get(ReasonFor.CLEAR, {})
    return {language: text for language, text in reasons.get(branch.cleared, {}).items()}


def _latest_calls(branch: Branch) -> list[Call]:
    """One call a ticket, the newest first; none of who waits again or is put aside."""
    newest: dict[TicketId, Call] = {}
    for call in reversed(branch.calls):
        newest.setdefault(call.ticket, call)
    return [call for call in newest.values() if branch.tickets[call.ticket].counter is not None]


def _is_called(branch: Branch, ticket: TicketId) -> bool:
    return branch.tickets[ticket].state is TicketState.CALLED


def _call(call: Call) -> BoardCall:
    return {
        "ticket": call.ticket,
        "number": call.number,
        "counter": call.counter,
        "language": call.language,
        "at": instant(call.at),
        "times": call.times,
    }


def _board_counter(branch: Branch, counter: CounterId) -> BoardCounter:
    ticket = branch.open_ticket(counter)
    return {
        "id": counter,
        "name": dict(branch.plan.counters[counter].names),
        "state": branch.counter(counter).state,
        "number": ticket.number if ticket else None,
    }
