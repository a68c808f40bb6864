"""Card readers of the PC/SC daemon, through pyscard.

PC/SC's functions block, so a slot has a thread of its own. It waits in slices, so that closing takes
no longer than one of them.
"""

import asyncio
import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from kiosk.devices.cardslot import CardLost, CardTrouble
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

_SLICE_MS = 1000
_CLOSES_WITHIN = 2.0
_HEADER = 5

_Result = TypeVar("_Result")


async def open_pcsc(device: DeviceId, reader: str) -> "PcscSlot":
    """Open the reader whose name begins so; with an empty name the only one there is.

    Raises ``DeviceError``: ``NOT_FOUND`` when there is no such reader, ``NO_PROGRAM`` when pyscard
    isn't installed or the daemon doesn't run.
    """
    try:
        scard = await asyncio.to_thread(importlib.import_module, "smartcard.scard")
    except ImportError as error:
        detail = "pyscard isn't installed: systemd/README.md tells how"
        raise DeviceError(device, Fault.NO_PROGRAM, detail) from error
    slot = PcscSlot(device, DaemonClient(device, scard))
    try:
        await slot.open(reader)
    except BaseException:
        await slot.close()
        raise
    return slot


class DaemonClient:
    """What the daemon is asked, one question after the other, by one thread; every method blocks.

    Raises ``DeviceError`` when reader or daemon is at fault, and ``CardLost`` when the card is.
    """

    def __init__(self, device: DeviceId, scard: Any) -> None:
        self._device = device
        self._scard = scard
        self._context: Any = None
        self.reader = ""
        self._state: int = scard.SCARD_STATE_UNAWARE
        self._card: Any = None
        self._protocol: int = 0

    def cancel(self) -> None:
        """Have whoever waits come back at once; from any thread."""
        if self._context is not None:
            self._scard.SCardCancel(self._context)

    def find(self, wanted: str) -> None:
        """Reach the daemon and find the reader; see :func:`open_pcsc`."""
        scard = self._scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if result != scard.SCARD_S_SUCCESS:
            self._context = None
            detail = f"the PC/SC daemon (pcscd) can't be reached{self._code(result)}"
            raise DeviceError(self._device, Fault.NO_PROGRAM, detail)
        result, readers = scard.SCardListReaders(self._context, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            readers = []
        else:
            self._check(result)
        self.reader = self._chosen(wanted, readers)

    def _chosen(self, wanted: str, readers: list[str]) -> str:
        fitting = [name for name in readers if name.startswith(wanted)]
        if len(fitting) == 1:
            return fitting[0]
        there = ", ".join(readers) or "none"
        if fitting:
            detail = f"more than one reader fits; there are: {there}"
        else:
            detail = f"no reader {wanted!r} at pcscd; there are: {there}"
        raise DeviceError(self._device, Fault.NOT_FOUND, detail)

    def watch(self, within_ms: int) -> bool:
        """Whether a card is in, when that has changed or after that time."""
        scard = self._scard
        asked = [(self.reader, self._state)]
        result, told = scard.SCardGetStatusChange(self._context, within_ms, asked)
        if result != scard.SCARD_E_TIMEOUT:
            self._check(result)
            ((_, state, _),) = told
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                raise DeviceError(self._device, Fault.NOT_FOUND, "unplugged")
            self._state = state & ~scard.SCARD_STATE_CHANGED
        return bool(self._state & scard.SCARD_STATE_PRESENT)

    def connect(self) -> None:
        """Power the card up, for this program alone."""
        scard = self._scard
        result, card, self._protocol = scard.SCardConnect(
            self._context,
            self.reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        self._check_card(result)
        self._card = card

    def exchange(self, command: bytes) -> bytes:
        """The card's answer to a command APDU (ISO/IEC 7816-4)."""
        scard = self._scard
        if self._protocol == scard.SCARD_PROTOCOL_T0:
            command = without_length(command)
        result, answer = scard.SCardTransmit(self._card, self._protocol, list(command))
        self._check_card(result)
        return bytes(answer)

    def disconnect(self) -> None:
        """Power the card down."""
        if self._card is not None:
            self._scard.SCardDisconnect(self._card, self._scard.SCARD_UNPOWER_CARD)
            self._card = None

    def release(self) -> None:
        """Give the daemon back what it lent."""
        self.disconnect()
        if self._context is not None:
            self._scard.SCardReleaseContext(self._context)
            self._context = None

    def _check_card(self, result: int) -> None:
        """Raise CardLost when the card is at fault, DeviceError when reader or daemon is."""
        scard = self._scard
        match result:
            case (
                scard.SCARD_W_REMOVED_CARD
                | scard.SCARD_W_RESET_CARD
                | scard.SCARD_E_NO_SMARTCARD
                | scard.SCARD_E_NOT_TRANSACTED
                | scard.SCARD_F_COMM_ERROR
            ):
                raise CardLost(CardTrouble.GONE)
            case (
                scard.SCARD_W_UNRESPONSIVE_CARD
                | scard.SCARD_W_UNPOWERED_CARD
                | scard.SCARD_W_UNSUPPORTED_CARD
                | scard.SCARD_E_PROTO_MISMATCH
            ):
                raise CardLost(CardTrouble.MUTE)
        self._check(result)

    def _check(self, result: int) -> None:
        scard = self._scard
        match result:
            case scard.SCARD_S_SUCCESS:
                return
            case scard.SCARD_E_UNKNOWN_READER | scard.SCARD_E_READER_UNAVAILABLE:
                raise DeviceError(self._device, Fault.NOT_FOUND, "unplugged")
            case scard.SCARD_E_SHARING_VIOLATION:
                detail = f"{self.reader}: in use by another program"
                raise DeviceError(self._device, Fault.IN_USE, detail)
            case _:
                detail = f"the PC/SC daemon (pcscd) has gone{self._code(result)}"
                raise DeviceError(self._device, Fault.NO_PROGRAM, detail)

    def _code(self, result: int) -> str:
        absent = (self._scard.SCARD_E_NO_SERVICE, self._scard.SCARD_E_SERVICE_STOPPED)
        return "" if result in absent else f" ({result & 0xFFFFFFFF:08X})"


class PcscSlot:
    """A :class:`~kiosk.devices.cardslot.CardSlot` at a reader of the daemon."""

    def __init__(self, device: DeviceId, daemon: DaemonClient) -> None:
        self._device = device
        self._daemon = daemon
        self._thread = ThreadPoolExecutor(1, f"pcsc {device}")
        self._closed = False

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<{type(self).__name__} {self._daemon.reader or self._device} {state}>"

    async def open(self, reader: str) -> None:
        """Find the reader; see :func:`open_pcsc`."""
        await self._work(lambda: self._daemon.find(reader))

    async def card_in(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        while not await self._is_in(_SLICE_MS):
            pass

    async def card_out(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        while await self._is_in(_SLICE_MS):
            pass

    async def has_card(self) -> bool:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        return await self._is_in(0)

    async def power_up(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        await self._work(self._daemon.connect)

    async def transmit(self, command: bytes) -> bytes:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        return await self._work(lambda: self._daemon.exchange(command))

    async def power_down(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        await self._work(self._daemon.disconnect)

    async def close(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        if self._closed:
            return
        self._closed = True
        self._daemon.cancel()
        try:
            # A reader that is stuck in the midst of a command keeps its thread, not the machine.
            async with asyncio.timeout(_CLOSES_WITHIN):
                await self._work(self._daemon.release)
        except TimeoutError:
            pass
        finally:
            self._thread.shutdown(wait=False)

    async def _is_in(self, within_ms: int) -> bool:
        return await self._work(lambda: self._daemon.watch(within_ms))

    async def _work(self, task: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, task)


def without_length(command: bytes) -> bytes:
    """The command as protocol T=0 has it: with data, without expected length (7816-3, 12.2.2)."""
    with_data = len(command) > _HEADER + 1
    if with_data and len(command) == _HEADER + command[_HEADER - 1] + 1:
        return command[:-1]
    return command
