"""The latest faults of a device, as they stand in the log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, DayOpened, DeviceFailed, DeviceRecovered, Event, Fact
from kiosk.domain.ids import DeviceId
from kiosk.flow.faulthistory import KEPT, FaultHistory, PastFault

SLIP = DeviceId("slip")
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OUT = DeviceCondition(SLIP, DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT, "roll")
OPEN = DeviceCondition(SLIP, DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.COVER_OPEN)
WELL = DeviceCondition(SLIP, DeviceKind.PRINTER)


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


def told(*events: Event) -> FaultHistory:
    """One event a minute from nine o'clock on."""
    history = FaultHistory()
    for minute, event in enumerate(events):
        fact = Fact(minute + 1, f"f{minute}", at(minute), date(2026, 3, 2), event, SYSTEM, 1)
        history.take([fact])
    return history


def test_a_fault_begins_and_ends() -> None:
    assert told(DeviceFailed(OUT)).of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(0)),)
    history = told(DeviceFailed(OUT), DeviceRecovered(WELL))
    assert history.of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(0), at(1)),)


def test_a_fault_that_turns_into_another_has_ended() -> None:
    history = told(DeviceFailed(OUT), DeviceFailed(OPEN))
    assert history.of(SLIP) == (
        PastFault(Fault.COVER_OPEN, "", at(1)),
        PastFault(Fault.PAPER_OUT, "roll", at(0), at(1)),
    )


def test_a_fault_that_is_told_with_other_details_goes_on() -> None:
    """Paper that runs low is told with each change of what is left."""
    history = told(*(DeviceFailed(replace(OUT, detail=left)) for left in ("40", "30", "20")))
    assert history.of(SLIP) == (PastFault(Fault.PAPER_OUT, "20", at(0)),)


def test_what_is_on_record_only_when_it_is_over_has_lasted_since_it_was_noticed() -> None:
    history = FaultHistory()
    history.begin(OUT, at(-5))
    assert history.of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(-5)),)
    for event in (DeviceFailed(OUT), DeviceRecovered(WELL)):
        history.take([Fact(1, "f1", at(1), date(2026, 3, 2), event, SYSTEM, 1)])
    assert history.of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(-5), at(1)),)


def test_a_fault_that_lasts_over_night_goes_on() -> None:
    day = DayOpened(date(2026, 3, 3), (OUT,))
    assert told(DeviceFailed(OUT), day).of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(0)),)
    assert told(day).of(SLIP) == (PastFault(Fault.PAPER_OUT, "roll", at(0)),)


def test_only_the_latest_are_kept() -> None:
    history = told(*(DeviceFailed(OUT), DeviceRecovered(WELL)) * (KEPT + 2))
    assert [one.began for one in history.of(SLIP)] == [
        at(2 * n) for n in reversed(range(2, KEPT + 2))
    ]
    assert history.of(DeviceId("swipe")) == ()
