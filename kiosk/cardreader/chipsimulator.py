"""A reader of chip cards that isn't there, and the chips of cards that nobody ever issued."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Self

from kiosk.cardreader.emv import CONTACT_DIRECTORY, CONTACTLESS_DIRECTORY, Tag
from kiosk.cardreader.simulator import SampleCard
from kiosk.cardreader.tlv import encode
from kiosk.devices.cardslot import CardLost, CardTrouble
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import Scheme
from kiosk.ports import DeviceError

_DONE, _NOT_FOUND, _NO_RECORD = b"\x90\x00", b"\x6a\x82", b"\x6a\x83"
_NOT_ALLOWED, _UNKNOWN = b"\x69\x85", b"\x6d\x00"
_FILE = 1
_AID = {
    Scheme.UNIONPAY: "A000000333010101",
    Scheme.VISA: "A0000000031010",
    Scheme.MASTERCARD: "A0000000041010",
    Scheme.MIR: "A0000006581010",
}


class SampleChip:
    """The chip of a sample card (EMV 4.3), to be held to a reader or put into one."""

    def __init__(self, card: SampleCard, *, contactless: bool = True) -> None:
        self.card = card
        self._contactless = contactless
        self._name = bytes.fromhex(_AID[card.scheme])
        self._track_2 = _compressed(card.tracks()[1])
        self._selected = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.card!r}>"

    def reset(self) -> None:
        """It gets power anew."""
        self._selected = False

    def answer(self, command: bytes) -> bytes:
        """What it says to a command."""
        match command[:2]:
            case b"\x00\xa4":
                return self._select(command[5 : 5 + command[4]])
            case b"\x80\xa8":
                return self._options()
            case b"\x00\xb2":
                return self._record(command[2], command[3] >> 3)
            case _:
                return _UNKNOWN

    def _select(self, name: bytes) -> bytes:
        entry = encode(Tag.ENTRY, encode(Tag.AID, self._name) + encode(Tag.PRIORITY, b"\x01"))
        if name == CONTACTLESS_DIRECTORY and self._contactless:
            return _about(name, encode(0xBF0C, entry)) + _DONE
        if name == CONTACT_DIRECTORY and not self._contactless:
            return _about(name, encode(Tag.DIRECTORY_FILE, bytes([_FILE]))) + _DONE
        self._selected = bool(name) and self._name.startswith(name)
        pdol = encode(Tag.PDOL, bytes.fromhex("9F6604")) if self._contactless else b""
        return _about(self._name, pdol) + _DONE if self._selected else _NOT_FOUND

    def _options(self) -> bytes:
        if not self._selected:
            return _NOT_ALLOWED
        locator = bytes([_FILE << 3, 1, 1, 0])
        if self._contactless:
            return encode(0x77, encode(0x82, b"\0\0") + encode(Tag.AFL, locator)) + _DONE
        return encode(Tag.RESPONSE_1, b"\0\0" + locator) + _DONE

    def _record(self, record: int, file: int) -> bytes:
        if (record, file) != (1, _FILE):
            return _NO_RECORD
        if self._selected:
            return encode(0x70, encode(Tag.TRACK_2, self._track_2)) + _DONE
        return encode(0x70, encode(Tag.ENTRY, encode(Tag.AID, self._name))) + _DONE


class SimulatedChipReader:
    """A reader with one slot, at the far end of PC/SC; ``with`` plugs and unplugs it.

    :meth:`open` is what the driver is given to open it with.
    """

    def __init__(self, device: DeviceId) -> None:
        self._slot = SimulatedSlot(device)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'plugged' if self._slot.plugged else 'unplugged'}>"

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    @property
    def holds(self) -> SampleCard | None:
        """The card that is in."""
        return self._slot.chip.card if self._slot.chip else None

    @property
    def commands(self) -> int:
        """How many it has carried."""
        return self._slot.commands

    def plug(self) -> None:
        """Put its plug in."""
        self._slot.plug(True)

    def unplug(self) -> None:
        """Pull its plug."""
        self._slot.plug(False)

    def put(self, chip: SampleChip) -> None:
        """Put a card in, or hold it to the reader; one that is in is taken away first."""
        self._slot.insert(chip, mute=False)

    def put_askew(self, chip: SampleChip) -> None:
        """Put a card in the wrong way round: it stays mute."""
        self._slot.insert(chip, mute=True)

    def take(self) -> None:
        """Take the card away."""
        self._slot.remove()

    def spoil(self, *how: Callable[[bytes], bytes]) -> None:
        """Let this happen to the next answers."""
        self._slot.spoilt.extend(how)

    async def open(self) -> "SimulatedSlot":
        """Its slot. Raises ``DeviceError`` with ``NOT_FOUND`` while it is unplugged."""
        self._slot.check()
        return self._slot


class SimulatedSlot:
    """The slot of a simulated reader and the card in it;
    a :class:`~kiosk.devices.cardslot.CardSlot`."""

    def __init__(self, device: DeviceId) -> None:
        self._device = device
        self.plugged = False
        self.chip: SampleChip | None = None
        self._mute = False
        self._exchanged = False
        """The card was taken away for another one, and nobody has noticed yet."""
        self._changed = asyncio.Event()
        self.spoilt: deque[Callable[[bytes], bytes]] = deque()
        """What happens to the next answers on their way."""
        self.commands = 0
        """How many it has carried."""

    def plug(self, plugged: bool) -> None:
        """Its reader's plug is put in or pulled."""
        self.plugged = plugged
        self._changed.set()

    def insert(self, chip: SampleChip, *, mute: bool) -> None:
        """A card comes in, perhaps in the place of another."""
        self._exchanged = self.chip is not None
        self.chip, self._mute = chip, mute
        self._changed.set()

    def remove(self) -> None:
        """The card is taken away."""
        self.chip = None
        self._exchanged = False
        self._changed.set()

    def check(self) -> None:
        """Raises ``DeviceError`` while its reader is unplugged."""
        if not self.plugged:
            raise DeviceError(self._device, Fault.NOT_FOUND, "unplugged")

    async def card_in(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        # Who waits for a card takes whichever comes; who waits for it to go sees each of them go.
        await self._until(lambda: self.chip is not None)

    async def card_out(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        await self._until(lambda: self.chip is None or self._exchanged)

    async def has_card(self) -> bool:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        return self.chip is not None and not self._exchanged

    async def power_up(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        self._powered().reset()

    async def transmit(self, command: bytes) -> bytes:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""
        await asyncio.sleep(0)
        answer = self._powered().answer(command)
        self.commands += 1
        return self.spoilt.popleft()(answer) if self.spoilt else answer

    async def power_down(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""

    async def close(self) -> None:
        """See :class:`~kiosk.devices.cardslot.CardSlot`."""

    async def _until(self, so: Callable[[], bool]) -> None:
        self.check()
        while not so():
            self._changed.clear()
            await self._changed.wait()
            self.check()
        self._exchanged = False

    def _powered(self) -> SampleChip:
        self.check()
        if self.chip is None or self._exchanged:
            raise CardLost(CardTrouble.GONE)
        if self._mute:
            raise CardLost(CardTrouble.MUTE)
        return self.chip


def _about(name: bytes, proprietary: bytes) -> bytes:
    """File control information (EMV 4.3, book 1, 11.3.4)."""
    return encode(0x6F, encode(0x84, name) + encode(0xA5, proprietary))


def _compressed(track: str) -> bytes:
    """Track 2 as a chip has it: two digits a byte, D for the separator, no sentinels."""
    digits = track.strip(";?").replace("=", "D")
    return bytes.fromhex(digits + "F" * (len(digits) % 2))
