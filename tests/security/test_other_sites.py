"""What a page of another site can do with the browser of somebody who is signed in: nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from kiosk.domain.role import Role
from kiosk.web.app import build
from kiosk.web.guard import COOKIE, SECURE_COOKIE
from tests.security.knocking import PASSWORD, Hall, Knock, cookie, open_hall
from tests.security.rawhttp import line_to
from tests.web.conftest import House, open_house


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


ELSEWHERE = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    # Another program on the same machine: the same site to a browser, another origin to us.
    {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("shown", ELSEWHERE, ids=lambda shown: shown["origin"])
async def test_no_form_or_script_of_another_site_commands_anything(
    hall: Hall, shown: dict[str, str]
) -> None:
    headers = cookie(hall.token(Role.LOBBY_MANAGER), "") | shown
    before, tried = hall.sequence, set()
    for knock in hall.knocks():
        name = f"{knock.method} {knock.path}"
        if knock.method != "GET" and "nothing" not in name:
            form = {"content-type": "text/plain"}  # what needs no preflight
            answer = await hall.ask(knock, headers | form)
            assert answer.status == 403, name
            assert "access-control-allow-origin" not in answer.headers
            tried.add(knock.name)
    assert {"tickets", "hall-clear", "login", "logout", "page-bench", "page-sign-in"} <= tried
    assert hall.caused(before) == []
    alive = await hall.ask(Knock("", "GET", "/api/v1/me"), headers)
    assert alive.status == 200  # nobody was signed out either


async def test_no_page_of_another_site_listens_in(hall: Hall) -> None:
    own = cookie(hall.token(Role.TELLER), "")
    for path in ("/api/v1/feed", "/live?page=board", "/live?page=counter/1"):
        for shown in ELSEWHERE:
            with pytest.raises(InvalidStatus) as refused:
                await hall.socket(path, own | shown)
            assert refused.value.response.status_code == 403


async def test_no_answer_lets_another_site_read_it(hall: Hall) -> None:
    for method in ("GET", "OPTIONS"):
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        answer = await hall.ask(Knock("", method, "/api/v1/state"), asked)
        allowing = [name for name in answer.headers if name.startswith("access-control-")]
        assert allowing == []
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


HOSTS = (
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "",
    "localhost.evil.example",
)


async def test_a_name_that_leads_here_by_dns_isnt_answered(hall: Hall) -> None:
    """DNS rebinding: the page is same-origin to itself, and only the name betrays it."""
    before = hall.sequence
    paths = [("GET", path) for path in ("/bench", "/api/v1/health", "/board", "/static/live.js")]
    for method, path in (*paths, ("POST", "/bench/counter/1/open")):
        for host in HOSTS:
            async with line_to(hall.origin) as line:
                answer = await line.ask(method, path, {"host": host, "origin": f"http://{host}"})
                assert answer.status == 421, (path, host)
                assert await line.hung_up()
    assert hall.caused(before) == []


WISHES = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "/%0d%0aset-cookie:a=b",
    "/\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "/" + "\x00" + "/evil.example",
    " //evil.example",
)


async def test_signing_in_leads_to_no_other_site(hall: Hall) -> None:
    hall.branch.accounts.add_user("anna", Role.TELLER, PASSWORD)
    async with httpx.AsyncClient(base_url=hall.origin, trust_env=False) as http:
        for wish in WISHES:
            form = {"user": "anna", "password": PASSWORD, "next": wish}
            answer = await http.post("/login", data=form, headers={"origin": hall.origin})
            assert answer.status_code == 303
            leads_to = httpx.URL(hall.origin).join(answer.headers["location"])
            assert (leads_to.host, leads_to.scheme) == ("127.0.0.1", "http"), wish
            shown = await http.get("/login", params={"next": wish})
            assert "evil.example" not in shown.text, wish


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("scheme", "name", "secure"), [("http", COOKIE, False), ("https", SECURE_COOKIE, True)]
)
async def test_the_cookie_is_for_this_host_and_no_script(
    house: House, scheme: str, name: str, secure: bool
) -> None:
    house.accounts.add_user("anna", Role.TELLER, PASSWORD)
    transport = httpx.ASGITransport(build(house.context))
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://127.0.0.1") as http:
        body = {"user": "anna", "password": PASSWORD}
        kept = (await http.post("/api/v1/login", json=body)).headers["set-cookie"]
        parts = kept.lower().split("; ")
        assert kept.startswith(f"{name}=")
        assert {"httponly", "samesite=strict", "path=/"} <= set(parts)
        assert ("secure" in parts) is secure
        assert not any(part.startswith("domain") for part in parts)
        assert (await http.get("/api/v1/me")).status_code == 200
        own = {"origin": f"{scheme}://127.0.0.1"}
        gone = (await http.post("/api/v1/logout", headers=own)).headers["set-cookie"]
        assert gone.startswith(f'{name}=""')
        assert ("secure" in gone.lower()) is secure


async def test_over_tls_a_cookie_that_anybody_on_the_way_could_set_is_no_session(
    house: House,
) -> None:
    token = await house.token(Role.TELLER)
    transport = httpx.ASGITransport(build(house.context))
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1") as http:
        planted = await http.get("/api/v1/me", headers={"cookie": f"{COOKIE}={token}"})
        own = await http.get("/api/v1/me", headers={"cookie": f"{SECURE_COOKIE}={token}"})
    assert (planted.status_code, own.status_code) == (401, 200)
