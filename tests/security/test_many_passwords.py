"""Thousands of wrong passwords: the hall goes on, and who is known signs in meanwhile (R9)."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pytest

from kiosk.domain.role import Role
from tests.security.knocking import PASSWORD, Hall, bearer, open_hall
from tests.security.rawhttp import Answer, Line, line_to

TRIES = 1000
"""docs/security.md tells what ten thousand do."""
LINES = 4


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        opened.branch.accounts.add_user("anna", Role.TELLER, PASSWORD)
        yield opened


async def test_wrong_passwords_hold_up_nobody_but_who_types_them(hall: Hall) -> None:
    known = await at_the_page(hall, {})
    assert known.status == 303
    browser = {"cookie": known.headers["set-cookie"].partition(";")[0]}
    assert browser["cookie"].startswith("kiosk_known=")
    attack = asyncio.gather(*(guess(hall, number) for number in range(LINES)))
    waits: list[float] = []
    signed_in = 0
    async with line_to(hall.origin) as line:
        while not attack.done():
            waits.append(await work(hall, line))
            if len(waits) % 50 == 10:
                signed_in += (await at_the_page(hall, browser)).status == 303
    outcomes = sum(await attack, Counter())
    assert outcomes[200] == 0
    assert outcomes[429] > outcomes[401]
    assert outcomes.total() >= TRIES
    assert signed_in > 0
    assert median(waits) < 0.5


async def guess(hall: Hall, number: int) -> "Counter[int]":
    """One line's share of the guesses: all at anna's, in a row, as fast as it is answered."""
    outcomes: Counter[int] = Counter()
    async with line_to(hall.origin) as line:
        for attempt in range(TRIES // LINES):
            body = {"user": "anna", "password": f"guess {number} {attempt}"}
            answer = await line.ask("POST", "/api/v1/login", {}, json.dumps(body).encode())
            outcomes[answer.status] += 1
    return outcomes


async def work(hall: Hall, line: Line) -> float:
    """How long somebody who is signed in waits for an answer."""
    began = time.perf_counter()
    answer = await line.ask("GET", "/api/v1/me", bearer(hall.token(Role.LOBBY_MANAGER)))
    assert answer.status == 200
    await asyncio.sleep(0.01)
    return time.perf_counter() - began - 0.01


async def at_the_page(hall: Hall, browser: dict[str, str]) -> Answer:
    form = urlencode({"user": "anna", "password": PASSWORD, "next": "/"}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": hall.origin}
    async with line_to(hall.origin) as line:
        return await line.ask("POST", "/login", kind | browser, form)
