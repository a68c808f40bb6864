"""The synthetic voice: espeak-ng, a program of its own, so that its faults stay there."""

import asyncio
import contextlib
import shutil
from asyncio.subprocess import DEVNULL, PIPE

from kiosk.domain.device import Fault
from kiosk.flow.announcing import VOICE
from kiosk.ports import DeviceError
from kiosk.voice.sound import UnusableSound, from_wav, trimmed

PROGRAM = "espeak-ng"
WITHIN = 3.0
"""Seconds for a sentence; it takes about 0.04."""
_WORDS_A_MINUTE = 150
"""A little slower than in a conversation: halls echo."""


class Synthesizer:
    """Speaks any text. Needs the Debian package espeak-ng; without it every sentence fails."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program

    def check(self) -> None:
        """Raises DeviceError when it can't speak."""
        if shutil.which(self._program) is None:
            detail = f"there is no program {self._program}: install the Debian package {PROGRAM}"
            raise DeviceError(VOICE, Fault.NO_PROGRAM, detail)

    async def speak(self, voice: str, text: str, volume: int) -> bytes:
        """The text spoken by one of espeak-ng's voices. Raises DeviceError."""
        self.check()
        arguments = ("-v", voice, "-s", str(_WORDS_A_MINUTE), "-a", str(volume), "-b", "1")
        try:
            sound, complaint = await self._run(
                "--stdout", *arguments, "--", text.replace("\0", " ")
            )
        except TimeoutError:
            raise self._failed(f"no sentence within {WITHIN:.0f} s") from None
        except OSError as error:
            raise self._failed(f"can't be started: {error.strerror}") from error
        try:
            return trimmed(from_wav(sound))
        except UnusableSound as error:
            raise self._failed(complaint or str(error)) from error

    async def _run(self, *arguments: str) -> tuple[bytes, str]:
        process = await asyncio.create_subprocess_exec(
            self._program, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        try:
            sound, complaint = await asyncio.wait_for(process.communicate(), WITHIN)
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return sound, complaint.decode(errors="replace").strip().rpartition("\n")[2]

    def _failed(self, detail: str) -> DeviceError:
        return DeviceError(VOICE, Fault.NO_ANSWER, f"{self._program}: {detail}")
