"""Slips as the site wants them: which lines, how they look, and for whom."""

from typing import Any

import pytest

from kiosk.domain.ids import ClassId, SegmentId, ServiceId
from kiosk.printer.layout import (
    Align,
    Feed,
    Picture,
    QrCode,
    Rule,
    Size,
    Text,
    slip_lines,
)
from kiosk.settings.slip import SlipSection
from tests.printer.slips import FOLLOW_URL, slip

NUMBER = {"show": "number"}


def template(*lines: dict[str, Any]) -> SlipSection:
    return SlipSection.model_validate({"line": lines})


def words(lines: dict[str, Any], **changes: Any) -> list[str]:
    of = slip(**changes)
    return [one.text for one in slip_lines(of, template(lines)) if isinstance(one, Text)]


def test_lines_stand_in_the_order_and_with_the_look_of_the_settings() -> None:
    wanted = template(
        {"show": "number", "size": "large", "align": "left"},
        {"show": "rule", "space": 0},
        {"show": "branch", "bold": True, "align": "right", "space": 3.5},
    )
    assert slip_lines(slip(), wanted) == [
        Text("A036", Size.LARGE, Align.LEFT),
        Rule(),
        Feed(28),
        Text("Science Park", align=Align.RIGHT, bold=True),
    ]


def test_what_a_slip_has_nothing_to_say_of_takes_no_paper() -> None:
    wanted = template(
        {"show": "copy"}, NUMBER, {"show": "wait"}, {"show": "priority"}, {"show": "code"}
    )
    assert slip_lines(slip(), wanted) == [Text("A036")]


@pytest.mark.parametrize(
    ("condition", "stands"),
    [
        ({}, True),
        ({"languages": ["en", "zh"]}, True),
        ({"languages": ["zh"]}, False),
        ({"services": ["cash"]}, True),
        ({"services": ["account"]}, False),
        ({"segments": ["gold"]}, True),
        ({"segments": ["silver"]}, False),
        ({"classes": ["vip"]}, True),
        ({"classes": ["regular"]}, False),
        ({"services": ["cash"], "segments": ["gold"], "languages": ["en"]}, True),
        ({"services": ["cash"], "segments": ["gold"], "languages": ["cs"]}, False),
    ],
)
def test_a_line_stands_where_every_condition_is_met(
    condition: dict[str, Any], stands: bool
) -> None:
    said = words(
        {"text": {"en": "Notice"}} | condition,
        service_id=ServiceId("cash"),
        segment=SegmentId("gold"),
        priority_class=ClassId("vip"),
    )
    assert said == (["Notice"] if stands else [])


def test_a_line_for_a_segment_isnt_on_slips_of_unknown_people() -> None:
    assert words({"text": {"en": "Notice"}, "segments": ["gold"]}) == []


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "请稍候"), ("en", "Please wait"), ("cs", "请稍候")]
)
def test_a_missing_language_shows_the_first_given(language: str, said: str) -> None:
    assert words({"text": {"zh": "请稍候", "en": "Please wait"}}, language=language) == [said]


def test_a_text_is_filled_in_and_keeps_its_lines() -> None:
    text = "{number} · {service}\n{branch}\n{time} {{sic}}"
    assert words({"text": {"en": text}}, service="{branch}") == [
        "A036 · {branch}",
        "Science Park",
        "2026-11-22  09:05 {sic}",
    ]


@pytest.mark.parametrize(
    ("greetings", "said"),
    [
        ({"greeting": "Good morning"}, ["Good morning"]),
        (
            {"greeting": "Good morning", "named_greeting": "Good morning, Ms Sample"},
            ["Good morning, Ms Sample"],
        ),
        ({}, []),
    ],
)
def test_a_greeting_names_only_who_is_to_be_named(
    greetings: dict[str, str], said: list[str]
) -> None:
    """OPR-33, OPR-34, OPR-36."""
    assert words({"show": "greeting"}, **greetings) == said


def test_the_usual_slip_names_nobody() -> None:
    of = slip(greeting="Good morning", named_greeting="Good morning, Ms Sample")
    assert "Sample" not in str(slip_lines(of))
    assert "Sample" in str(slip_lines(of, SlipSection(names=True)))
    assert "Sample" not in str(slip_lines(of.unnamed, SlipSection(names=True)))
    assert "Sample" not in repr(of)


def test_the_logo_is_the_head_of_the_slip() -> None:
    logo = Picture(8, 1, b"\xff")
    assert slip_lines(slip(), template(NUMBER), logo) == [logo, Feed(16), Text("A036")]


def test_the_code_has_its_caption_below_it() -> None:
    lines = slip_lines(slip(follow_url=FOLLOW_URL), template({"show": "code"}))
    caption = Text("Scan to follow the queue on your phone")
    assert lines == [QrCode(FOLLOW_URL), Feed(16), caption]
