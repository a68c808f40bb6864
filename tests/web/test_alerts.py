"""Alerts over HTTP: who reads them, who calls, who acknowledges; PADs' reminders."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.domain.alert import AlertRules
from kiosk.domain.commands import ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from tests.support.branch import small_plan
from tests.web.conftest import PASSWORD, ZHANG, ZHANGS_CARD, House, open_house


async def alerts(house: House, role: Role, **options: Any) -> list[dict[str, Any]]:
    answer = await house.get(role, "/alerts", **options)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alerts"]
    return found


async def at_pad(house: House, pad: str, name: str = "a-lobby-manager") -> httpx.Headers:
    """What a manager who signed in at this PAD sends along."""
    if name not in [user.name for user in house.accounts.users()]:
        house.accounts.add_user(name, Role.LOBBY_MANAGER, PASSWORD)
    house.accounts.devices.approve(pad, SYSTEM, house.clock.now())
    body = {"user": name, "password": PASSWORD, "device": pad}
    answer = await house.post(None, "/login", body)
    house.http.cookies.clear()  # a PAD of its own, not the same browser
    return httpx.Headers({"authorization": f"Bearer {answer.json()['token']}"})


async def test_lob_59_a_teller_calls_and_sees_that_somebody_comes(house: House) -> None:
    await house.work("open")
    called = await house.post(Role.TELLER, "/alerts", {"kind": "call"})
    assert (called.status_code, called.json()["counter"]) == (201, "1")
    again = await house.post(Role.TELLER, "/alerts")
    assert (again.status_code, again.json()["id"]) == (200, called.json()["id"])

    (alert,) = await alerts(house, Role.LOBBY_MANAGER, params={"language": "en"})
    assert (alert["title"], alert["level"]) == ("Counter 1 calls you", "urgent")
    assert await alerts(house, Role.WEALTH_MANAGER) == []

    seen = await house.post(Role.LOBBY_MANAGER, f"/alerts/{alert['id']}/acknowledge")
    assert seen.json()["acknowledged_at"] is not None
    assert await alerts(house, Role.LOBBY_MANAGER) == []
    next_call = await house.post(Role.TELLER, "/alerts")
    assert next_call.status_code == 201
    assert next_call.json()["id"] != alert["id"]


async def test_a_call_that_is_sent_twice_is_one_call(house: House) -> None:
    await house.work("open")
    key = {"Idempotency-Key": "k1"}
    first = await house.post(Role.TELLER, "/alerts", headers=key)
    id_ = first.json()["id"]
    await house.post(Role.LOBBY_MANAGER, f"/alerts/{id_}/acknowledge")
    retry = await house.post(Role.TELLER, "/alerts", headers=key)
    assert (retry.status_code, retry.json()["id"]) == (200, id_)
    assert await alerts(house, Role.LOBBY_MANAGER) == []


async def test_a_kiosk_calls_by_its_own_name(house: House) -> None:
    answer = await house.post(Role.TERMINAL, "/alerts")
    assert (answer.status_code, answer.json()["device"]) == (201, "a-terminal")


async def test_a_teller_without_a_counter_calls_from_nowhere(house: House) -> None:
    answer = await house.post(Role.TELLER, "/alerts")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/teller-away")


async def test_nobody_acknowledges_for_others(house: House) -> None:
    await house.work("open")
    id_ = (await house.post(Role.TELLER, "/alerts")).json()["id"]
    for alert in (id_, "none"):
        answer = await house.post(Role.WEALTH_MANAGER, f"/alerts/{alert}/acknowledge")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-alert")
    assert len(await alerts(house, Role.LOBBY_MANAGER)) == 1


async def test_a_fault_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with open_house(tmp_path, replace(small_plan(), alerts=AlertRules())) as house:
        fault = DeviceStatus.USER_ERROR, Fault.PAPER_LOW
        await house.desk.submit(
            ReportDevice(DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER, *fault))
        )
        (alert,) = await alerts(house, Role.LOBBY_MANAGER, params={"language": "en"})
        assert alert["title"] == "Slip printer (slip) is running out of paper"
        assert alert["advice"] == "Put in a new roll soon."
        assert await alerts(house, Role.ADMINISTRATOR) == [], "a roll is put in by the lobby"


class TestPads:
    """LOB-21"""

    async def test_each_pad_keeps_its_own_reminder(self, house: House) -> None:
        one, two = await at_pad(house, "PAD-1"), await at_pad(house, "PAD-2")
        changed = await house.ask(None, "PUT", "/api/v1/pad", json={"reminder": 20}, headers=one)
        usual = {"device": "PAD-1", "vip_amount": None, "currency": "CNY"}
        assert changed.json() == usual | {"reminder": 20}
        assert (await house.get(None, "/pad", headers=one)).json()["reminder"] == 20
        assert (await house.get(None, "/pad", headers=two)).json()["reminder"] == 15
        wanted = house.context.pads.reminders(house.clock.now())
        assert wanted == (("PAD-1", 20), ("PAD-2", 15))

    async def test_a_pad_is_told_of_clients_above_its_own_amount(self, tmp_path: Path) -> None:
        """LOB-30, LOB-53: of no segment here; the other PAD is content with larger ones."""
        plan = replace(small_plan(), alerts=AlertRules(), segments=())
        async with open_house(tmp_path, plan) as house:
            one, two = await at_pad(house, "PAD-1"), await at_pad(house, "PAD-2")
            for headers, amount in ((one, 500_000), (two, 3_000_000)):
                body = {"reminder": 15, "vip_amount": amount}
                changed = await house.ask(None, "PUT", "/api/v1/pad", json=body, headers=headers)
                assert changed.json()["vip_amount"] == amount
            house.context.pads.reminders(house.clock.now())
            house.directory.client = replace(ZHANG, complaints=0)
            opened = await house.post(Role.TERMINAL, "/visits", {"card": ZHANGS_CARD})
            visit = {"service": "cash", "visit": opened.json()["id"]}
            number = (await house.post(Role.TERMINAL, "/tickets", visit)).json()["number"]
            (told,) = (await house.get(None, "/alerts", headers=one)).json()["alerts"]
            assert (told["kind"], told["number"]) == ("key_client", number)
            assert (await house.get(None, "/alerts", headers=two)).json()["alerts"] == []

    @pytest.mark.parametrize("amount", [490_000, 499_999, 3_000_001, 3_010_000, 1e6, "1000000"])
    async def test_what_is_no_vip_amount_is_refused(self, house: House, amount: object) -> None:
        """LOB-30"""
        headers = await at_pad(house, "PAD-1")
        body = {"reminder": 15, "vip_amount": amount}
        answer = await house.ask(None, "PUT", "/api/v1/pad", json=body, headers=headers)
        assert answer.status_code == 422
        assert (await house.get(None, "/pad", headers=headers)).json()["vip_amount"] is None

    async def test_a_pad_where_nobody_is_signed_in_is_not_reminded(self, house: House) -> None:
        headers = await at_pad(house, "PAD-1")
        await house.post(None, "/logout", headers=headers)
        assert house.context.pads.reminders(house.clock.now()) == ()

    @pytest.mark.parametrize("reminder", [0, 121, 1.5, "15", None])
    async def test_what_is_no_reminder_is_refused(self, house: House, reminder: object) -> None:
        headers = await at_pad(house, "PAD-1")
        body = {"reminder": reminder}
        answer = await house.ask(None, "PUT", "/api/v1/pad", json=body, headers=headers)
        assert answer.status_code == 422
        assert (await house.get(None, "/pad", headers=headers)).json()["reminder"] == 15

    async def test_who_is_at_no_pad_has_none_to_set(self, house: House) -> None:
        answer = await house.get(Role.LOBBY_MANAGER, "/pad")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-pad")
