"""Which page has a counter in hand."""

from contextlib import ExitStack

import pytest

from kiosk.domain.ids import CounterId, StaffRef
from kiosk.web.consoles import Consoles

SEAT = (CounterId("1"), StaffRef("anna"))
OTHER = (CounterId("1"), StaffRef("bo"))


@pytest.fixture
def consoles() -> Consoles:
    return Consoles()


def test_a_single_page_has_it_also_before_it_is_there(consoles: Consoles) -> None:
    assert consoles.has_in_hand(SEAT, "a")
    with consoles.present(SEAT, "a"):
        assert consoles.has_in_hand(SEAT, "a")
    assert consoles.has_in_hand(SEAT, "b")


def test_the_first_page_has_it_until_it_goes(consoles: Consoles) -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(consoles.present(SEAT, "a"))
    second.enter_context(consoles.present(SEAT, "b"))
    assert consoles.has_in_hand(SEAT, "a")
    assert not consoles.has_in_hand(SEAT, "b")
    first.close()
    assert consoles.has_in_hand(SEAT, "b")
    second.close()


def test_a_page_that_connects_again_before_it_was_missed_keeps_its_place(
    consoles: Consoles,
) -> None:
    dropped, other, again = ExitStack(), ExitStack(), ExitStack()
    dropped.enter_context(consoles.present(SEAT, "a"))
    other.enter_context(consoles.present(SEAT, "b"))
    again.enter_context(consoles.present(SEAT, "a"))
    dropped.close()
    assert consoles.has_in_hand(SEAT, "a")
    again.close()
    other.close()


def test_a_page_takes_over_and_everyone_is_told(consoles: Consoles) -> None:
    told: list[bool] = []
    with consoles.present(SEAT, "a"), consoles.present(SEAT, "b"):
        consoles.listen(lambda: told.append(consoles.has_in_hand(SEAT, "b")))
        consoles.take_over(SEAT, "b")
        assert told == [True]
        assert not consoles.has_in_hand(SEAT, "a")
        consoles.take_over(SEAT, "gone")  # a page that isn't there takes nothing
        assert consoles.has_in_hand(SEAT, "b")


def test_another_teller_is_no_matter_of_pages(consoles: Consoles) -> None:
    with consoles.present(SEAT, "a"), consoles.present(OTHER, "b"):
        assert consoles.has_in_hand(SEAT, "a")
        assert consoles.has_in_hand(OTHER, "b")
