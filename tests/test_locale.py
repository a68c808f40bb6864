"""Texts in the reader's language, in English when there is none."""

import pytest

from kiosk.locale import SOURCE, complete_languages, say, say_count


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_without_a_catalogue_it_is_english(language: str) -> None:
    assert say(language, "Counter {counter}, please", counter=3) == "Counter 3, please"


@pytest.mark.parametrize(("count", "expected"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_plurals(count: int, expected: str) -> None:
    assert say_count("en", "{count} person", "{count} people", count) == expected


def test_a_value_may_be_called_like_a_parameter() -> None:
    assert say("en", "{language}: {message}", language="zh", message="hello") == "zh: hello"


def test_braces_in_values_stay_as_they_are() -> None:
    assert say("en", "Branch {name}", name="{0}") == "Branch {0}"


def test_english_is_always_complete() -> None:
    assert SOURCE in complete_languages()


def test_the_catalogues_are_looked_for_once() -> None:
    assert complete_languages() is complete_languages(), "each screen asks several times"
