"""Codes that somebody shows at a kiosk: what they open, or what the screen says instead."""

from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.ids import Language, ServiceId
from kiosk.domain.refusals import CodeUsed, CodeVoid
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import Notice
from kiosk.domain.visitcode import CodeFault, VisitCode
from kiosk.flow.stay import Visit
from kiosk.flow.visits import Visits


def admission(
    visits: Visits, code: VisitCode, branch: Branch, language: Language | None
) -> Visit | Ticket | Notice:
    """A new visit; the number that the code gave, while that is good for something; or why neither.

    ``language`` is what the person has chosen already.
    """
    try:
        return visits.open(code, branch, language)
    except CodeVoid as void:
        return notice_of(void.fault)
    except CodeUsed as used:
        return Notice.CODE_USED if used.state.final else branch.tickets[used.ticket]


def notice_of(fault: CodeFault) -> Notice:
    """How a person is told."""
    match fault:
        case CodeFault.INVALID:
            return Notice.CODE_INVALID
        case CodeFault.OTHER_BRANCH:
            return Notice.CODE_OF_ANOTHER_BRANCH
        case CodeFault.EXPIRED:
            return Notice.CODE_EXPIRED
        case CodeFault.TOO_EARLY:
            return Notice.CODE_TOO_EARLY
        case _:
            assert_never(fault)


def service_asked_for(visit: Visit, branch: Branch) -> ServiceId | None:
    """What the code is for; None when that is to be chosen, or the branch has no such service."""
    wanted = visit.code.service if visit.code else None
    return wanted if wanted in branch.plan.services else None
