"""The stages of a visit, drawn from the hall as it is now."""

from dataclasses import replace
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceKind, DeviceStatus
from kiosk.domain.ids import ClassId, JobId
from kiosk.domain.issuing import queue_of
from kiosk.domain.queue import REGULAR
from kiosk.domain.refusals import CapReached, CodeUsed, PersonCapReached, Refused, ServiceClosed
from kiosk.domain.service import Service, closes_soon, is_open, opens_at
from kiosk.domain.slip import SlipState
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    Notice,
    Offer,
    ServiceTouched,
    Touch,
)
from kiosk.flow.estimatebook import EstimateBook, Outlook
from kiosk.flow.receipt import Receipt
from kiosk.flow.showing import VisitRules
from kiosk.flow.state import last_tickets, tickets_left
from kiosk.flow.stay import Visit
from kiosk.ports import Clock, LogUnavailable


def idle(branch: Branch, clock: Clock, notice: Notice | None, rules: VisitRules) -> Idle:
    """Nobody is there; what may be done instead of swiping a card is for the rules to say."""
    if branch.outage:
        return Idle(branch.plan.languages, out_of_order=True)
    local = clock.now().astimezone(branch.plan.zone)
    services = branch.plan.services.values()
    is_any_open = any(is_open(service, local) for service in services)
    openings = [at for service in services if (at := opens_at(service, local))]
    return Idle(
        languages=branch.plan.languages,
        open=is_any_open,
        opens_at=min(openings, default=None),
        notice=_or_of_a_slip(branch, notice),
        card=rules.card if _is_well(branch, DeviceKind.CARD_READER) else None,
        paper_ready=_is_well(branch, DeviceKind.PRINTER),
        scanner_ready=rules.codes and _is_well(branch, DeviceKind.SCANNER),
        phone=bool(rules.phone) and is_any_open,
    )


def choosing(
    branch: Branch, clock: Clock, visit: Visit, book: EstimateBook, notice: Notice | None = None
) -> ChoosingService:
    """The person of this visit chooses a service."""
    known = visit.recognition
    return ChoosingService(
        language=visit.language,
        languages=branch.plan.languages,
        offers=offers(branch, clock, visit, book),
        client=visit.client,
        document=visit.document,
        priority=known is not None and known.priority_class not in (None, REGULAR),
        notice=notice,
    )


def holding(
    branch: Branch,
    ticket: Ticket,
    ahead: int | None,
    job: JobId | None,
    *,
    url: str | None,
    outlook: Outlook | None,
) -> HoldingTicket:
    """The person has this number; ``job`` is its slip's, None when none is printed."""
    return HoldingTicket(
        language=ticket.language,
        ticket=ticket.id,
        number=ticket.number,
        service_names=branch.plan.services[ticket.service].names,
        people_ahead=ahead,
        slip=slip_state(branch, job),
        follow_url=url,
        wait=outlook.estimate if outlook else None,
        today=outlook is None or outlook.estimate is not None,
        reroutable=len(branch.plan.services) > 1,
    )


def regret(why: Refused | LogUnavailable, *, rerouting: bool) -> Notice:
    """How a person is told that there is no number."""
    match why:
        case ServiceClosed():
            return Notice.SERVICE_CLOSED
        case CapReached() | PersonCapReached():
            return Notice.NO_MORE_TODAY
        case CodeUsed():
            return Notice.CODE_USED
        case Refused() if rerouting:
            return Notice.NOT_REROUTED
        case _:
            return Notice.OUT_OF_ORDER


def keeps(held: HoldingTicket, touch: Touch, branch: Branch) -> bool:
    """Whether this touch leaves the number with the service that it has."""
    own = ServiceTouched(branch.tickets[held.ticket].service)
    return touch in (own, CancelTouched())


def offers(branch: Branch, clock: Clock, visit: Visit, book: EstimateBook) -> tuple[Offer, ...]:
    """The branch's services as this person can have them now."""
    known = visit.recognition
    of = (known and known.priority_class) or REGULAR
    local = clock.now().astimezone(branch.plan.zone)
    services = branch.plan.services.values()
    return tuple(_offer(branch, service, of, local, book) for service in services)


def _offer(
    branch: Branch, service: Service, of: ClassId, local: datetime, book: EstimateBook
) -> Offer:
    queue = queue_of(service, of)
    outlook = book.newcomer((queue, of))
    return Offer(
        service=service.id,
        names=service.names,
        open=is_open(service, local),
        opens_at=opens_at(service, local),
        waiting=branch.lines.count(queue),
        wait=outlook.estimate if outlook else None,
        today=outlook is None or outlook.estimate is not None,
        left=tickets_left(branch, service) if last_tickets(branch, service) else None,
        closes_at=closes_soon(service, local),
    )


def still_holding(branch: Branch, stage: HoldingTicket, job: JobId | None) -> HoldingTicket:
    """The same number, and its slip as it is now."""
    return replace(stage, slip=slip_state(branch, job), slip_left=job in branch.left)


def _or_of_a_slip(branch: Branch, notice: Notice | None) -> Notice | None:
    """What there is to say first, and else whether a slip was left in the printer (MediaPresented)."""
    if notice not in (None, Notice.SLIP_WAITING):
        return notice
    return Notice.SLIP_WAITING if branch.left else None


def slip_state(branch: Branch, job: JobId | None) -> SlipState | None:
    """How a slip is; None when there is none."""
    slip = branch.slips.get(job) if job else None
    return slip.state if slip else None


def _is_well(branch: Branch, kind: DeviceKind) -> bool:
    """Whether no device of a kind has a fault."""
    return not any(
        condition.kind is kind and condition.status is not DeviceStatus.ONLINE
        for condition in branch.devices.values()
    )


def job_of(receipt: Receipt) -> JobId | None:
    """The slip job that a ticket was issued with."""
    jobs = (fact.event.job.id for fact in receipt.facts if isinstance(fact.event, SlipPrepared))
    return next(jobs, None)
