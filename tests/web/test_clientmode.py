"""PADs that clients look at: let in by the PAD's own secret once it is approved (LOB-11, LOB-99)."""

from typing import Any

import httpx
import pytest

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.web.clientmode import ASKED_A_MINUTE
from tests.web.conftest import PASSWORD, House

SECRET, OTHER = "0123456789abcdef-of-the-pad", "0123456789abcdef-of-another"
ENGLISH = {"accept-language": "en"}


async def asks(house: House, device: str = "PAD-1", **body: Any) -> httpx.Response:
    asked = {"device_secret": SECRET, **body}
    return await house.post(None, f"/devices/{device}/client-mode", asked, headers=ENGLISH)


@pytest.fixture
async def listed(house: House) -> None:
    """Somebody has tried to sign in at PAD-1."""
    house.accounts.add_user("max", Role.LOBBY_MANAGER, PASSWORD)
    told = {"user": "max", "password": PASSWORD, "device": "PAD-1", "device_secret": SECRET}
    assert (await house.post(None, "/login", told)).status_code == 403


@pytest.mark.usefixtures("listed")
async def test_lob_11_a_pad_asks_by_itself_until_it_is_approved_and_no_longer_when_it_is_revoked(
    house: House,
) -> None:
    waits = await asks(house)
    assert (waits.status_code, waits.json()["standing"]) == (403, "pending")
    assert waits.json()["detail"] == "The PAD PAD-1 waits until an administrator approves it."
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    answer = await asks(house, branch="0755")
    assert (answer.status_code, answer.json()) == (200, {"mqtt": None})  # no broker here
    assert "set-cookie" not in answer.headers
    house.accounts.devices.revoke("PAD-1", SYSTEM, house.clock.now())
    assert (await asks(house)).json()["standing"] == "revoked"


@pytest.mark.usefixtures("listed")
async def test_who_doesnt_know_the_secret_learns_nothing(house: House) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    house.accounts.devices.approve("PAD-2", SYSTEM, house.clock.now())  # known by its name alone
    answers = [
        await asks(house, device, device_secret=OTHER) for device in ("PAD-1", "PAD-2", "PAD-3")
    ]
    assert {(one.status_code, one.json()["standing"]) for one in answers} == {(403, "unproven")}
    assert [pad.id for pad in house.accounts.devices.pads()] == ["PAD-1", "PAD-2"]


@pytest.mark.usefixtures("listed")
async def test_lob_10_a_pad_of_another_branch_is_refused_with_that_reason(house: House) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    assert (await asks(house, branch="0101")).json()["type"] == "/problems/other-branch"


@pytest.mark.parametrize("body", [{"device_secret": "short"}, {"device_secret": None}, {"a": 1}])
async def test_bodies_that_wont_do(house: House, body: dict[str, Any]) -> None:
    answer = await asks(house, **body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_secrets_arent_tried_out_without_end(house: House) -> None:
    answers = [await asks(house) for _ in range(ASKED_A_MINUTE + 1)]
    assert [one.status_code for one in answers] == [403] * ASKED_A_MINUTE + [429]
    assert int(answers[-1].headers["retry-after"]) <= 60
