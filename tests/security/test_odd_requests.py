"""Methods and addresses that mean something to one part of a server and something else to another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.access import ANYBODY, WHO_MAY
from kiosk.domain.role import Role
from tests.security.knocking import NOTHING, Hall, Knock, bearer, open_hall
from tests.security.rawhttp import line_to

METHODS = ("OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "POST")
OVERRIDES = ("x-http-method-override", "x-method-override", "x-http-method", "x-original-url")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


def something(hall: Hall) -> list[Knock]:
    """One address of each route; of the bench and of the verbs on tickets one for all."""
    found: dict[str, Knock] = {}
    for knock in hall.knocks():
        if NOTHING not in knock.path:
            found.setdefault(f"{knock.name} {knock.method}", knock)
    return list(found.values())


async def test_a_method_that_an_address_doesnt_know_does_nothing(hall: Hall) -> None:
    headers = bearer(hall.token(Role.LOBBY_MANAGER))
    before, tried = hall.sequence, 0
    known = {(knock.method, knock.path) for knock in hall.knocks()}
    for path in {knock.path for knock in something(hall)}:
        for method in METHODS:
            if (method, path) not in known:
                answer = await hall.ask(Knock("", method, path, b"{}"), headers)
                assert answer.status in (404, 405), (method, path)
                tried += 1
    assert tried > 100
    assert hall.caused(before) == []


async def test_no_header_makes_another_method_or_address_of_a_request(hall: Hall) -> None:
    headers = bearer(hall.token(Role.LOBBY_MANAGER))
    before = hall.sequence
    for name in OVERRIDES:
        for said in ("POST", "/api/v1/hall/clear"):
            sent = headers | {name: said}
            answer = await hall.ask(Knock("", "GET", "/api/v1/hall/clear"), sent)
            assert answer.status == 405
    assert hall.caused(before) == []


async def test_asking_for_the_head_tells_no_more_than_the_table_allows(hall: Hall) -> None:
    for knock in something(hall):
        if knock.method == "GET" and WHO_MAY[knock.name] is not ANYBODY:
            answer = await hall.ask(Knock("", "HEAD", knock.path), {})
            assert answer.status in (401, 303), knock


def disguised(path: str) -> list[str]:
    """Ways to write an address that some servers take for the same."""
    start, _, last = path.rpartition("/")
    first = f"%{ord(last[0]):02x}{last[1:]}"
    return [
        f"/{path}",
        f"{start}//{last}",
        f"{start}/./{last}",
        f"{start}/%2e/{last}",
        f"/static/..{path}",
        f"/static/%2e%2e{path}",
        f"/api/v1/health/..{path}",
        f"/api/v1/health/%2e%2e/%2e%2e/%2e%2e{path}",
        f"{path}/",
        f"{path}%2f",
        f"{path}%00",
        f"{path};a=1",
        f"{path}%3f",
        f"{path}.json",
        f"{start}/{last.upper()}",
        f"{start}%2f{last}",
        f"{start}/{first}",
        f"{start}\\{last}",
        f"{start}/%c0%ae/{last}",
        f"{path}?a=/api/v1/health",
        f"{path}#/api/v1/health",
        f"http://health.example{path}",
    ]


async def test_no_way_to_write_an_address_leads_past_the_guard(hall: Hall) -> None:
    """Either it is the address, and the guard stands before it, or there is nothing."""
    before = hall.sequence
    for knock in something(hall):
        if WHO_MAY[knock.name] is ANYBODY:
            continue
        for path in disguised(knock.path):
            async with line_to(hall.origin) as line:
                answer = await line.ask(knock.method, path, {}, knock.body)
            assert answer.status in (303, 400, 401, 404, 405, 421), (path, answer)
            if answer.status == 303:
                assert answer.headers["location"].startswith("/login?next=%2F"), path
    assert hall.caused(before) == []


NO_FILES = (
    "/static/../../settings.py",
    "/static/..%2f..%2fsettings.py",
    "/static/%2e%2e/%2e%2e/settings.py",
    "/static/..%5c..%5csettings.py",
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/%00",
    "/static/live.js%00.css",
    "/static/" + "a" * 5000,
    "/static/" + "a/" * 2000,
    "/static/",
    "/static",
    "/static/.",
)


async def test_nothing_but_what_pages_are_made_of_is_served_as_a_file(hall: Hall) -> None:
    for path in NO_FILES:
        answer = await hall.ask(Knock("", "GET", path), {})
        assert answer.status == 404, path


SCRAPS = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "%00",
    "%0d%0aset-cookie:a=b",
    "%ff%fe",
    "%ed%a0%80",
    "%e2%80%ae",
    "'%20OR%201=1--",
    "%3Cscript%3E",
    "${jndi:ldap:x}",
    "{{7*7}}",
    "a" * 8000,
    "+1",
    "9" * 400,
)


async def test_nothing_in_an_address_does_more_than_not_be_found(hall: Hall) -> None:
    before, tried = hall.sequence, 0
    for knock in blanks(hall):
        allowed = WHO_MAY[knock.name] or frozenset()
        headers = bearer(hall.token(min(allowed, key=list(Role).index)))
        for scrap in SCRAPS:
            path = knock.path.replace(NOTHING, scrap)
            answer = await hall.ask(Knock("", knock.method, path, knock.body), headers)
            assert 300 <= answer.status < 500, (path, answer)
            assert b"Traceback" not in answer.body
            assert "set-cookie" not in answer.headers
            tried += 1
    assert tried > 100
    assert hall.caused(before) == []


def blanks(hall: Hall) -> list[Knock]:
    """One address with a blank in it of each guarded route."""
    found = {
        f"{knock.name} {knock.method}": knock
        for knock in hall.knocks()
        if f"/{NOTHING}" in knock.path and WHO_MAY[knock.name] is not ANYBODY
    }
    return list(found.values())
