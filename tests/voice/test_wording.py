"""How numbers and counters are read: a table for each language."""

import re
from typing import Any

import pytest

from kiosk.domain.ids import Language
from kiosk.locale import voice_words
from kiosk.voice.wording import (
    LANGUAGES,
    in_turn,
    needed_clips,
    sentence,
    wording,
)
from tests.voice.hall import a_call, counter


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("zh", "A001", "请A，零零幺号，到三号窗口。"),
        ("zh", "V010", "请V，零幺零号，到三号窗口。"),
        ("zh", "A1000", "请A，幺零零零号，到三号窗口。"),
        ("zh", "B725", "请B，七二五号，到三号窗口。"),
        ("zh", "57", "请五七号，到三号窗口。"),
        ("en", "A001", "Ticket A, zero zero one, please go to counter three."),
        ("en", "V010", "Ticket V, zero one zero, please go to counter three."),
        ("en", "A1000", "Ticket A, one zero zero zero, please go to counter three."),
        ("en", "AB07", "Ticket A, B, zero seven, please go to counter three."),
        ("en", "57", "Ticket five seven, please go to counter three."),
        ("ru", "A001", "Талон А, ноль ноль один, подойдите к окну номер три."),
        ("ru", "V010", "Талон Вэ, ноль один ноль, подойдите к окну номер три."),
        ("ru", "A1000", "Талон А, один ноль ноль ноль, подойдите к окну номер три."),
        ("ru", "57", "Талон пять семь, подойдите к окну номер три."),
        ("cs", "A001", "Číslo A, nula nula jedna, dostavte se prosím k přepážce číslo tři."),
        ("cs", "V010", "Číslo V, nula jedna nula, dostavte se prosím k přepážce číslo tři."),
        ("cs", "A1000", "Číslo A, jedna nula nula nula, dostavte se prosím k přepážce číslo tři."),
        ("cs", "57", "Číslo pět sedm, dostavte se prosím k přepážce číslo tři."),
        ("kk", "A001", "Нөмір А, нөл нөл бір, үшінші терезеге келіңіз."),
        ("kk", "V010", "Нөмір Вэ, нөл бір нөл, үшінші терезеге келіңіз."),
        ("kk", "A1000", "Нөмір А, бір нөл нөл нөл, үшінші терезеге келіңіз."),
        ("kk", "57", "Нөмір бес жеті, үшінші терезеге келіңіз."),
    ],
)
def test_numbers_are_read_sign_by_sign(language: str, number: str, text: str) -> None:
    said = sentence(wording(Language(language)), a_call(number, at="3"), Language(language))
    assert said.text == text
    assert said.clips == ("begin", *number, "counter-3")


@pytest.mark.parametrize(
    ("language", "counters"),
    [
        ("zh", {"1": "一", "2": "二", "10": "十", "12": "十二", "20": "二十", "21": "二十一"}),
        ("en", {"1": "one", "12": "twelve", "20": "twenty", "21": "twenty-one"}),
        ("ru", {"1": "один", "19": "девятнадцать", "40": "сорок", "99": "девяносто девять"}),
        ("cs", {"4": "čtyři", "19": "devatenáct", "30": "třicet", "31": "třicet jedna"}),
        ("kk", {"1": "бірінші", "20": "жиырмасыншы", "21": "жиырма бірінші", "40": "қырқыншы"}),
        ("en", {"0": "zero", "100": "one zero zero", "3b": "three B", "007": "seven"}),
    ],
)
def test_counters_are_numbered_as_the_language_does(
    language: str, counters: dict[str, str]
) -> None:
    words = wording(Language(language))
    for name, said in counters.items():
        where = words.counter(counter(name), Language(language))
        assert where == words.to_counter.format(counter=said)


def test_a_counter_is_called_by_its_name_where_it_has_one_in_that_language() -> None:
    priority = a_call("V001", at="4", zh="贵宾室", en="Priority room")
    said = {one: sentence(wording(one), priority, one).text for one in LANGUAGES}
    assert said[Language("zh")] == "请V，零零幺号，到贵宾室。"
    assert said[Language("en")].endswith("please go to Priority room.")
    assert said[Language("ru")].endswith("к окну номер четыре.")
    assert said[Language("kk")].endswith(", төртінші терезеге келіңіз.")


@pytest.mark.parametrize(
    ("own", "spoken"),
    [
        ("en", ["en", "zh"]),
        ("zh", ["zh", "en"]),
        ("ru", ["ru", "zh", "en"]),
        ("xx", ["zh", "en"]),
    ],
)
def test_the_customers_language_comes_first(own: str, spoken: list[str]) -> None:
    assert in_turn(Language(own), [Language("zh"), Language("en")]) == spoken


def test_the_clips_that_a_branch_needs() -> None:
    needed = needed_clips(["A", "VX"], [counter("1"), counter("hall")])
    assert needed == {"begin", *"0123456789", *"AVX", "counter-1", "counter-hall"}


def _shape(words: Any) -> Any:
    if isinstance(words, dict):
        return {key: _shape(value) for key, value in words.items()}
    return len(words) if isinstance(words, list) else type(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_complete(language: Language) -> None:
    words = voice_words(language)
    letters = words.pop("letters", None)
    assert letters is None or "".join(letters) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    before = words["counters"].pop("tens_before_units", None)
    assert before is None or len(before) == 8
    assert _shape(words) == {
        **dict.fromkeys(
            ("synthesizer", "begin", "to_counter", "to_place", "after_letter", "between"), str
        ),
        "digits": 10,
        "counters": {"units": 19, "tens": 8, "joined": str},
    }
    for place in ("to_counter", "to_place"):
        assert re.findall(r"\{.*?\}", words[place]) == ["{counter}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_counters_sound_alike(language: Language) -> None:
    words = wording(language)
    assert len({words.counter(counter(str(number)), language) for number in range(1, 100)}) == 99


def test_another_language_has_no_words() -> None:
    with pytest.raises(KeyError):
        wording(Language("xx"))
