"""PADs at the door: unknown ones wait, others' are turned away, revoked ones are out (LOB-10, LOB-99)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.web.lockout import WRONG_A_MINUTE
from kiosk.web.padcheck import LISTED_AN_HOUR
from tests.web.conftest import PASSWORD, House, open_house, settings, told

SECRET = "0123456789abcdef-of-the-pad"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def max_manages(house: House) -> None:
    house.accounts.add_user("max", Role.LOBBY_MANAGER, PASSWORD)


async def at_pad(house: House, device: str = "PAD-1", **body: Any) -> httpx.Response:
    asked = {"user": "max", "password": PASSWORD, "device": device, **body}
    answer = await house.post(None, "/login", asked, headers=ENGLISH)
    house.http.cookies.clear()
    return answer


async def decide(house: House, verb: str, device: str = "PAD-1") -> httpx.Response:
    return await house.post(Role.ADMINISTRATOR, f"/devices/{device}/{verb}", headers=ENGLISH)


async def listed(house: House) -> list[dict[str, Any]]:
    devices: list[dict[str, Any]] = (await house.get(Role.ADMINISTRATOR, "/devices")).json()[
        "devices"
    ]
    return devices


def sessions(house: House) -> int:
    return len([one for one in house.accounts.users() if one.last_seen and one.name == "max"])


async def test_lob_99_an_unknown_pad_is_refused_and_listed_for_approval(house: House) -> None:
    refused = await at_pad(house, device_secret=SECRET, branch="0755")
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (403, "/problems/pad-refused")
    assert (problem["device"], problem["standing"]) == ("PAD-1", "pending")
    assert problem["detail"] == "The PAD PAD-1 waits until an administrator approves it."
    assert "set-cookie" not in refused.headers
    assert sessions(house) == 0
    (entry,) = await listed(house)
    assert (entry["id"], entry["state"], entry["branch"]) == ("PAD-1", "pending", "0755")
    assert entry["code"] == problem["code"]
    approved = await decide(house, "approve")
    assert approved.json()["devices"][0]["state"] == "approved"
    answer = await at_pad(house, device_secret=SECRET, branch="0755")
    assert answer.status_code == 200
    me = await house.get(None, "/me", headers={"authorization": f"Bearer {answer.json()['token']}"})
    assert me.json()["device"] == "PAD-1"


async def test_lob_10_a_pad_of_another_branch_is_refused_with_that_reason(house: House) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    refused = await at_pad(house, branch="0101")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/other-branch")
    assert refused.json()["detail"] == (
        "This PAD is set up for branch 0101; you and this machine belong to 0755."
    )
    assert sessions(house) == 0
    assert (await at_pad(house, branch="0755")).status_code == 200
    assert (await at_pad(house, "PAD-9", branch="0101")).json()["type"] == "/problems/other-branch"
    assert [one["id"] for one in await listed(house)] == ["PAD-1"]


@pytest.mark.parametrize("role", [Role.LOBBY_MANAGER, Role.WEALTH_MANAGER])
async def test_lob_12_both_kinds_of_managers_sign_in_and_out_by_the_same_rules(
    house: House, role: Role
) -> None:
    house.accounts.add_user("wu", role, PASSWORD)
    known = {"user": "wu", "device_secret": SECRET}
    assert (await at_pad(house, **known)).json()["type"] == "/problems/pad-refused"
    await decide(house, "approve")
    assert (await at_pad(house, **known, branch="0101")).json()["type"] == "/problems/other-branch"
    assert (await at_pad(house, **known | {"password": "wrong"})).status_code == 401
    answer = await at_pad(house, **known, branch="0755")
    me = {"authorization": f"Bearer {answer.json()['token']}"}
    assert (await house.get(None, "/me", headers=me)).json()["role"] == role
    assert (await house.post(None, "/logout", headers=me)).status_code == 204
    assert (await house.get(None, "/me", headers=me)).status_code == 401


async def test_a_wrong_password_says_nothing_of_the_pad(house: House) -> None:
    refused = await at_pad(house, password="mistaken", branch="0101")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/wrong-password")
    assert await listed(house) == []


@pytest.mark.parametrize("secret", [None, "0123456789abcdef-of-another"])
async def test_a_device_that_only_says_so_isnt_that_pad(house: House, secret: str | None) -> None:
    await at_pad(house, device_secret=SECRET)
    await decide(house, "approve")
    refused = await at_pad(house, device_secret=secret)
    assert (refused.status_code, refused.json()["standing"]) == (403, "unproven")
    assert "doesn't prove" in refused.json()["detail"]


async def test_a_pad_that_has_once_shown_a_secret_is_never_again_known_by_its_name(
    house: House,
) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())  # before it ever came
    assert (await at_pad(house)).status_code == 200
    assert (await at_pad(house, device_secret=SECRET)).status_code == 200
    for other in (None, "0123456789abcdef-of-another"):
        refused = await at_pad(house, device_secret=other)
        assert (refused.status_code, refused.json()["standing"]) == (403, "unproven")
    assert (await at_pad(house, device_secret=SECRET)).status_code == 200
    (entry,) = await listed(house)
    assert entry["code"] is not None


async def test_a_wrong_password_binds_nobody(house: House) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    refused = await at_pad(house, password="mistaken", device_secret=SECRET)
    assert refused.status_code == 401
    assert (await listed(house))[0]["code"] is None
    assert (await at_pad(house)).status_code == 200


@pytest.mark.parametrize("verb", ["approve", "revoke"])
@pytest.mark.parametrize("device", ["PAD-l", "no id"])
async def test_a_pad_that_never_came_is_not_there(house: House, verb: str, device: str) -> None:
    await at_pad(house, device_secret=SECRET)
    refused = await decide(house, verb, device)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (404, "/problems/unknown-pad")
    assert (problem["device"], problem["detail"]) == (
        device,
        f"No PAD {device} has ever come here.",
    )
    assert [one["id"] for one in await listed(house)] == ["PAD-1"]


async def test_what_hangs_on_a_revoked_pad_ends_at_once(house: House) -> None:
    house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
    token = (await at_pad(house)).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    async with await house.feed(None, headers=headers) as socket:
        await told(socket)
        assert (await decide(house, "revoke")).status_code == 200
        await socket.wait_closed()
        assert socket.close_code == 1008
    assert (await house.get(None, "/me", headers=headers)).status_code == 401
    refused = await at_pad(house)
    assert (refused.status_code, refused.json()["standing"]) == (403, "revoked")


async def test_whoever_signs_in_at_a_proven_pad_has_a_count_of_wrong_passwords_there(
    house: House,
) -> None:
    await at_pad(house, device_secret=SECRET)
    await decide(house, "approve")
    wrong = {"user": "max", "password": "mistaken"}
    answers = [await house.post(None, "/login", wrong) for _ in range(WRONG_A_MINUTE + 1)]
    assert answers[-1].status_code == 429
    assert (await at_pad(house, device_secret=SECRET)).status_code == 200


async def test_one_person_fills_no_list(house: House) -> None:
    answers = [await at_pad(house, f"PAD-{number}") for number in range(LISTED_AN_HOUR + 1)]
    assert [one.status_code for one in answers] == [403] * LISTED_AN_HOUR + [429]
    assert len(await listed(house)) == LISTED_AN_HOUR


@pytest.mark.parametrize(
    "body",
    [
        {"device": "a/b"},
        {"device": "x" * 33},
        {"device": "PAD-1", "device_secret": "short"},
        {"device": "PAD-1", "branch": "0" * 99},
    ],
)
async def test_bodies_that_wont_do(house: House, body: dict[str, str]) -> None:
    answer = await at_pad(house, **body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_only_administrators_decide(house: House) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert (await house.get(role, "/devices")).status_code == 403
        assert (await house.post(role, "/devices/PAD-1/approve")).status_code == 403


class TestWhereASecretIsRequired:
    @pytest.fixture
    async def house(self, tmp_path: Path) -> AsyncIterator[House]:
        configured = settings(sign_in={"pad_secret_required": True})
        async with open_house(tmp_path, configured=configured) as opened:
            yield opened

    async def test_a_pad_known_by_its_name_alone_is_refused_though_approved(
        self, house: House
    ) -> None:
        house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
        refused = await at_pad(house)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/pad-refused")
        assert refused.json()["standing"] == "unproven"
        assert (await at_pad(house, "PAD-2")).json()["standing"] == "unproven"
        assert [one["id"] for one in await listed(house)] == ["PAD-1"]
        assert sessions(house) == 0

    async def test_one_that_was_approved_before_it_came_is_the_first_that_comes(
        self, house: House
    ) -> None:
        house.accounts.devices.approve("PAD-1", SYSTEM, house.clock.now())
        assert (await at_pad(house, device_secret=SECRET)).status_code == 200
        refused = await at_pad(house, device_secret="0123456789abcdef-made-up")
        assert (refused.status_code, refused.json()["standing"]) == (403, "unproven")

    async def test_with_one_and_without_a_pad_all_is_as_ever(self, house: House) -> None:
        assert (await at_pad(house, device_secret=SECRET)).json()["standing"] == "pending"
        await decide(house, "approve")
        assert (await at_pad(house, device_secret=SECRET)).status_code == 200
        elsewhere = await house.post(None, "/login", {"user": "max", "password": PASSWORD})
        assert elsewhere.status_code == 200
