from datetime import datetime
from typing import Any

import pytest

from kiosk.printer.layout import Feed, QrCode, Rule, Size, Text, balanced, slip_lines, wrap
from tests.printer.slips import FOLLOW_URL, LANGUAGES, slip


def words(**changes: Any) -> list[str]:
    return [line.text for line in slip_lines(slip(**changes)) if isinstance(line, Text)]


def test_an_english_slip_from_top_to_bottom() -> None:
    assert words() == [
        "Science Park",
        "A036",
        "Cash",
        "4 people are ahead of you.",
        "2026-11-22  09:05",
    ]


def test_a_chinese_slip_from_top_to_bottom() -> None:
    assert words(language="zh") == [
        "科技园支行",
        "A036",
        "现金业务",
        "您前面还有 4 人。",
        "2026年11月22日  09:05",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_is_the_largest_and_alone(language: str) -> None:
    huge = [
        line
        for line in slip_lines(slip(language, follow_url=FOLLOW_URL, priority=True))
        if isinstance(line, Text) and line.size is Size.HUGE
    ]
    assert [line.text for line in huge] == ["A036"]


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (0, "You are next."),
        (1, "1 person is ahead of you."),
        (2, "2 people are ahead of you."),
    ],
)
def test_people_ahead_in_words(ahead: int, said: str) -> None:
    assert said in words(people_ahead=ahead)


def test_a_slip_that_shouldnt_say_how_many_doesnt() -> None:
    assert words(people_ahead=None) == ["Science Park", "A036", "Cash", "2026-11-22  09:05"]


@pytest.mark.parametrize(("language", "mark"), [("en", "COPY"), ("zh", "补打")])
def test_a_reprint_is_marked(language: str, mark: str) -> None:
    assert mark in words(language=language, copy=True)
    assert mark not in words(language=language)


def test_priority_is_greeted() -> None:
    assert "Welcome. We serve you with priority." in words(priority=True)
    assert not any("priority" in text for text in words())


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Your appointment is at 10:30."), ("zh", "您的预约时间是 10:30。")],
)
def test_an_appointment_has_its_time(language: str, said: str) -> None:
    booked = datetime(2026, 11, 22, 10, 30)
    assert said in words(language=language, booked_for=booked)
    assert not any("10:30" in text for text in words(language=language))


def test_a_follow_address_becomes_a_code_with_its_caption() -> None:
    lines = slip_lines(slip(follow_url=FOLLOW_URL))
    place = lines.index(QrCode(FOLLOW_URL))
    caption = next(line for line in lines[place:] if isinstance(line, Text))
    assert caption.text == "Scan to follow the queue on your phone"
    assert not any(isinstance(line, QrCode) for line in slip_lines(slip()))


def test_the_slip_neither_begins_nor_ends_with_blank_paper() -> None:
    lines = slip_lines(slip(copy=True, priority=True, follow_url=FOLLOW_URL))
    assert isinstance(lines[0], Text)
    assert isinstance(lines[-1], Text)
    assert sum(isinstance(line, Rule) for line in lines) == 1
    assert all(line.dots > 0 for line in lines if isinstance(line, Feed))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Cash", 10, ["Cash"]),
        ("", 10, [""]),
        ("letters of credit", 10, ["letters of", "credit"]),
        ("letters   of credit", 12, ["letters   of", "credit"]),
        ("现金业务现金", 4, ["现金业务", "现金"]),
        ("现金业务，现金", 4, ["现金业", "务，现金"]),
        ("a Donaudampfschiff", 5, ["a Don", "audam", "pfsch", "iff"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, lambda part: len(part) <= width) == lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Cash", 10, ["Cash"]),
        ("do 25 minut.", 10, ["do 25", "minut."]),
        (
            "Scan to follow the queue on your phone",
            32,
            ["Scan to follow the", "queue on your phone"],
        ),
        ("a Donaudampfschiff", 16, ["a", "Donaudampfschiff"]),
        ("a Donaudampfschiff", 5, ["a Don", "audam", "pfsch", "iff"]),
        ("欢迎光临我们将优先为您服务", 12, ["欢迎光临我们将", "优先为您服务"]),
        ("", 5, [""]),
    ],
)
def test_lines_of_one_text_are_about_as_long(text: str, width: int, lines: list[str]) -> None:
    assert balanced(text, len, width) == lines


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "Expected wait: up to 1 minute."), (25, "Expected wait: up to 25 minutes.")],
)
def test_the_expected_wait_stands_below_people_ahead(minutes: int, said: str) -> None:
    lines = words(wait_minutes=minutes)
    assert lines[lines.index("4 people are ahead of you.") + 1] == said


def test_nothing_is_said_of_a_wait_that_is_none_or_unknown() -> None:
    assert words(wait_minutes=0) == words(wait_minutes=None) == words()
