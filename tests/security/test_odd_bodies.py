"""Bodies and queries that nobody means: refused with a word, nothing done, nobody disturbed."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.domain.role import Role
from tests.security.knocking import Hall, Knock, bearer, open_hall
from tests.security.rawhttp import Answer

BODIES = {
    "an endless list": b"[" * 200_000,
    "a deep tree": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a huge number": b'{"service": ' + b"9" * 200_000 + b"}",
    "more than a float holds": b'{"number": 1e99999, "reminder": 1e99999}',
    "NaN": b'{"number": NaN, "reminder": NaN, "service": NaN}',
    "Infinity": b'{"number": Infinity, "reminder": -Infinity}',
    "half a character": b'{"service": "\\ud800", "user": "\\ud800", "kind": "\\ud800"}',
    "no UTF-8": b'{"service": "\xff\xfe"}',
    "UTF-16": '{"service": "cash"}'.encode("utf-16"),
    "a mark of order": b'\xef\xbb\xbf{"nonsense": 1}',
    "null": b"null",
    "a list": b'[{"service": "cash"}]',
    "a text": b'"cash"',
    "two documents": b'{"service": "cash"}{"service": "cash"}',
    "compressed": gzip.compress(b'{"service": "cash"}'),
    "a bomb": gzip.compress(bytes(10_000_000)),
    "a form": b"service=cash&print=false",
    "an entity": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a prototype": b'{"__proto__": {"role": "administrator"}, "constructor": 1}',
    "another role": b'{"service": "cash", "role": "administrator"}',
}
HEADERS = {
    "compressed": {"content-encoding": "gzip"},
    "a bomb": {"content-encoding": "gzip"},
    "a form": {"content-type": "application/x-www-form-urlencoded"},
    "an entity": {"content-type": "application/xml"},
}


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_makes_no_sense_is_refused_by_every_command(
    hall: Hall, kind: str
) -> None:
    before, tried = hall.sequence, 0
    for knock, role in hall.commands():
        sent = Knock(knock.name, knock.method, knock.path, BODIES[kind])
        answer = await hall.ask(sent, bearer(hall.token(role)) | HEADERS.get(kind, {}))
        assert answer.status in (400, 404, 409, 413, 422), (sent.path, answer)
        assert_tells_nothing(answer, BODIES[kind])
        tried += 1
    assert tried > 15
    assert hall.caused(before) == []


def assert_tells_nothing(answer: Answer, sent: bytes) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    told = json.loads(answer.body)
    assert {"type", "title", "status", "detail"} <= set(told)
    assert len(answer.body) < 2000
    for trace in (b"Traceback", b".py", b"pydantic", b"input_value", b"passwd"):
        assert trace not in answer.body
    assert sent[:40] not in answer.body


QUERIES = (
    "after=nan",
    "after=1e3",
    "after=-1",
    "after=" + "9" * 400,
    "after=0&limit=1e9",
    "after=0&limit=0",
    "wait=nan",
    "wait=inf",
    "wait=-1",
    "wait=1e400",
    "after=%00",
    "after=0x10",
    "after=%D9%A1a",
    "after[]=1&after=x",
)


async def test_a_query_that_makes_no_sense_is_refused_at_once(hall: Hall) -> None:
    headers = bearer(hall.token(Role.CRM))
    for query in QUERIES:
        answer = await hall.ask(Knock("", "GET", f"/api/v1/events?{query}"), headers)
        assert (answer.status, answer.json()["type"]) == (422, "/problems/invalid"), query


NO_REFERENCES = (
    "",
    "张敏",
    "a b",
    "a\u0000b",
    "a\nb",
    "\u202emoc",
    "<b>",
    "../..",
    "a" * 65,
    "tel:+86",
)


async def test_a_clients_reference_is_no_place_for_a_person(hall: Hall) -> None:
    """It stands in events and topics' messages: no name, no number that was typed."""
    before = hall.sequence
    for client in NO_REFERENCES:
        body = json.dumps({"service": "cash", "client": client, "print": False}).encode()
        issue = Knock("tickets", "POST", "/api/v1/tickets", body)
        answer = await hall.ask(issue, bearer(hall.token(Role.TERMINAL)))
        assert answer.status == 422, client
    assert hall.caused(before) == []


async def test_of_two_fields_of_one_name_the_last_counts_everywhere(hall: Hall) -> None:
    """One parser reads every body, so nobody can be told one and another do the other."""
    body = b'{"service": "nonsense", "print": false, "service": "cash"}'
    issue = Knock("tickets", "POST", "/api/v1/tickets", body)
    answer = await hall.ask(issue, bearer(hall.token(Role.TERMINAL)))
    assert (answer.status, answer.json()["service"]) == (201, "cash")


async def test_a_key_of_no_or_too_many_characters_is_refused(hall: Hall) -> None:
    issue = Knock("tickets", "POST", "/api/v1/tickets", b'{"service": "cash"}')
    for key in ("", "k" * 256):
        headers = bearer(hall.token(Role.TERMINAL)) | {"idempotency-key": key}
        assert (await hall.ask(issue, headers)).status == 422


async def test_a_key_of_somebody_else_is_worth_nothing(hall: Hall) -> None:
    """Who learns another's key neither gets that answer nor keeps the other from it."""
    body = b'{"service": "cash", "print": false}'
    issue = Knock("tickets", "POST", "/api/v1/tickets", body)
    tokens = [hall.token(role) for role in (Role.TERMINAL, Role.TELLER, Role.LOBBY_MANAGER)]
    tokens.append(hall.sign_in(Role.TERMINAL, "terminal-2"))
    tokens.append(hall.sign_in(Role.TELLER, "teller-2"))
    keyed = {"idempotency-key": "the same"}
    first = [(await hall.ask(issue, bearer(token) | keyed)).json()["id"] for token in tokens]
    again = [(await hall.ask(issue, bearer(token) | keyed)).json()["id"] for token in tokens]
    assert len(set(first)) == len(tokens)
    assert again == first


SAID = (
    "[" * 60_000,
    '{"touch": "x", "screen": 1e999}',
    '{"touch": "x", "screen": ' + "9" * 10_000 + "}",
    '{"touch": {"a": []}, "screen": null}',
    '{"touch": "service:../../x", "screen": 1}',
    "\u202e\u0000",
)


async def test_whatever_a_window_says_its_feed_goes_on(hall: Hall) -> None:
    headers = bearer(hall.window_token("touch"))
    async with hall.socket("/api/v1/feed?display=touch", headers) as socket:
        assert "screen" in str(await socket.recv())
        before = hall.sequence
        for said in SAID:
            await socket.send(said)
            await (await socket.ping())
        assert hall.caused(before) == []


async def test_a_frame_that_is_too_large_ends_its_own_socket_only(hall: Hall) -> None:
    headers = bearer(hall.token(Role.TELLER))
    async with (
        hall.socket("/api/v1/feed", headers) as loud,
        hall.socket("/api/v1/feed", headers) as other,
    ):
        await loud.send("x" * 65_537)
        await loud.wait_closed()
        assert loud.close_code == 1009
        await (await other.ping())
