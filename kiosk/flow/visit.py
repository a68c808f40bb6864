"""One person at the kiosk: card and touches in, stages on the screen out, a ticket on the way.

One inbox, one handler: whatever happens is dealt with one after the other.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.events import Actor
from kiosk.domain.ids import CardToken, DeviceId, JobId
from kiosk.domain.refusals import CapReached, PersonCapReached, Refused, ServiceClosed
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    ConfirmTouched,
    EnteringPhone,
    HoldingTicket,
    Identifying,
    Idle,
    Issuing,
    LanguageTouched,
    Notice,
    PhoneTouched,
    ServiceTouched,
    StayTouched,
    Touch,
    WrongServiceTouched,
)
from kiosk.flow import stages
from kiosk.flow.clerk import Clerk
from kiosk.flow.desk import Desk, Receipt
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.inbox import (
    Answered,
    HallChanged,
    Happening,
    Inbox,
    Issued,
    NotIssued,
    SecondPassed,
)
from kiosk.flow.keypad import Keypad
from kiosk.flow.reactions import FollowUrl
from kiosk.flow.showing import Showing, VisitRules
from kiosk.flow.visits import Visit, Visits
from kiosk.ports import (
    CardPresented,
    CardReader,
    CardUnreadable,
    Clock,
    Display,
    LogUnavailable,
)

NOTICE_FOR = 6.0
"""Seconds that a notice stays on the idle screen."""


class Kiosk:
    """A kiosk: its readers and its touch screen, and whoever stands before them."""

    def __init__(
        self,
        name: DeviceId,
        display: Display,
        visits: Visits,
        desk: Desk,
        clock: Clock,
        *,
        rules: VisitRules,
        printer: DeviceId | None,
        follow_url: FollowUrl,
        book: EstimateBook,
    ) -> None:
        self._touches = display.touches
        self._showing = Showing(display, rules)
        self._keypad = Keypad(name, rules.phone, self._showing, visits)
        self._visits = visits
        self._desk = desk
        self._clock = clock
        self._rules = rules
        self._follow_url = follow_url
        self._book = book
        self._inbox = Inbox()
        self._clerk = Clerk(visits, self._inbox, Actor("terminal", device=name), printer)
        self._visit: Visit | None = None
        self._card: CardToken | None = None
        self._job: JobId | None = None
        self._wrong: HoldingTicket | None = None
        """The number that is being given another service."""

    async def run(self, readers: Sequence[CardReader], feed: Feed) -> None:
        """Serve one person after the other until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for reader in readers:
                tasks.create_task(self._inbox.pump(reader.readings()), name="card readings")
            tasks.create_task(self._inbox.pump(self._touches()), name="touches")
            tasks.create_task(self._inbox.follow(feed), name="hall changes")
            tasks.create_task(self._inbox.tick(), name="visit clock")
            self._begin_idle(await self._desk.branch())
            while True:
                happened = await self._inbox.get()
                self._handle(happened, await self._desk.branch())

    def _handle(self, happened: Happening, branch: Branch) -> None:
        match happened:
            case CardPresented(token=token):
                self._card_presented(token, branch)
            case CardUnreadable():
                self._card_unreadable(branch)
            case Answered(visit=visit):
                if visit is self._visit:
                    self._answered(visit, branch)
            case Issued(visit=visit, receipt=receipt):
                if visit is self._visit:
                    self._hold_ticket(receipt, branch)
            case NotIssued(visit=visit, why=why):
                if visit is self._visit:
                    self._not_issued(why, branch)
            case HallChanged():
                self._redraw(branch)
            case SecondPassed():
                self._second_passed(branch)
            case _:
                self._touched(happened, branch)

    def _card_presented(self, token: CardToken, branch: Branch) -> None:
        match self._showing.stage:
            case Identifying() | Issuing():
                return  # one thing at a time: this is the same hand once more
            case Idle(out_of_order=True):
                return  # the screen says where numbers are to be had
            case ChoosingService() if token == self._card:
                self._showing.stay()
            case ChoosingService() if self._card is None and self._visit is not None:
                self._card = token
                self._clerk.identify(self._visit, token)
            case _:
                self._visit, self._wrong = self._visits.begin(), None
                self._keypad.forget()
                self._card = token
                self._showing.ask(Identifying(self._visit.language))
                self._clerk.identify(self._visit, token)

    def _card_unreadable(self, branch: Branch) -> None:
        match stage := self._showing.stage:
            case Idle():
                self._begin_idle(branch, Notice.SWIPE_AGAIN)
            case ChoosingService() | EnteringPhone():
                self._showing.ask(replace(stage, notice=Notice.SWIPE_AGAIN, remaining=None))
            case Identifying() | Issuing() | HoldingTicket():
                pass  # a card swept through once too often
            case _:
                assert_never(stage)

    def _touched(self, touch: Touch, branch: Branch) -> None:
        match self._showing.stage, touch:
            case Idle(), LanguageTouched(language=language):
                self._visit = self._visits.begin(language)
                self._choose(self._visit, branch)
            case Idle(phone=True), PhoneTouched():
                self._visit = self._visits.begin()
                self._keypad.begin(self._visit)
            case EnteringPhone(), ConfirmTouched() if self._visit and self._keypad.complete:
                self._choose(self._visit, branch, self._keypad.claim(self._visit))
            case ChoosingService(), LanguageTouched(language=language) if self._visit:
                self._visit.language = language
                self._choose(self._visit, branch)
            case ChoosingService(), _ if self._wrong and _keeps(self._wrong, touch, branch):
                held = replace(self._wrong, slip=stages.slip_state(branch, self._job))
                self._wrong = None
                self._showing.show(held, within=self._rules.thanks_for)
            case ChoosingService(), ServiceTouched(service=service) if self._visit:
                self._showing.ask(Issuing(self._visit.language))
                wrong = self._wrong.ticket if self._wrong else None
                self._clerk.fetch(self._visit, service, wrong)
            case HoldingTicket(reroutable=True) as held, WrongServiceTouched() if self._visit:
                self._wrong = held
                self._choose(self._visit, branch)
            case ((ChoosingService() | EnteringPhone()), StayTouched()):
                self._showing.stay()
            case ((ChoosingService() | EnteringPhone() | HoldingTicket()), CancelTouched()):
                self._begin_idle(branch)
            case EnteringPhone(), _ if self._visit:
                self._keypad.touched(touch, self._visit)
            case _:
                pass  # a touch of a screen that is gone

    def _answered(self, visit: Visit, branch: Branch) -> None:
        match self._showing.stage:
            case Identifying():
                self._choose(visit, branch, None if visit.client else Notice.NOT_RECOGNISED)
            case ChoosingService() if visit.client:
                self._choose(visit, branch)
            case ChoosingService() as choosing if not visit.pending:
                self._showing.show(replace(choosing, notice=Notice.NOT_RECOGNISED))
            case _:
                pass  # the ticket is recognised afterwards

    def _choose(self, visit: Visit, branch: Branch, notice: Notice | None = None) -> None:
        stage = stages.choosing(branch, self._clock, visit, self._book, notice)
        self._showing.ask(replace(stage, number=self._wrong.number if self._wrong else None))

    def _hold_ticket(self, receipt: Receipt, branch: Branch) -> None:
        ticket = receipt.ticket
        if ticket is None:
            return
        if self._wrong is None:
            self._job = stages.job_of(receipt)
        self._wrong = None
        stage = stages.holding(
            branch,
            ticket,
            receipt.people_ahead,
            self._job,
            url=self._follow_url(ticket.id),
            outlook=self._book.ticket(ticket.id),
        )
        printed = stage.slip is SlipState.PRINTED
        self._showing.show(
            stage, within=self._rules.thanks_for if printed else 2 * self._rules.choose_within
        )

    def _not_issued(self, why: Refused | LogUnavailable, branch: Branch) -> None:
        match why:
            case ServiceClosed() if self._visit is not None:
                self._choose(self._visit, branch, Notice.SERVICE_CLOSED)
            case CapReached() | PersonCapReached() if self._visit is not None:
                self._choose(self._visit, branch, Notice.NO_MORE_TODAY)
            case Refused() if self._wrong is not None:
                self._begin_idle(branch, Notice.NOT_REROUTED)
            case _:
                self._begin_idle(branch, Notice.OUT_OF_ORDER)

    def _redraw(self, branch: Branch) -> None:
        """Show what facts changed of the present stage."""
        match stage := self._showing.stage:
            case Idle(notice=notice):
                self._showing.show(self._idle(branch, notice))
            case ChoosingService() if self._visit is not None:
                offers = stages.offers(branch, self._clock, self._visit, self._book)
                self._showing.show(replace(stage, offers=offers))
            case HoldingTicket(slip=before):
                now = stages.slip_state(branch, self._job)
                printed = now is SlipState.PRINTED and before is not SlipState.PRINTED
                within = self._rules.thanks_for if printed else None
                self._showing.show(replace(stage, slip=now), within=within)
            case Identifying() | Issuing() | ChoosingService() | EnteringPhone():
                pass
            case _:
                assert_never(stage)

    def _second_passed(self, branch: Branch) -> None:
        if self._showing.count_down():
            stuck = isinstance(self._showing.stage, Identifying | Issuing)
            self._begin_idle(branch, Notice.OUT_OF_ORDER if stuck else None)
        match stage := self._showing.stage:
            case Idle():
                self._redraw(branch)
            case EnteringPhone():
                self._keypad.cover(stage)
            case _:
                pass  # nothing changes there but by facts and hands

    def _begin_idle(self, branch: Branch, notice: Notice | None = None) -> None:
        self._visit = self._card = self._wrong = None
        self._keypad.forget()
        self._showing.show(self._idle(branch, notice), within=NOTICE_FOR if notice else math.inf)

    def _idle(self, branch: Branch, notice: Notice | None) -> Idle:
        return stages.idle(branch, self._clock, notice, phone=self._keypad.offered)


def _keeps(held: HoldingTicket, touch: Touch, branch: Branch) -> bool:
    """Whether this touch leaves the number with the service that it has."""
    own = ServiceTouched(branch.tickets[held.ticket].service)
    return touch in (own, CancelTouched())
