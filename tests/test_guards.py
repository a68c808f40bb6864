"""The guards see what they are there for: each is watched failing once."""

import asyncio
import logging
import re
import shutil
import socket
import sqlite3
import subprocess
import textwrap
import uuid
from pathlib import Path

import pytest

from tests import guards

pytest_plugins = ["pytester"]

# Published test numbers.
VISA = "4111111111111111"
UNIONPAY = "6200000000000005"


@pytest.mark.parametrize(
    "text",
    [
        VISA,
        UNIONPAY,
        "5555 5555 5555 4444",
        "4222-2222-2222-2",
        "2200000000000004",
        f'{{"pan":"{VISA}"}}',
        f"\0\0{VISA}\0",
        f";{VISA}=2512101",
    ],
)
def test_a_card_number_is_seen(text: str) -> None:
    assert guards.card_numbers(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        VISA[:-1] + "2",  # wrong check digit
        "3530111333300000",  # another scheme
        VISA + "0" * 4,  # too long
        f"a{VISA}",  # part of a token
        f"0.{VISA}",  # a fraction
        "4111-1111-1111-11111111",  # the tail of a UUID
        "2026-11-22 01:16:05.411111",
    ],
)
def test_other_digits_are_let_be(text: str) -> None:
    assert not guards.card_numbers(text.encode())


def test_no_uuid_is_taken_for_a_card_number() -> None:
    assert not guards.card_numbers(" ".join(str(uuid.uuid4()) for _ in range(5000)).encode())


@pytest.mark.card_numbers_in_fixture
@pytest.mark.parametrize("value", [VISA, int(VISA)], ids=["text", "number"])
def test_a_card_number_in_a_database_is_seen(tmp_path: Path, value: str | int) -> None:
    database = sqlite3.connect(tmp_path / "log.db")
    database.execute("create table event (ticket text, card, name text)")
    database.execute("insert into event values ('A001', ?, 'Ivanova')", (value,))
    database.commit()
    database.close()

    assert guards.card_numbers_under(tmp_path) == ["log.db: …1111 (16 digits)"]


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.invalid"])
def test_an_address_outside_is_refused_by_name(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    assert guards.outside(family, (host, 1883)) == f"{host}:1883"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_this_machine_may_be_reached(host: str) -> None:
    assert guards.outside(socket.AF_INET, (host, 1883)) is None
    assert guards.outside(socket.AF_UNIX, "/run/socket") is None


def test_a_child_process_is_seen_until_it_is_waited_for() -> None:
    before = guards.children()
    with subprocess.Popen(["sleep", "60"]) as child:
        assert [f"sleep (pid {child.pid})"] == guards.lingering_children(before, grace=0)
        child.kill()
    assert not guards.lingering_children(before, grace=0)


async def test_a_name_of_nobody_is_not_found() -> None:
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("broker.invalid", 1883)


async def test_an_unfinished_task_is_seen() -> None:
    before = asyncio.all_tasks()
    task = asyncio.create_task(asyncio.sleep(60))
    assert await guards.unfinished_tasks(before, grace=0.01) == {task}
    task.cancel()
    assert not await guards.unfinished_tasks(before)


CULPRITS = """
    import asyncio, contextlib, logging, socket, subprocess

    pan = "4111" + "1" * 12

    def test_network():
        with contextlib.suppress(AssertionError), socket.socket() as outside:
            outside.connect(("192.0.2.1", 80))

    async def test_name():
        with contextlib.suppress(AssertionError):
            await asyncio.open_connection("bank.example", 80)

    def test_process():
        test_process.kept = subprocess.Popen(["sleep", "2"])

    async def test_task():
        test_task.kept = asyncio.create_task(asyncio.sleep(60), name="forgotten")

    def test_log():
        logging.getLogger("kiosk").debug("read", extra={"track": pan})

    def test_file(tmp_path):
        (tmp_path / "slip.txt").write_text(pan)

    def test_good(tmp_path):
        (tmp_path / "slip.txt").write_text(pan[-4:])
"""


def test_each_guard_fails_the_test_it_watches(
    pytester: pytest.Pytester, request: pytest.FixtureRequest
) -> None:
    tests = pytester.mkdir("tests")
    for name in ("conftest.py", "guards.py"):
        text = request.path.with_name(name).read_text()
        (tests / name).write_text(re.sub("^GRACE = .*", "GRACE = 0.2", text, flags=re.MULTILINE))
    shutil.copy(request.config.rootpath / "pyproject.toml", pytester.path)
    (tests / "test_culprits.py").write_text(textwrap.dedent(CULPRITS))

    result = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:playwright")

    result.assert_outcomes(passed=7, errors=6)
    result.stdout.fnmatch_lines_random(
        [
            "*tried to reach 192.0.2.1:80",
            "*tried to reach bank.example:80",
            "*left running: sleep (pid *)",
            "*left running: forgotten",
            "*card numbers written: kiosk: …1111 (16 digits)",
            "*card numbers written: slip.txt: …1111 (16 digits)",
        ]
    )


def test_a_record_of_any_level_is_watched() -> None:
    assert logging.getLogger("kiosk").isEnabledFor(logging.DEBUG)
