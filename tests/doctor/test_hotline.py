"""The line to a running branch: answers in pieces, hanging up, and nobody at the other end."""

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.doctor.hotline import SOCKET, Answers, Hotline, Json, NoAnswer, ask
from kiosk.ports import KioskError
from tests.support.smalldisk import NEEDS_MOUNTING, small_disk
from tests.support.waiting import until


class Branch:
    """Answers as it is asked to."""

    def __init__(self) -> None:
        self.waits = asyncio.Event()
        self.hung_up = asyncio.Event()

    async def answer(self, request: Json) -> Answers:
        """Counts, refuses or waits."""
        if request.get("refuse"):
            raise KioskError("not today")
        for number in range(request["count"]):
            yield {"number": number}
        if request.get("fail"):
            raise OSError("a disk that is gone")
        if request.get("wait"):
            self.waits.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.hung_up.set()


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    found = Branch()
    running = asyncio.create_task(Hotline(tmp_path, found.answer).run())
    await asyncio.to_thread(until, (tmp_path / SOCKET).exists, "socket")
    yield found
    running.cancel()
    await asyncio.wait([running])
    assert not (tmp_path / SOCKET).exists()


async def test_every_answer_arrives(branch: Branch, tmp_path: Path) -> None:
    assert [one["number"] async for one in ask(tmp_path, {"count": 3})] == [0, 1, 2]


async def test_the_socket_is_its_users_own(branch: Branch, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600


async def test_a_refusal_is_the_callers_error(branch: Branch, tmp_path: Path) -> None:
    with pytest.raises(KioskError, match="not today"):
        await anext(ask(tmp_path, {"refuse": True}))


async def test_who_hangs_up_ends_what_was_asked_for(branch: Branch, tmp_path: Path) -> None:
    async with contextlib.aclosing(ask(tmp_path, {"count": 1, "wait": True})) as answers:
        await anext(answers)
        await branch.waits.wait()
    async with asyncio.timeout(5):
        await branch.hung_up.wait()


async def test_answers_that_break_off_are_no_answer(branch: Branch, tmp_path: Path) -> None:
    answers = ask(tmp_path, {"count": 1, "fail": True})
    assert await anext(answers) == {"number": 0}
    with pytest.raises(NoAnswer):
        await anext(answers)


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b"[]\n", b'{"count": "x"}\n', b"{" * 100_000])
async def test_nonsense_is_hung_up_on(branch: Branch, tmp_path: Path, said: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
    writer.write(said)
    writer.write_eof()
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
    writer.close()
    assert [one["number"] async for one in ask(tmp_path, {"count": 1})] == [0]


async def test_a_socket_that_a_crash_left_behind_is_taken_over(tmp_path: Path) -> None:
    server = await asyncio.start_unix_server(lambda r, w: None, tmp_path / SOCKET)
    server.close()
    with pytest.raises(NoAnswer):
        await anext(ask(tmp_path, {"count": 1}))
    running = asyncio.create_task(Hotline(tmp_path, Branch().answer).run())
    async with asyncio.timeout(5):
        while True:
            with contextlib.suppress(NoAnswer):
                assert [one async for one in ask(tmp_path, {"count": 1})] == [{"number": 0}]
                break
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait([running])


async def test_nobody_at_the_other_end_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match="restart"):
        await anext(ask(tmp_path, {"count": 1}))


async def test_a_long_folder_name_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    running = asyncio.create_task(Hotline(deep, Branch().answer).run())
    await asyncio.to_thread(until, (deep / SOCKET).exists, "socket")
    assert [one["number"] async for one in ask(deep, {"count": 1})] == [0]
    running.cancel()
    await asyncio.wait([running])


@NEEDS_MOUNTING
async def test_it_ends_though_its_socket_cannot_be_taken_away(tmp_path: Path) -> None:
    with small_disk(tmp_path / "var") as disk:
        running = asyncio.create_task(Hotline(disk.folder, Branch().answer).run())
        await asyncio.to_thread(until, (disk.folder / SOCKET).exists, "socket")
        disk.remount("ro")
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
