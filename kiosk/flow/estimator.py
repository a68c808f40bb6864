"""The estimator: a process beside the controller that rolls the hall out, so that nobody waits for it."""

import asyncio
import contextlib
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from kiosk.domain.prospects import Prospects, Standing
from kiosk.domain.waiting import Scene
from kiosk.flow.rollingout import SIZE, question
from kiosk.ports import KioskError


class EstimatorLost(KioskError):
    """The process ended; begun again it has lost nothing."""


class Estimator:
    """Asks the process; ``async with`` is its life. One question at a time."""

    _process: Process
    cost = 0.0
    """Seconds of processor time that the latest answer took."""

    async def __aenter__(self) -> "Estimator":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kiosk.flow.rollingout",
            stdin=PIPE,
            stdout=PIPE,
            start_new_session=True,  # Ctrl-C is for the controller
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()

    def __repr__(self) -> str:
        return f"<Estimator {self._process.pid}>"

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    async def ask(self, scene: Scene, standings: Sequence[Standing], seed: str) -> Prospects:
        """What the roll-outs say. Raises EstimatorLost."""
        streams = self._process.stdin, self._process.stdout
        assert streams[0] is not None
        assert streams[1] is not None
        try:
            streams[0].write(question(scene, standings, seed))
            await streams[0].drain()
            (size,) = SIZE.unpack(await streams[1].readexactly(SIZE.size))
            answer = await streams[1].readexactly(size)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise EstimatorLost(f"the estimator's process ended: {error!r}") from error
        found: Prospects
        found, self.cost = pickle.loads(answer)  # noqa: S301
        return found
