"""The stages of a visit, drawn from the hall as it is now."""

from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceKind, DeviceStatus
from kiosk.domain.ids import JobId
from kiosk.domain.queue import REGULAR
from kiosk.domain.service import is_open, opens_at
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import ChoosingService, HoldingTicket, Idle, Notice, Offer
from kiosk.flow.visits import Visit
from kiosk.ports import Clock


def idle(branch: Branch, clock: Clock, notice: Notice | None) -> Idle:
    """Nobody is there."""
    if branch.outage:
        return Idle(branch.plan.languages, out_of_order=True)
    offered = offers(branch, clock)
    return Idle(
        languages=branch.plan.languages,
        open=any(offer.open for offer in offered),
        opens_at=min((offer.opens_at for offer in offered if offer.opens_at), default=None),
        notice=notice,
        reader_ready=_is_well(branch, DeviceKind.CARD_READER),
        paper_ready=_is_well(branch, DeviceKind.PRINTER),
    )


def choosing(
    branch: Branch, clock: Clock, visit: Visit, notice: Notice | None = None
) -> ChoosingService:
    """The person of this visit chooses a service."""
    known = visit.recognition
    return ChoosingService(
        language=visit.language,
        languages=branch.plan.languages,
        offers=offers(branch, clock),
        client=visit.client,
        priority=known is not None and known.priority_class not in (None, REGULAR),
        notice=notice,
    )


def holding(
    branch: Branch, ticket: Ticket, ahead: int | None, job: JobId | None, url: str | None
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
    )


def offers(branch: Branch, clock: Clock) -> tuple[Offer, ...]:
    """The branch's services as they can be had now."""
    local = clock.now().astimezone(branch.plan.zone)
    return tuple(
        Offer(
            service=service.id,
            names=service.names,
            open=is_open(service, local),
            opens_at=opens_at(service, local),
            waiting=branch.lines.count(service.queue),
        )
        for service in branch.plan.services.values()
    )


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
