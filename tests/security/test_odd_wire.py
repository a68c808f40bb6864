"""Requests that two servers would read differently, several at once, and names with a meaning."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kiosk.domain.role import Role
from tests.security.knocking import PASSWORD, Hall, Knock, bearer, open_hall
from tests.security.rawhttp import Line, line_to
from tests.support.stopwatch import Stopwatch


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


CLEAR = '{"reason": "evacuation"}'
AMBIGUOUS = {
    "CL and TE": b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "TE and CL": b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"content-length: 0\r\ncontent-length: 30\r\n\r\n",
    "two lengths in one": b"content-length: 0, 30\r\n\r\n",
    "a length with a sign": b"content-length: +5\r\n\r\n",
    "a length in hexadecimal": b"content-length: 0x5\r\n\r\n",
    "a negative length": b"content-length: -1\r\n\r\n",
    "an endless length": b"content-length: 99999999999999999999999\r\n\r\n",
    "TE disguised": b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "TE twice": b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"content-length : 5\r\n\r\n12345",
    "a bare LF": b"x: y\ncontent-length: 5\r\n\r\n12345",
    "a bare CR": b"x: y\rcontent-length: 5\r\n\r\n",
    "a folded line": b"x: y\r\n content-length: 5\r\n\r\n",
    "NUL in a value": b"x: a\x00b\r\n\r\n",
    "two hosts": b"host: evil.example\r\n\r\n",
    "a chunk of a negative size": b"transfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk of a huge size": b"transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
    "a chunk without its end": b"transfer-encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n",
}


async def test_nothing_is_smuggled_in_behind_an_ambiguous_request(hall: Hall) -> None:
    """Refused or read in one way; what follows on the line is never a second command."""
    for kind, rest in AMBIGUOUS.items():
        before = hall.sequence
        async with line_to(hall.origin) as line:
            head = f"POST /api/v1/login HTTP/1.1\r\nhost: {line.host}\r\n".encode()
            line.writer.write(head + rest + clear_the_hall(hall, line))
            answer = await line.answer()
            assert answer.status in (400, 413, 421, 422), (kind, answer)
            if answer.status == 400:
                assert answer.headers["connection"] == "close"
            await line.hung_up(within=0.2)
        assert hall.caused(before) == [], kind
    await is_served(hall)


def clear_the_hall(hall: Hall, line: Line) -> bytes:
    """What somebody would smuggle in, with a good body and with what a lobby manager has."""
    token = hall.token(Role.LOBBY_MANAGER)
    lines = ["POST /api/v1/hall/clear HTTP/1.1", f"host: {line.host}"]
    lines += [f"authorization: Bearer {token}", f"content-length: {len(CLEAR)}"]
    return "\r\n".join([*lines, "", CLEAR]).encode()


async def test_what_would_be_smuggled_in_would_clear_the_hall(hall: Hall) -> None:
    before = hall.sequence
    async with line_to(hall.origin) as line:
        line.writer.write(clear_the_hall(hall, line))
        assert (await line.answer()).status == 200
    assert hall.caused(before)


async def is_served(hall: Hall) -> None:
    asked = Knock("", "GET", "/api/v1/state")
    assert (await hall.ask(asked, bearer(hall.token(Role.TELLER)))).status == 200


async def test_requests_in_a_row_are_answered_in_that_row_each_for_its_own_caller(
    hall: Hall,
) -> None:
    """HTTP pipelining: who shares a line by a proxy gets the own answer and the own rights."""
    tokens = [
        hall.token(Role.TELLER),
        "nobody",
        hall.token(Role.CRM),
        hall.token(Role.LOBBY_MANAGER),
    ]
    async with line_to(hall.origin) as line:
        for token in tokens * 20:
            head = f"GET /api/v1/me HTTP/1.1\r\nhost: {line.host}\r\nauthorization: Bearer {token}\r\n\r\n"
            line.writer.write(head.encode())
        answers = [await line.answer() for _ in tokens * 20]
    roles = [answer.json().get("role") for answer in answers]
    assert roles == ["teller", None, "crm", "lobby-manager"] * 20


async def test_many_in_a_row_keep_nobody_else_waiting(hall: Hall) -> None:
    headers = bearer(hall.token(Role.TELLER))
    async with line_to(hall.origin) as line, line_to(hall.origin) as other:
        head = [f"GET /api/v1/state HTTP/1.1\r\nhost: {line.host}\r\n"]
        head += [f"{name}: {value}\r\n" for name, value in headers.items()]
        line.writer.write(f"{''.join(head)}\r\n".encode() * 500)
        waiting = Stopwatch()
        assert (await other.ask("GET", "/api/v1/me", headers)).status == 200
        assert waiting.seconds < 2


NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% for a in b %}",
    "${jndi:ldap://evil.example}",
    "a\r\nset-cookie: a=b",
    "\x1b[2J\x1b]0;a\x07",
    "\u202etxt.exe",
    "%s%n{0}{named}",
    "' OR 1=1 --",
)


async def test_a_name_is_shown_and_never_carried_out(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    """What staff are called is typed by somebody; so is what a stranger signs in as."""
    for number, name in enumerate(NAMES):
        await shown_as_text(hall, f"anna{number}", name, caplog)


async def shown_as_text(
    hall: Hall, account: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = hall.branch.accounts.add_user(account, Role.TELLER, PASSWORD, name)
    token = hall.branch.accounts.sessions.begin(user, None, hall.branch.core.clock.now()).token
    for path in ("/", "/counter/1", "/login?next=/counter/1", "/nothing"):
        page = await hall.ask(Knock("", "GET", path), bearer(token))
        text = page.body.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in text or "{{7*7}}" not in name or "{{7*7}}" in text
        assert "set-cookie" not in page.headers
    caplog.clear()
    form = {"user": name, "password": "wrong", "next": f"/{name}"}
    await sign_in(hall, form)
    await sign_in(hall, form | {"user": account, "password": name})
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.INFO]
    assert [line for line in told if name in line or "\n" in line or "\x1b" in line] == []


async def sign_in(hall: Hall, form: dict[str, str]) -> None:
    headers = {"origin": hall.origin, "content-type": "application/x-www-form-urlencoded"}
    knock = Knock("", "POST", "/login", urlencode(form).encode())
    answer = await hall.ask(knock, headers)
    assert answer.status in (403, 429)
    assert b"<script>alert" not in answer.body
    assert b"<img src=x" not in answer.body
