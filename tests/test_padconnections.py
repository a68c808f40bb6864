"""Where a PAD finds the broker."""

import pytest

from kiosk.padconnections import broker_url
from kiosk.settingslisteners import MqttSection

HERE, THERE = "127.0.0.1", "192.0.2.7"


@pytest.mark.parametrize(
    ("broker", "caller", "url"),
    [
        ("embedded", HERE, "mqtt://127.0.0.1:1883"),
        ("embedded", "::1", "mqtt://127.0.0.1:1883"),
        ("embedded", THERE, None),
        ("mqtt://127.0.0.1:1883", HERE, "mqtt://127.0.0.1:1883"),
        ("mqtt://localhost", THERE, None),
        ("mqtts://broker.bank.example:8883", THERE, "mqtts://broker.bank.example:8883"),
        ("mqtts://broker.bank.example", HERE, "mqtts://broker.bank.example"),
        ("mqtts://[2001:db8::1]:8883", THERE, "mqtts://[2001:db8::1]:8883"),
        ("mqtt://[::1]:1883", THERE, None),
    ],
)
def test_a_pad_is_told_where_it_can_reach_the_broker(
    broker: str, caller: str, url: str | None
) -> None:
    assert broker_url(MqttSection(broker=broker), caller) == url
