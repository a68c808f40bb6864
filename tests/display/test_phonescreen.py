"""The screen on which a phone number is typed."""

from dataclasses import replace

from kiosk.domain.visit import EnteringPhone, Idle
from tests.display.examples import EN, LANGUAGES, phone, screen


def test_the_keypad_is_offered_in_both_languages_where_there_is_one() -> None:
    (button,) = [
        one for one in screen(Idle(LANGUAGES, phone=True))["buttons"] if "phone" in one["style"]
    ]
    assert (button["label"], button["detail"]) == (
        "没带卡？请输入手机号码",
        "No card? Type your phone number",
    )
    assert "phone" not in [one["action"] for one in screen(Idle(LANGUAGES))["buttons"]]


def test_a_screen_has_only_the_digit_typed_last() -> None:
    shown = screen(phone(EN, 5, "8"))
    assert shown["country"] == "+86"
    assert shown["groups"] == [["•", "•", "•"], ["•", "8", "", ""], ["", "", "", ""]]
    assert screen(phone(EN, 5))["groups"][1] == ["•", "•", "", ""]


def test_a_number_is_taken_once_it_is_complete() -> None:
    def confirm(stage: EnteringPhone) -> bool:
        (button,) = [one for one in screen(stage)["buttons"] if one["action"] == "confirm"]
        return bool(button["enabled"])

    assert not confirm(phone(EN, 10))
    assert confirm(phone(EN, 11))


def test_the_keypad_offers_other_countries_and_languages_and_more_time() -> None:
    actions = [one["action"] for one in screen(replace(phone(EN, 1), remaining=7))["buttons"]]
    assert [one for one in actions if ":" not in one] == [
        "clear",
        "correct",
        "cancel",
        "stay",
        "large-text",
        "low-reach",
    ]
    assert {"country:7", "country:420", "language:zh", "digit:0"} <= set(actions)
    assert not {"country:86", "language:en"} & set(actions)
