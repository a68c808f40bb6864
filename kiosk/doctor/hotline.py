"""The line to a running branch: a socket in its folder, which nobody but its own user can open.

The branch has every device open, so it is asked instead. One request and its answers are lines of
JSON; whoever hangs up ends what was asked for.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk.ports import KioskError

SOCKET = "doctor.sock"
LONGEST_LINE = 65536
_ASKS_WITHIN = 5.0
ANSWERS_WITHIN = 60.0
"""Seconds between two answers: longer than anything is waited for."""

Json = dict[str, Any]
END: Json = {"end": True}
"""The last answer: without it there may have been more."""
Answers = AsyncGenerator[Json, None]

_log = logging.getLogger(__name__)


class NoAnswer(KioskError):
    """A branch runs here and doesn't answer."""


class Hotline:
    """The branch's end. ``answer`` gives the answers to a request; a KioskError is the last one."""

    def __init__(self, folder: Path, answer: Callable[[Json], Answers]) -> None:
        self._folder = folder
        self._answer = answer
        self._calls: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until cancelled."""
        with _socket_in(self._folder) as path:
            server = await asyncio.start_unix_server(self._called, path, limit=LONGEST_LINE)
            try:
                path.chmod(0o600)
                await server.serve_forever()
            finally:
                with contextlib.suppress(
                    OSError
                ):  # the disk may take nothing; the next one replaces it
                    path.unlink()
                await _end(self._calls)

    def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._serve(reader, writer), name="doctor's call")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            line = await asyncio.wait_for(reader.readline(), _ASKS_WITHIN)
            answering = asyncio.create_task(self._tell(line, writer), name="doctor's answer")
            hung_up = asyncio.create_task(reader.read(1), name="doctor's farewell")
            try:
                await asyncio.wait({answering, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _end({answering, hung_up})
        writer.close()

    async def _tell(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            async with contextlib.aclosing(self._answer(json.loads(line))) as answers:
                async for answer in answers:
                    await _write(writer, answer)
            await _write(writer, END)
        except KioskError as error:
            await _write(writer, {"error": str(error)})
        except ConnectionError:
            return  # whoever asked has hung up
        except Exception:
            # A defect here must not end the branch; who asked is told by the missing end.
            _log.exception("the doctor's question %.80r", line)


async def ask(folder: Path, request: Json) -> Answers:
    """The answers of the branch that runs in this folder, as they come. Raises KioskError."""
    try:
        with _socket_in(folder) as path:
            reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
    except OSError as error:
        raise _silent(folder) from error
    try:
        await _write(writer, request)
        while line := await asyncio.wait_for(reader.readline(), ANSWERS_WITHIN):
            answer = json.loads(line)
            if answer == END:
                return
            if "error" in answer:
                raise KioskError(answer["error"])
            yield answer
    except (OSError, TimeoutError, ValueError) as error:
        raise _silent(folder) from error
    finally:
        writer.close()
    raise _silent(folder)


def _silent(folder: Path) -> NoAnswer:
    return NoAnswer(
        f"the branch in {folder} runs and doesn't answer: restart it (sudo systemctl restart kiosk)"
    )


async def _write(writer: asyncio.StreamWriter, message: Json) -> None:
    writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
    await writer.drain()


async def _end(tasks: set[asyncio.Task[None]] | set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def _socket_in(folder: Path) -> Iterator[Path]:
    """Its path by way of the open folder: a socket's own path may have 107 bytes and no more."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{handle}/{SOCKET}")
    finally:
        os.close(handle)
