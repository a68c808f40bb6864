"""One person at the kiosk: card and touches in, stages on the screen out, a ticket on the way.

One inbox, one handler: whatever happens is dealt with one after the other.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from kiosk.domain.branch import Branch
from kiosk.domain.events import Actor
from kiosk.domain.ids import DeviceId, JobId, Language
from kiosk.domain.refusals import Refused
from kiosk.domain.slip import SlipState
from kiosk.domain.ticket import Ticket
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
    Touch,
    WrongServiceTouched,
)
from kiosk.domain.visitcode import VisitCode
from kiosk.flow import stages
from kiosk.flow.admission import admission, service_asked_for
from kiosk.flow.clerk import Clerk
from kiosk.flow.desk import Desk
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
from kiosk.flow.stay import Visit
from kiosk.flow.visits import Visits
from kiosk.identities import (
    CardPresented,
    CardUnreadable,
    CodePresented,
    CodeUnreadable,
    DocumentPresented,
    Identity,
)
from kiosk.ports import CardReader, Clock, Display, LogUnavailable


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
        self._rules = rules
        self._showing = Showing(display, rules)
        self._keypad = Keypad(name, rules.phone, self._showing, visits)
        self._visits = visits
        self._desk = desk
        self._clock = clock
        self._follow_url = follow_url
        self._book = book
        self._inbox = Inbox()
        self._clerk = Clerk(visits, self._inbox, Actor("terminal", device=name), printer)
        self._visit: Visit | None = None
        self._shown: Identity | None = None
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
            self._begin_idle(await self._desk.shown())
            while True:
                happened = await self._inbox.get()
                self._handle(happened, await self._desk.shown())

    def _handle(self, happened: Happening, branch: Branch) -> None:
        match happened:
            case CardPresented() | DocumentPresented():
                self._card_presented(happened, branch)
            case CardUnreadable():
                self._not_understood(Notice.SWIPE_AGAIN, branch)
            case CodePresented(code=code):
                self._code_presented(code, branch)
            case CodeUnreadable():
                self._not_understood(Notice.CODE_INVALID, branch)
            case Answered(visit=visit):
                if visit is self._visit:
                    self._answered(visit, branch)
            case Issued(visit=visit, receipt=receipt):
                if visit is self._visit and receipt.ticket:
                    self._job = self._job if self._wrong else stages.job_of(receipt)
                    self._hold_ticket(receipt.ticket, receipt.people_ahead, branch)
            case NotIssued(visit=visit, why=why):
                if visit is self._visit:
                    self._not_issued(why, branch)
            case HallChanged():
                self._redraw(branch)
            case SecondPassed():
                self._second_passed(branch)
            case _:
                self._touched(happened, branch)

    def _card_presented(self, card: CardPresented | DocumentPresented, branch: Branch) -> None:
        document = card.holder if isinstance(card, DocumentPresented) else None
        match self._showing.stage:
            case Identifying() | Issuing() | Idle(out_of_order=True):
                return  # one thing at a time, and numbers are to be had where the screen says
            case ChoosingService() if card.token == self._shown:
                self._showing.stay()
            case ChoosingService() if self._shown is None and self._visit is not None:
                self._shown, self._visit.document = card.token, document
                self._clerk.identify(self._visit, card.identity)
            case stage:
                typing = self._visit if isinstance(stage, EnteringPhone) else None
                visit = typing or self._visits.begin()
                visit.document = document
                self._meet(visit, card.identity)

    def _code_presented(self, code: VisitCode, branch: Branch) -> None:
        language: Language | None = None
        match self._showing.stage:
            case Identifying() | Issuing() | Idle(out_of_order=True):
                return  # as with a card
            case _ if self._visit and self._visit.id == code.visit:
                self._showing.stay()
                return
            case ChoosingService(language=chosen) | EnteringPhone(language=chosen):
                language = chosen
        match admission(self._visits, code, branch, language):
            case Visit() as visit:
                self._meet(visit, visit.identity)
            case Ticket() as ticket:
                self._visit = self._job = None
                self._hold_ticket(ticket, branch.people_ahead(ticket, self._clock.now()), branch)
            case notice:
                self._not_understood(notice, branch)

    def _meet(self, visit: Visit, identity: Identity | None) -> None:
        """Somebody has shown something: find out who it is."""
        self._visit, self._shown, self._wrong = visit, identity, None
        self._keypad.forget()
        self._showing.look_up(visit.language)
        self._clerk.identify(visit, identity)

    def _not_understood(self, notice: Notice, branch: Branch) -> None:
        match stage := self._showing.stage:
            case Idle():
                self._begin_idle(branch, notice)
            case ChoosingService() | EnteringPhone():
                self._showing.ask(replace(stage, notice=notice, remaining=None))
            case Identifying() | Issuing() | HoldingTicket():
                pass  # shown once too often
            case _:
                assert_never(stage)

    def _touched(self, touch: Touch, branch: Branch) -> None:
        if self._showing.touched(touch):
            return
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
                self._visit.speak(language)
                self._choose(self._visit, branch)
            case ChoosingService(), _ if self._wrong and stages.keeps(self._wrong, touch, branch):
                held = stages.still_holding(branch, self._wrong, self._job)
                self._wrong = None
                self._showing.show(held, within=self._showing.farewell)
            case ChoosingService(), ServiceTouched(service=service) if self._visit:
                self._showing.ask(Issuing(self._visit.language))
                wrong = self._wrong.ticket if self._wrong else None
                self._clerk.fetch(self._visit, service, wrong)
            case HoldingTicket(reroutable=True) as held, WrongServiceTouched() if self._visit:
                self._wrong = held
                self._choose(self._visit, branch)
            case ((ChoosingService() | EnteringPhone() | HoldingTicket()), CancelTouched()):
                self._begin_idle(branch)
            case EnteringPhone(), _ if self._visit:
                self._keypad.touched(touch, self._visit)
            case _:
                pass  # a touch of a screen that is gone

    def _answered(self, visit: Visit, branch: Branch) -> None:
        match self._showing.stage:
            case Identifying() if service := service_asked_for(visit, branch):
                self._showing.ask(Issuing(visit.language))
                self._clerk.fetch(visit, service, None)
            case Identifying():
                known = visit.client or visit.code
                self._choose(visit, branch, None if known else Notice.NOT_RECOGNISED)
            case ChoosingService() if visit.client:
                self._choose(visit, branch)
            case ChoosingService() as choosing if not visit.pending:
                self._showing.show(
                    replace(choosing, notice=Notice.NOT_RECOGNISED, document=visit.document)
                )
            case _:
                pass  # the ticket is recognised afterwards

    def _choose(self, visit: Visit, branch: Branch, notice: Notice | None = None) -> None:
        stage = stages.choosing(branch, self._clock, visit, self._book, notice)
        self._showing.ask(replace(stage, number=self._wrong.number if self._wrong else None))

    def _hold_ticket(self, ticket: Ticket, ahead: int | None, branch: Branch) -> None:
        self._wrong = None
        stage = stages.holding(
            branch,
            ticket,
            ahead,
            self._job,
            url=self._follow_url(ticket.id),
            outlook=self._book.ticket(ticket.id),
        )
        stage = replace(stage, reroutable=stage.reroutable and self._visit is not None)
        self._showing.hold(stage)

    def _not_issued(self, why: Refused | LogUnavailable, branch: Branch) -> None:
        notice = stages.regret(why, rerouting=self._wrong is not None)
        if self._visit and notice in (Notice.SERVICE_CLOSED, Notice.NO_MORE_TODAY):
            self._choose(self._visit, branch, notice)
        else:
            self._begin_idle(branch, notice)

    def _redraw(self, branch: Branch) -> None:
        """Show what facts changed of the present stage."""
        match stage := self._showing.stage:
            case Idle(notice=notice):
                self._showing.show(stages.idle(branch, self._clock, notice, self._rules))
            case ChoosingService() if self._visit is not None:
                offers = stages.offers(branch, self._clock, self._visit, self._book)
                self._showing.show(replace(stage, offers=offers))
            case HoldingTicket():
                now = stages.still_holding(branch, stage, self._job)
                news = now.slip is SlipState.PRINTED and now != stage
                self._showing.show(now, within=self._showing.farewell if news else None)
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
        self._visit = self._shown = self._wrong = None
        self._keypad.forget()
        self._showing.rest(stages.idle(branch, self._clock, notice, self._rules))
