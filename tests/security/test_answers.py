"""What refusals tell: in the caller's language what to do, and nothing of anybody or of the inside."""

import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from kiosk.domain.role import Role
from kiosk.flow.desk import Desk
from tests.security.knocking import Hall, Knock, bearer, cookie, open_hall
from tests.security.rawhttp import Answer, line_to

LANGUAGES = ("zh", "en", "ru", "cs")
SCRIPTS = {"zh": r"[\u4e00-\u9fff]", "ru": r"[\u0400-\u04ff]"}


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


async def ask(
    hall: Hall, language: str, call: str, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    method, _, path = call.partition(" ")
    async with line_to(hall.origin) as line:
        return await line.ask(method, path, {"accept-language": language, **headers}, body)


async def refusals(hall: Hall, language: str) -> dict[int, Answer]:
    """One of each status that a caller can bring about."""
    manager, teller = bearer(hall.token(Role.LOBBY_MANAGER)), bearer(hall.token(Role.TELLER))
    issue, terminal = "POST /api/v1/tickets", bearer(hall.token(Role.TERMINAL))
    crossing = cookie(hall.token(Role.TELLER), "https://evil.example")
    long = {"x-filler": "y" * 33_000}
    return {
        400: await ask(hall, language, issue, terminal, b"{"),
        401: await ask(hall, language, "GET /api/v1/state", {}),
        403: await ask(hall, language, "POST /api/v1/hall/clear", teller, b"{}"),
        4031: await ask(hall, language, issue, crossing, b"{}"),
        404: await ask(hall, language, "GET /api/v1/nothing", manager),
        4041: await ask(hall, language, "GET /api/v1/tickets/nothing", manager),
        4042: await ask(hall, language, "POST /api/v1/counters/nothing/next", teller, b"{}"),
        405: await ask(hall, language, "DELETE /api/v1/state", manager),
        409: await ask(hall, language, "POST /api/v1/counters/1/next", teller, b"{}"),
        413: await ask(hall, language, issue, terminal, bytes(1_000_001)),
        421: await ask(hall, language, "GET /api/v1/state", {"host": "evil.example"}),
        422: await ask(hall, language, issue, terminal, b"{}"),
        431: await ask(hall, language, "GET /api/v1/state", manager | long),
        4011: await ask(hall, language, "POST /admin/examination", {}, b"{}"),
        4012: await ask(hall, language, "POST /api/v1/login", {}, b'{"user":"x","password":"y"}'),
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_refusal_is_a_problem_in_the_callers_language(
    hall: Hall, language: str
) -> None:
    english = await refusals(hall, "en")
    for kind, answer in (await refusals(hall, language)).items():
        assert str(answer.status) == str(kind)[:3], answer
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        told = answer.json()
        assert told["status"] == answer.status
        assert re.fullmatch(r"/problems/[a-z-]+", told["type"])
        assert re.search(SCRIPTS.get(language, "."), told["title"]), told
        assert re.search(SCRIPTS.get(language, "."), told["detail"]), told
        assert language == "en" or told["detail"] != english[kind].json()["detail"]


async def test_no_answer_says_what_serves_it(hall: Hall) -> None:
    told = [*(await refusals(hall, "en")).values()]
    told += [await ask(hall, "en", f"GET {path}", {}) for path in ("/", "/board", "/nothing")]
    for answer in told:
        assert {"server", "x-powered-by", "via"}.isdisjoint(answer.headers)
        assert not re.search(rb"uvicorn|starlette|python/|httptools", answer.body, re.IGNORECASE)


async def test_what_goes_wrong_inside_stays_there(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(desk: Desk) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(Desk, "branch", broken)
    for path in ("/api/v1/state", "/", "/board"):
        answer = await ask(hall, "en", f"GET {path}", bearer(hall.token(Role.TELLER)))
        assert answer.status == 500
        assert b"secret" not in answer.body
        assert b"Traceback" not in answer.body
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


CANARIES = {
    "phone": "+86 139 0000 8888",
    "document": "CANARY-DOCUMENT-8888",
    "code": "canarycode8888",
    "card": "ca" * 32,
    "password": "canary-password-8888",
    "user": "Canary Name",
    "client": "canary name 8888",
    "nonsense": "canary of no field 8888",
}


async def test_what_is_of_a_person_is_repeated_nowhere(
    hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in answers nor in logs, nor in any file of the branch: right or wrong, in any field."""
    caplog.set_level(logging.DEBUG)
    for knock, role in hall.commands():
        for name, value in CANARIES.items():
            for body in ({name: value}, {name: [value]}, {"service": "cash", name: value}):
                sent = Knock(knock.name, knock.method, knock.path, json.dumps(body).encode())
                answer = await hall.ask(sent, bearer(hall.token(role)))
                assert value.encode() not in answer.body, (knock.path, name)
    written = "\n".join(one.getMessage() for one in caplog.records)
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for value in CANARIES.values():
        assert value not in written
        assert value.encode() not in files
