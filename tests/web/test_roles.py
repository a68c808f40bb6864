"""The role table against the routes there are and against what a running server does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import InvalidStatus

from kiosk.access import WHO_MAY, may
from kiosk.domain.role import Role
from kiosk.web.api import api_routes
from kiosk.web.app import Pages, build
from tests.web.conftest import House, open_house

GOOD_FOR_NOTHING = "0" * 48


def calls(house: House) -> Iterator[tuple[str, str, str]]:
    """Name, method and an address where nothing is, of every HTTP route of the API."""
    for route in api_routes(house.context):
        if isinstance(route, Route):
            path = route.path_format.format_map(_Nothing())
            for method in (route.methods or set()) - {"HEAD"}:
                yield route.name, method, path


class _Nothing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "recall" if key == "verb" else "nothing"


@pytest.mark.parametrize("role", [None, *Role])
async def test_every_route_answers_every_role_as_the_table_says(
    house: House, role: Role | None
) -> None:
    seen = set()
    for name, method, path in calls(house):
        if name == "logout":  # would end what the other routes are asked with
            continue
        body: dict[str, str] | None = {} if method == "POST" else None
        answer = await house.ask(role, method, path, json=body)
        seen.add(name)
        if may(role, name):
            assert answer.status_code not in (401, 403), (name, answer.text)
        else:
            assert answer.status_code == (401 if role is None else 403), name
            assert answer.headers["content-type"] == "application/problem+json"
    assert len(seen) > 10


@pytest.mark.parametrize("role", [None, *Role])
async def test_the_feed_answers_every_role_as_the_table_says(
    house: House, role: Role | None
) -> None:
    if may(role, "feed"):
        async with await house.feed(role) as socket:
            assert await socket.recv()
        return
    with pytest.raises(InvalidStatus) as refused:
        await house.feed(role)
    assert refused.value.response.status_code == (401 if role is None else 403)


async def test_a_wrong_token_is_no_session(house: House) -> None:
    headers = {"authorization": f"Bearer {GOOD_FOR_NOTHING}"}
    answer = await house.get(None, "/state", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/not-signed-in"


async def test_no_route_is_without_a_row_and_no_row_without_a_route(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        names = {
            route.name
            for route in api_routes(house.context)
            if isinstance(route, Route | WebSocketRoute)
        }
        rows = {name for name in WHO_MAY if not name.startswith(("page-", "static"))}
        assert names == rows
        stray = Pages([Route("/stray", lambda request: None, name="stray")])
        with pytest.raises(KeyError, match="stray"):
            build(house.context, stray)


@pytest.mark.parametrize("role", Role)
async def test_only_some_roles_are_told_a_client_reference(house: House, role: Role) -> None:
    ticket = await house.issue(client="c-zhang")
    shown = (await house.get(role, f"/tickets/{ticket['id']}")).json()
    queue = (await house.get(role, "/queues/A")).json()
    sees = role in {Role.TELLER, Role.LOBBY_MANAGER, Role.WEALTH_MANAGER, Role.CRM}
    assert shown["client"] == queue["tickets"][0]["client"] == ("c-zhang" if sees else None)
