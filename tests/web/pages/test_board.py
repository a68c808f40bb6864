"""The hall board as a page."""

from typing import Any

import pytest

from kiosk.display.board import board_screen
from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import CounterId, DeviceId, StaffRef
from kiosk.flow.boardstate import board_state
from kiosk.flow.state import branch_state
from kiosk.web.pages.board import board
from tests.web.pages.conftest import TestHall, root_ids


def _screen(hall: TestHall) -> dict[str, Any]:
    branch = hall.branch
    return board_screen(
        board_state(branch),
        branch_state(branch),
        languages=branch.plan.languages,
        fallback="en",
        clock=hall.clock.now().astimezone(branch.plan.zone),
    )


def test_calls_of_several_counters_stand_side_by_side(hall: TestHall) -> None:
    for number in ("1", "2"):
        hall.issue()
        counter, teller = CounterId(number), StaffRef(number)
        hall.do(OpenCounter(counter, teller), CallNext(counter, teller))
    calling = board(_screen(hall), "en")["calling"]
    assert calling.index("A002") < calling.index("A001")
    assert "2号窗口" in calling


def test_an_outage_of_the_log_takes_the_place_of_the_head(hall: TestHall) -> None:
    """R6"""
    usual = board(_screen(hall), "en")["board-head"]
    hall.branch.outage = DeviceCondition(
        DeviceId("log"), DeviceKind.LOG, DeviceStatus.HARDWARE_ERROR, Fault.DISK_FULL
    )
    head = board(_screen(hall), "en")["board-head"]
    for text in ("系统暂时无法叫号", "Our staff call the numbers themselves"):
        assert text in head
        assert text not in usual
    assert root_ids(head) == root_ids(usual) == ["board-head"]


def test_an_empty_hall_says_so_in_both_languages(hall: TestHall) -> None:
    calling = board(_screen(hall), "en")["calling"]
    assert "Nobody is being called right now" in calling
    assert calling.count("<span>") >= 4


def test_each_part_is_one_element_under_its_name(hall: TestHall) -> None:
    for name, html in board(_screen(hall), "en").items():
        assert root_ids(html) == [name]


@pytest.mark.parametrize(
    ("calls", "crowd"), [(1, "one"), (3, "few"), (4, "some"), (8, "some"), (9, "many")]
)
def test_more_calls_are_drawn_smaller_and_none_is_left_out(
    hall: TestHall, calls: int, crowd: str
) -> None:
    called = [{"number": f"A{n:03}", "counter": "1", "times": 1} for n in range(calls)]
    calling = board(_screen(hall) | {"calling": called}, "en")["calling"]
    assert f'<ul class="{crowd}">' in calling
    assert calling.count("<li") == calls


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("9", "short"),
        ("12号窗口", "short"),
        ("Counter 12", "long"),
        ("贵宾理财室", "long"),
        ("财富管理中心贵宾理财室", "longest"),
        ("Зал обслуживания премиальных клиентов", "longest"),
    ],
)
def test_a_long_name_is_written_smaller(hall: TestHall, name: str, length: str) -> None:
    called = [{"number": "A001", "counter": name, "times": 1}]
    counters = [{"counter": name, "state": "serving", "number": "A001", "text": "A001"}]
    shown = board(_screen(hall) | {"calling": called, "counters": counters}, "en")
    for part in ("calling", "counters"):
        assert f'<span class="where {length}">{name}</span>' in shown[part]
