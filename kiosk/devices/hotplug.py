"""Hot-plugging: nodes of devices that come and go, noticed by the folders they stand in (inotify(7))."""

import asyncio
import ctypes
import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.devices.usbname import place, places

SETTLED = 0.2
"""Seconds: a node that comes gets its owner, its mode and its stable name one after the other."""

_OUT_WITHIN = 0.5
"""Seconds that a node may stay after the line to its device was lost."""

_IN_ATTRIB, _IN_MOVED_FROM, _IN_MOVED_TO = 0x4, 0x40, 0x80
_IN_CREATE, _IN_DELETE, _IN_DELETE_SELF = 0x100, 0x200, 0x400
_IN_ONLYDIR = 0x0100_0000
_COMES_OR_GOES = (
    _IN_ATTRIB
    | _IN_MOVED_FROM
    | _IN_MOVED_TO
    | _IN_CREATE
    | _IN_DELETE
    | _IN_DELETE_SELF
    | _IN_ONLYDIR
)
_NEWS = 65536

_log = logging.getLogger(__name__)

Sight = tuple[int, ...]
"""What is seen of a node: another one at the same place, or one that others may use, differs."""


class DeviceNodes:
    """Watches the folders of device nodes; opened with the first question.

    Where the system lets nobody watch, it says so once and nodes are found by trying.
    """

    def __init__(self) -> None:
        self._watch: _FolderWatch | None = None
        self._deaf = False
        self._waiting: set[asyncio.Future[None]] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'open' if self._watch else 'closed'}>"

    def plug(self, port: str) -> "NodePlug":
        """The plug of the device that the settings name so: by its node, a link, or its USB ids."""
        return NodePlug(self, port)

    def close(self) -> None:
        """Watch no longer; twice does nothing."""
        if self._watch is not None:
            asyncio.get_running_loop().remove_reader(self._watch.fd)
            self._watch.close()
            self._watch = None

    async def until(self, port: str, is_so: Callable[[], bool]) -> None:
        """Return when this is so of the node of ``port``."""
        while True:
            self._attend(port)  # before it is looked at: nothing is missed in between
            if is_so():
                return
            news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(news)
            try:
                await news
            finally:
                self._waiting.discard(news)

    def _attend(self, port: str) -> None:
        if self._deaf:
            return
        try:
            watch = self._watch or self._begun()
            for path in places(port):
                watch.over(path)
        except OSError as error:
            self._deaf = True
            self.close()
            _log.warning("devices that are plugged in are found by trying: %s", error)

    def _begun(self) -> "_FolderWatch":
        self._watch = _FolderWatch()
        asyncio.get_running_loop().add_reader(self._watch.fd, self._hear)
        return self._watch

    def _hear(self) -> None:
        if self._watch is not None:
            self._watch.forget_news()
        for news in self._waiting:
            if not news.done():
                news.set_result(None)


class NodePlug:
    """A :class:`~kiosk.devices.supervision.Plug`: in while there is a node."""

    def __init__(self, nodes: DeviceNodes, port: str) -> None:
        self._nodes = nodes
        self._port = port
        self._tried: Sight | None = None
        """As it was when the device was last begun with."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._port} {'in' if self._sight() else 'out'}>"

    async def rest(self, seconds: float) -> bool:
        """See :class:`~kiosk.devices.supervision.Plug`; never shorter than ``SETTLED``."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.sleep(SETTLED)
                await self._nodes.until(self._port, lambda: self._sight() != self._tried)
        except TimeoutError:
            return False
        return True

    async def pulled(self) -> None:
        """See :class:`~kiosk.devices.supervision.Plug`."""
        self._tried = self._sight()
        await self._nodes.until(self._port, lambda: self._sight() is not None)
        await self._out()

    async def is_out(self) -> bool:
        """See :class:`~kiosk.devices.supervision.Plug`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_OUT_WITHIN):
                await self._out()
        return self._sight() is None

    async def _out(self) -> None:
        await self._nodes.until(self._port, lambda: self._sight() is None)
        self._tried = None

    def _sight(self) -> Sight | None:
        return _sight(place(self._port))


class _FolderWatch:
    """inotify(7): one descriptor that can be read whenever an entry of a folder comes or goes."""

    def __init__(self) -> None:
        """Raises OSError when the system has none left."""
        self._system = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "no folder can be watched")

    def over(self, path: str) -> None:
        """Watch whatever has to change before there is a node at this path, or another one."""
        watched: set[str] = set()
        while new := set(_folders(path)) - watched:
            for folder in new:
                self._add(folder)
            watched |= new  # a folder that came meanwhile is seen in the next round

    def forget_news(self) -> None:
        """Read what happened; the folders themselves tell more than that."""
        try:
            os.read(self.fd, _NEWS)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.fd)

    def _add(self, folder: str) -> None:
        done = self._system.inotify_add_watch(self.fd, os.fsencode(folder), _COMES_OR_GOES)
        number = ctypes.get_errno()
        if done < 0 and Path(folder).is_dir() and os.access(folder, os.R_OK):
            raise OSError(number, f"{folder} can't be watched: {os.strerror(number)}")


def _folders(path: str) -> Iterator[str]:
    """The folder of a path, and of what it leads to; of one that is missing, the nearest above."""
    for one in {path, os.path.realpath(path)}:
        folder = os.path.dirname(one)
        while not os.path.isdir(folder) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        yield folder


def _sight(path: str) -> Sight | None:
    """None: there is nothing there."""
    try:
        seen = os.stat(path)
    except OSError:
        return None
    may = (seen.st_uid, seen.st_gid, stat.S_IMODE(seen.st_mode))
    return (seen.st_dev, seen.st_ino, seen.st_rdev, *may)
