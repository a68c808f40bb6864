"""What the boards in the hall show."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kiosk.domain.commands import (
    CallNext,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.ids import StaffRef
from kiosk.domain.ticketcommands import (
    OpenTicketAt,
    ParkTicket,
    ReturnTicket,
    TicketCommand,
    TransferTicket,
)
from kiosk.flow.boardstate import BOARD_CALLS, board_state
from tests.domain.day import GOLD, LI, ONE, THREE, TWO, WANG, Day, issue
from tests.support.branch import B


def numbers(calls: Sequence[Mapping[str, Any]]) -> list[str]:
    return [call["number"] for call in calls]


def test_several_calls_at_once_all_stand_there_the_newest_first() -> None:
    day = Day()
    for counter, teller in [(ONE, LI), (TWO, WANG)]:
        day.do(issue(f"t{counter}"), OpenCounter(counter, teller))
        day.wait(seconds=1)
        day.do(CallNext(counter, teller))
    board = board_state(day.branch)
    assert board["calling"] == [
        {
            "ticket": "t2",
            "number": "A002",
            "counter": "2",
            "language": "zh",
            "at": "2026-03-02T01:00:02.000Z",
            "times": 1,
        },
        {
            "ticket": "t1",
            "number": "A001",
            "counter": "1",
            "language": "zh",
            "at": "2026-03-02T01:00:01.000Z",
            "times": 1,
        },
    ]
    assert (board["last"], board["waiting"]) == ([], 0)


def test_a_recall_comes_to_the_top_and_stands_there_once() -> None:
    day = Day()
    for counter, teller in [(ONE, LI), (TWO, WANG)]:
        day.do(issue(f"t{counter}"), OpenCounter(counter, teller), CallNext(counter, teller))
    day.do(RecallTicket(ONE, LI))
    board = board_state(day.branch)
    assert numbers(board["calling"]) == ["A001", "A002"]
    assert [call["times"] for call in board["calling"]] == [2, 1]


@pytest.mark.parametrize("then", [StartServing, FinishServing, MarkNoShow])
def test_whoever_came_or_did_not_moves_to_the_last_calls(
    then: type[StartServing | FinishServing | MarkNoShow],
) -> None:
    day = Day()
    day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI), then(ONE, LI))
    board = board_state(day.branch)
    assert (numbers(board["calling"]), numbers(board["last"])) == ([], ["A001"])


@pytest.mark.parametrize(
    "goes_away",
    [
        ReturnTicket(OpenTicketAt(ONE), LI),
        ParkTicket(OpenTicketAt(ONE), "documents", teller=LI),
        TransferTicket(OpenTicketAt(ONE), B, teller=LI),
    ],
)
def test_who_waits_again_is_sent_to_no_counter(goes_away: TicketCommand) -> None:
    day = Day()
    day.do(issue("t1"), OpenCounter(ONE, LI), CallNext(ONE, LI), goes_away)
    board = board_state(day.branch)
    assert (board["calling"], board["last"]) == ([], [])


def test_only_so_many_last_calls() -> None:
    day = Day()
    day.do(OpenCounter(ONE, LI))
    for number in range(BOARD_CALLS + 2):
        day.do(issue(f"t{number}"), CallNext(ONE, LI), FinishServing(ONE, LI))
    assert numbers(board_state(day.branch)["last"]) == [f"A{n:03d}" for n in range(10, 2, -1)]


def test_what_each_counter_does() -> None:
    day = Day()
    day.do(issue("t1"), issue("t2"), OpenCounter(ONE, LI), CallNext(ONE, LI))
    day.do(OpenCounter(TWO, WANG))
    board = board_state(day.branch)
    assert [(one["id"], one["state"], one["number"]) for one in board["counters"]] == [
        (ONE, "serving", "A001"),
        (TWO, "open", None),
        (THREE, "closed", None),
    ]
    assert board["waiting"] == 1


def test_no_person_stands_there() -> None:
    day = Day()
    teller = StaffRef("staff-77")
    day.do(issue("t1", GOLD), OpenCounter(ONE, teller), CallNext(ONE, teller))
    shown = repr(board_state(day.branch))
    assert "c-gold" not in shown
    assert "staff-77" not in shown
