"""What goes with a message over MQTT 5 beside its payload."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.domain.ids import BranchId
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.mqtt import connect
from kiosk.messaging.presence import presence
from kiosk.messaging.topics import Topics
from kiosk.ports import Message
from kiosk.shapes.cloudevents import CONTENT_TYPE
from tests.messaging.parts import ROOT, sign_in

TOPIC = f"{ROOT}/event/ticket/issued"
WILL = presence(Topics(BranchId("0755")), "controller", "offline", "s1", datetime.now(UTC))


@pytest.mark.parametrize(
    ("message", "content_type", "expiry"),
    [
        (Message(TOPIC, b"{}"), "application/json", None),
        (Message(TOPIC, b"{}", content_type=CONTENT_TYPE), CONTENT_TYPE, None),
        (Message(TOPIC, b"{}", expiry=900), "application/json", 900),
    ],
)
async def test_a_message_says_what_it_is_and_how_long_it_is_worth_anything(
    started: EmbeddedBroker, message: Message, content_type: str, expiry: int | None
) -> None:
    async with connect(started.address, WILL) as publisher, sign_in(started, "crm") as listener:
        await listener.subscribe(TOPIC, qos=1)
        await publisher.publish(message)
        told = await anext(aiter(listener.messages))
    properties: Any = told.properties
    assert (told.topic.value, told.qos) == (message.topic, 1)
    assert properties.ContentType == content_type
    # The broker counts down what is left of it.
    left = getattr(properties, "MessageExpiryInterval", None)
    assert (left is None) == (expiry is None)
    assert left is None or expiry is None or expiry - 5 <= left <= expiry
