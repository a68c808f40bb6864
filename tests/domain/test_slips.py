"""Slips and devices: what is put on record of each, and when."""

from dataclasses import replace

import pytest

from kiosk.domain.commands import RecordSlipMedia, RecordSlipOutcome, RecordSlipSent, SlipCommand
from kiosk.domain.device import Fault
from kiosk.domain.events import Event, TicketIssued
from kiosk.domain.ids import JobId, TicketId
from kiosk.domain.refusals import SlipDone, UnknownSlip
from kiosk.domain.slip import SlipJob, SlipMedia, SlipRequest, SlipState
from kiosk.domain.slipevents import (
    PrintFailed,
    PrintUnknown,
    SlipDropped,
    SlipLeft,
    SlipPrepared,
    SlipRetracted,
    SlipSent,
    SlipTaken,
    TicketPrinted,
)
from tests.domain.day import JOB, PRINTER, Day, issue


class TestSlips:
    def day(self, *, sent: bool = False) -> Day:
        day = Day()
        day.do(replace(issue("t1"), slip=SlipRequest(JOB, PRINTER)))
        if sent:
            day.do(RecordSlipSent(JOB, "d1"))
        return day

    def test_the_slip_is_prepared_with_the_ticket(self) -> None:
        day = Day()
        events = day.do(replace(issue("t1"), slip=SlipRequest(JOB, PRINTER)))
        prepared = SlipJob(JOB, TicketId("t1"), PRINTER, SlipState.PREPARED)
        assert events == [TicketIssued(day["t1"]), SlipPrepared(prepared)]
        assert day.branch.slips == {JOB: prepared}

    @pytest.mark.parametrize(
        ("media", "events"),
        [
            ([SlipMedia.LEFT], [SlipLeft]),
            ([SlipMedia.LEFT, SlipMedia.LEFT], [SlipLeft]),
            ([SlipMedia.LEFT, SlipMedia.TAKEN], [SlipLeft, SlipTaken]),
            ([SlipMedia.LEFT, SlipMedia.RETRACTED], [SlipLeft, SlipRetracted]),
            ([SlipMedia.LEFT, SlipMedia.DROPPED, SlipMedia.TAKEN], [SlipLeft, SlipDropped]),
            ([SlipMedia.TAKEN], []),
        ],
    )
    def test_only_a_slip_that_was_left_is_worth_a_word(
        self, media: list[SlipMedia], events: list[type[Event]]
    ) -> None:
        day = self.day(sent=True)
        day.do(RecordSlipOutcome(JOB, SlipState.PRINTED))
        told = [event for one in media for event in day.do(RecordSlipMedia(JOB, one))]
        assert [type(event) for event in told] == events
        assert (JOB in day.branch.left) is (events == [SlipLeft])

    def test_nothing_of_a_slip_that_nobody_knows(self) -> None:
        refusal = Day().refusal(RecordSlipMedia(JobId("gone"), SlipMedia.LEFT))
        assert isinstance(refusal, UnknownSlip)

    def test_sent_with_its_digest(self) -> None:
        day = self.day()
        sent = SlipJob(JOB, TicketId("t1"), PRINTER, SlipState.SENT, "d1")
        assert day.do(RecordSlipSent(JOB, "d1")) == [SlipSent(sent)]
        assert day.do(RecordSlipSent(JOB, "d2")) == []
        assert day.branch.slips == {JOB: sent}

    @pytest.mark.parametrize("sent", [True, False])
    @pytest.mark.parametrize(
        ("state", "fault", "event"),
        [
            (SlipState.PRINTED, None, TicketPrinted),
            (SlipState.FAILED, Fault.PAPER_OUT, PrintFailed),
            (SlipState.UNKNOWN, Fault.NOT_CONFIRMED, PrintUnknown),
        ],
    )
    def test_one_outcome(
        self, sent: bool, state: SlipState, fault: Fault | None, event: type[Event]
    ) -> None:
        day = self.day(sent=sent)
        (told,) = day.do(RecordSlipOutcome(JOB, state, fault))
        job = day.branch.slips[JOB]
        assert isinstance(told, event)
        assert isinstance(told, TicketPrinted | PrintFailed | PrintUnknown)
        assert (told.ticket, told.job) == (day["t1"], job)
        assert (job.state, job.fault, job.digest) == (state, fault, "d1" if sent else None)
        twice: list[SlipCommand] = [
            RecordSlipSent(JOB, "d2"),
            RecordSlipOutcome(JOB, SlipState.PRINTED),
        ]
        for again in twice:
            refusal = day.refusal(again)
            assert isinstance(refusal, SlipDone)
            assert refusal.job == JOB

    @pytest.mark.parametrize("state", [SlipState.PREPARED, SlipState.SENT])
    def test_a_state_on_the_way_is_no_outcome(self, state: SlipState) -> None:
        with pytest.raises(ValueError, match="no outcome"):
            self.day().do(RecordSlipOutcome(JOB, state))

    def test_an_unknown_job(self) -> None:
        refusal = Day().refusal(RecordSlipSent(JobId("gone"), "d"))
        assert isinstance(refusal, UnknownSlip)
        assert refusal.job == "gone"
