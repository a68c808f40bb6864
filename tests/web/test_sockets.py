"""Plain HTTP at the addresses of WebSockets: told what is there, after whoever may not."""

import pytest

from kiosk.domain.role import Role
from tests.web.conftest import House

ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_whoever_asks_without_an_upgrade_is_told_of_it(house: House, method: str) -> None:
    answer = await house.ask(Role.TELLER, method, "/api/v1/feed", headers=ENGLISH)
    assert answer.status_code == 426
    assert (answer.headers["upgrade"], answer.headers["connection"]) == ("websocket", "upgrade")
    assert answer.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        assert answer.json()["type"] == "/problems/upgrade-needed"
        assert "WebSocket" in answer.json()["detail"]
    assert (await house.get(Role.TELLER, "/me")).status_code == 200, "the connection goes on"


@pytest.mark.parametrize(("role", "status"), [(None, 401), (Role.CRM, 403)])
async def test_who_may_not_learns_no_more_than_elsewhere(
    house: House, role: Role | None, status: int
) -> None:
    assert (await house.get(role, "/feed")).status_code == status
