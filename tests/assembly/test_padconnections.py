"""Where a PAD finds the broker."""

import pytest

from kiosk.assembly.padconnections import broker_url
from kiosk.settings.listeners import MqttSection

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
    assert broker_url(MqttSection(broker=broker), caller, "kiosk.bank.example") == url


@pytest.mark.parametrize("broker", ["embedded", "mqtt://127.0.0.1:1883"])
@pytest.mark.parametrize(
    ("listen", "host", "url"),
    [
        ("0.0.0.0:8883", "kiosk.bank.example", "mqtts://kiosk.bank.example:8883"),
        ("[::]:8884", "2001:db8::7", "mqtts://[2001:db8::7]:8884"),
        ("192.0.2.1:8883", "kiosk.bank.example", "mqtts://192.0.2.1:8883"),
    ],
)
def test_a_pad_outside_is_told_of_the_listener_by_tls(
    broker: str, listen: str, host: str, url: str
) -> None:
    settings = MqttSection(broker=broker, tls_listen=listen)
    assert broker_url(settings, THERE, host) == url
    assert broker_url(settings, HERE, host) == "mqtt://127.0.0.1:1883"
