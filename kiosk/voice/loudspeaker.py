"""Loudspeakers: where sound goes. The real one is ALSA's aplay, a child for each announcement."""

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from typing import Protocol

from kiosk.domain.device import Fault
from kiosk.flow.announcing import VOICE
from kiosk.ports import DeviceError
from kiosk.voice.sound import RATE, Sound, silence

GRACE = 5.0
"""Seconds by which a sound may last longer than it is before the output counts as stuck."""

Sounds = AsyncGenerator[Sound, None]


class Loudspeaker(Protocol):
    """An output of sound. One announcement at a time."""

    async def play(self, sounds: Sounds) -> None:
        """Play these one after the other; returns when the last was heard. Raises DeviceError."""
        ...


class AlsaLoudspeaker:
    """A sound output of ALSA, by its name as ``aplay -L`` lists it.

    The first sound is heard as soon as it is there; the following ones are asked for while it
    plays. A child that ends with its announcement leaves nothing to be healed.
    """

    def __init__(self, output: str, program: str = "aplay") -> None:
        self._program = program
        self._arguments = (
            *("-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1"),
            *("-D", output),
        )

    async def play(self, sounds: Sounds) -> None:
        """Play them. Raises DeviceError: NOT_FOUND without such an output, NO_ANSWER when it sticks."""
        process = await self._start()
        assert process.stderr is not None
        words = asyncio.create_task(process.stderr.read(), name="what aplay says")
        try:
            await _feed(process, sounds)
            complaint = await words
        except TimeoutError:
            raise DeviceError(VOICE, Fault.NO_ANSWER, "the sound output is stuck") from None
        finally:
            await _end(process)
            words.cancel()
            await asyncio.wait([words])
        if process.returncode:
            detail = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise DeviceError(VOICE, Fault.NOT_FOUND, detail or f"{self._program} failed")

    async def _start(self) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                self._program, *self._arguments, stdin=PIPE, stdout=DEVNULL, stderr=PIPE
            )
        except FileNotFoundError:
            detail = f"there is no program {self._program}: install the Debian package alsa-utils"
            raise DeviceError(VOICE, Fault.NO_PROGRAM, detail) from None
        except OSError as error:
            detail = f"{self._program} can't be started: {error.strerror}"
            raise DeviceError(VOICE, Fault.NOT_FOUND, detail) from error


async def check(loudspeaker: Loudspeaker) -> None:
    """Whether it works, told by a moment of silence. Raises DeviceError when it doesn't."""

    async def moment() -> Sounds:
        yield Sound(silence(0.02))

    await loudspeaker.play(moment())


async def _feed(process: Process, sounds: Sounds) -> None:
    """Write all the sound and wait until it was heard. Raises TimeoutError when nothing moves."""
    assert process.stdin is not None
    loop = asyncio.get_running_loop()
    ends = loop.time()
    async with asyncio.timeout_at(ends + GRACE) as limit:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end says why
            async for sound in sounds:
                if process.stdin.is_closing():
                    break
                ends = max(ends, loop.time()) + sound.seconds
                limit.reschedule(ends + GRACE)
                process.stdin.write(sound.samples)
                await process.stdin.drain()
        process.stdin.close()
        await process.wait()


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
