from kiosk.display.board import board_screen
from kiosk.display.layout import scene
from kiosk.display.outage import stale
from kiosk.display.scene import Label
from tests.display.examples import EN, KK, MORNING, NAMES, ZH, board, call, counters


def texts(shown: dict[str, object], page: int = 0) -> list[str]:
    return [part.text for part in scene(shown, page).parts if isinstance(part, Label)]


def test_a_board_speaks_the_first_two_languages() -> None:
    shown = board(1)
    assert shown["headings"]["calling"] == ["正在叫号", "Now calling"]
    assert shown["branch"] == ["科技园支行", "Science Park Branch"]
    assert shown["waiting"] == ["14 人等候", "14 people are waiting"]
    assert (shown["clock"], shown["offset"]) == ("09:30", 8 * 3600)


def test_a_heading_that_would_stand_there_twice_stands_there_once() -> None:
    state = {"calling": [], "last": [], "counters": [], "waiting": 0}
    shown = board_screen(state, {"name": NAMES}, languages=(EN, KK), fallback="en", clock=MORNING)
    assert shown["headings"]["calling"] == ["Now calling"]


def test_a_notice_stands_where_everyone_looks() -> None:
    notice = {"zh": "紧急疏散", "en": "Evacuation"}
    state = {"calling": [], "last": [], "counters": [], "waiting": 3, "notice": notice}
    shown = board_screen(state, {"name": NAMES}, languages=(ZH, EN), fallback="en", clock=MORNING)
    assert shown["waiting"] == ["紧急疏散", "Evacuation"]


def test_an_outage_stands_over_everything_and_calls_stay_to_be_read() -> None:
    """R6: while nothing can be written down, nobody is called here."""
    shown = board(1, out=True)
    assert shown["outage"] == [
        "系统暂时无法叫号，请留意工作人员的现场叫号",
        "Our staff call the numbers themselves just now: please listen",
    ]
    assert "   ".join(shown["outage"]) in texts(shown)
    assert "A100" in texts(shown)
    assert board(1)["outage"] == []


def test_calls_at_once_are_all_there_the_newest_first() -> None:
    shown = board(7)
    numbers = [one["number"] for one in shown["calling"]]
    assert numbers == ["A100", "A099", "A098", "A097", "A096", "A095", "A094"]
    assert set(numbers) <= set(texts(shown))


def test_calls_that_do_not_fit_take_turns() -> None:
    shown = board(14)
    seen = [set(texts(shown, page)) for page in (0, 1)]
    wanted = {one["number"] for one in shown["calling"]}
    assert wanted <= seen[0] | seen[1]
    assert wanted & seen[0] & seen[1] == set()
    assert texts(shown, 2) == texts(shown, 0)


def test_a_counter_is_shown_by_its_name_where_it_has_one() -> None:
    state = {
        "calling": [call("V001", "5"), call("A002", "1"), call("A003", "99")],
        "last": [],
        "counters": counters(6),
        "waiting": 0,
    }
    shown = board_screen(state, {"name": NAMES}, languages=(ZH, EN), fallback="en", clock=MORNING)
    assert [one["counter"] for one in shown["calling"]] == ["贵宾室", "1", "99"]
    assert [one["text"] for one in shown["counters"]][:4] == [
        "A031",
        "空闲",
        "未开放",
        "暂停服务",
    ]


def test_what_does_not_work_is_no_business_of_the_hall() -> None:
    branch = {"name": NAMES, "degradations": [{"device": "slip", "fault": "paperOut"}]}
    state = {"calling": [], "last": [], "counters": [], "waiting": 0}
    shown = board_screen(state, branch, languages=(ZH,), fallback="en", clock=MORNING)
    assert "paperOut" not in repr(shown)


def test_a_stale_board_keeps_its_calls_and_says_since_when() -> None:
    shown = texts(stale(board(2), (ZH, EN), "09:31:07"))
    assert "A100" in shown
    assert any("09:31:07" in text for text in shown)
    assert "09:30" not in shown
