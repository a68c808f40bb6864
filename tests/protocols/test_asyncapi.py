"""docs/asyncapi.json: every kind of event, every topic, and who reads it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kiosk.domain.events import SYSTEM, Event, Fact
from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.messaging.topics import Topics
from kiosk.protocols.asyncapi import readers
from kiosk.shapes.cloudevents import cloud_event
from tests.protocols.traffic import DOCUMENT, faults_in, faults_of
from tests.support.goldenevents import GOLDEN

ID = "019d0000-0000-7000-8000-000000000001"
TOPICS = Topics(BranchId("0755"))


def _told(event: Event) -> dict[str, Any]:
    moment = datetime(2026, 3, 2, 1, 2, 3, 4_000, tzinfo=UTC)
    fact = Fact(812, ID, moment, date(2026, 3, 2), event, SYSTEM, 812)
    told: dict[str, Any] = json.loads(json.dumps(cloud_event(fact, "/branch/0755/controller")))
    return told


@pytest.mark.parametrize(("name", "event"), [(name, event) for name, event, _, _ in GOLDEN])
def test_every_kind_of_event_has_a_channel_and_is_as_described(name: str, event: Event) -> None:
    told = _told(event)
    assert faults_of(TOPICS.event(event), told) == []
    assert faults_in("Event", told) == []
    for field in told["data"]:
        lacking = {**told, "data": {k: v for k, v in told["data"].items() if k != field}}
        assert faults_of(TOPICS.event(event), lacking), f"{name} may lack {field}"
    assert faults_of(TOPICS.event(event), told | {"surprise": 1})


def test_states_are_retained_and_alerts_pass_away() -> None:
    for name, operation in DOCUMENT["operations"].items():
        if name == "sendFeed":
            continue
        binding = operation["bindings"]["mqtt"]
        address = DOCUMENT["channels"][operation["channel"]["$ref"].rpartition("/")[2]]["address"]
        family = address.split("/")[3]
        assert binding["qos"] == 1
        assert binding["retain"] is (family in ("state", "presence")), name
        assert binding.get("messageExpiryInterval") == (900 if family == "alert" else None), name


def test_who_reads_a_topic_is_said_by_the_one_table() -> None:
    assert readers("event/slip/prepared") == [Role.CRM]
    assert readers("presence/{node}") == [Role.MONITORING]
    assert readers("alert/role/{role}") == [
        *(Role.ADMINISTRATOR, Role.LOBBY_MANAGER, Role.TELLER, Role.WEALTH_MANAGER)
    ]
    assert Role.DISPLAY in readers("state/queue/{queue}")
    assert Role.ADMINISTRATOR not in readers("state/queue/{queue}")


def test_the_schemas_stand_alone_as_well() -> None:
    schemas = json.loads((Path(__file__).parents[2] / "docs/message-schemas.json").read_text())
    Draft202012Validator.check_schema(schemas)
    one = Draft202012Validator({**schemas, "$ref": "#/$defs/TicketIssuedEvent"})
    issued = next(event for name, event, _, _ in GOLDEN if name == "ticket.issued")
    assert list(one.iter_errors(_told(issued))) == []
    assert list(one.iter_errors(_told(issued) | {"sequence": "812"})) != []
