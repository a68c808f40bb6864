"""A place for one chip card, with or without contacts. What card and machine say is the driver's
business."""

from enum import StrEnum
from typing import Protocol


class CardTrouble(StrEnum):
    """Why a card doesn't answer."""

    GONE = "gone"
    """It was taken away."""
    MUTE = "mute"
    """It says nothing: no chip, the wrong way round, dirty."""


class CardLost(Exception):
    """The card in the slot doesn't answer; the slot is well."""

    def __init__(self, trouble: CardTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class CardSlot(Protocol):
    """An open slot. Everything raises ``DeviceError`` when the reader itself is lost."""

    async def card_in(self) -> None:
        """Returns when a card is in."""
        ...

    async def card_out(self) -> None:
        """Returns when none is in."""
        ...

    async def has_card(self) -> bool:
        """Whether one is in."""
        ...

    async def power_up(self) -> None:
        """Begin with the card that is in, for this program alone. Raises CardLost."""
        ...

    async def transmit(self, command: bytes) -> bytes:
        """The card's answer to a command, status word included. Raises CardLost."""
        ...

    async def power_down(self) -> None:
        """Be done with the card, also with one that is gone."""
        ...

    async def close(self) -> None:
        """Give the reader back. Twice does nothing."""
        ...
