"""How bytes travel to a device. What they mean is the driver's business."""

from typing import Protocol


class Wire(Protocol):
    """An open, ordered stream of bytes to and from one device.

    One task may read while another writes; two must not do the same at once. When the line is lost,
    or was closed from this side, both raise ``DeviceError`` with ``Fault.CONNECTION_LOST``; a new
    wire is opened then.
    """

    @property
    def name(self) -> str:
        """Where it leads, for staff: ``/dev/ttyS1``, ``192.0.2.10:9100``."""
        ...

    async def read(self, timeout: float) -> bytes:
        """Whatever has arrived, at least a byte; ``b""`` after ``timeout`` seconds without any."""
        ...

    async def write(self, data: bytes, deadline: float) -> None:
        """Returns when the system has taken the last byte.

        Raises ``DeviceError`` with ``Fault.NO_ANSWER`` when that takes longer than ``deadline``
        seconds, because the far end holds the line (XOFF) or reads nothing; part of the data may
        have left by then. What fits the system's buffer (4 kB on a serial line) is taken at once:
        only the device's own answer tells that it has it.
        """
        ...

    async def close(self) -> None:
        """Give the line back; a task that still reads or writes is told. Twice does nothing."""
        ...
