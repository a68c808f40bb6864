"""Events on disk and on the wire, spelled out, so that no release changes them unseen."""

import json

import pytest

from kiosk.domain import events
from kiosk.domain.events import Event
from kiosk.wire import (
    FAMILIES,
    VERSION,
    UnknownEvent,
    decode,
    encode,
    family_of,
    name_of,
    subject_of,
)
from tests.support.goldenevents import COUNTER, COUNTER_JSON, GOLDEN, WALK_IN_JSON


def test_no_event_is_left_out() -> None:
    assert {type(event) for _, event, _, _ in GOLDEN} == set(Event.__args__)


@pytest.mark.parametrize(("name", "event", "subject", "data"), GOLDEN)
def test_golden(name: str, event: Event, subject: str, data: str) -> None:
    assert name_of(event) == name
    assert family_of(event) == name.partition(".")[0]
    assert family_of(event) in FAMILIES
    assert subject_of(event) == subject
    assert encode(event) == data
    assert decode(name, VERSION, data) == event


@pytest.mark.parametrize(
    ("name", "version"), [("ticket.stamped", 1), ("ticket.issued", 2), ("", 1)]
)
def test_an_event_of_a_newer_program_is_refused(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent, match=rf"{name}\.v{version}"):
        decode(name, version, WALK_IN_JSON + "}")


def test_fields_that_a_newer_program_added_are_passed_over() -> None:
    data = json.dumps(json.loads(COUNTER_JSON) | {"colour": "green"})
    assert decode("counter.opened", VERSION, data) == events.CounterOpened(COUNTER)
