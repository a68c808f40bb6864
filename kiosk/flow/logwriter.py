"""The only thread that writes to the log."""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Self

Work = Callable[[], None]


class LogWriter:
    """Does one thing after the other while the event loop goes on; ``with`` is its life."""

    def __init__(self) -> None:
        # A pool of one thread would do, but it makes a pair of futures for each commit.
        self._work: SimpleQueue[tuple[Work, asyncio.Future[None]] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="log-writer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._work.put(None)
        self._thread.join()

    def do(self, work: Work) -> asyncio.Future[None]:
        """Done when the work is; has its exception when it failed. Who goes away stops nothing."""
        done = asyncio.get_running_loop().create_future()
        self._work.put((work, done))
        return done

    def _run(self) -> None:
        while ordered := self._work.get():
            work, done = ordered
            done.get_loop().call_soon_threadsafe(_settle, done, _error_of(work))


def _error_of(work: Work) -> Exception | None:
    try:
        work()
    except Exception as error:
        return error
    return None


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
