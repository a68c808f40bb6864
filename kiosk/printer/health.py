"""How a printer is, as staff are told: each fault once when it begins and once when it ends."""

import logging

from kiosk.devices.supervision import status_of
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import ReportCondition
from kiosk.printer.replies import PrinterCondition

_log = logging.getLogger(__name__)

SLIPS_LEFT = 60
"""How many slips the rest of a roll is good for, at the least, when its end is told to be near."""


class PrinterHealth:
    """What is known of a printer's condition, and what of it was reported."""

    def __init__(self, device: DeviceId, report: ReportCondition) -> None:
        self._device = device
        self._report = report
        self._told: Fault | None = None
        self._slips_left: int | None = None
        """While the roll's end is near."""
        self.fault: Fault | None = Fault.OFFLINE
        """What keeps it from printing."""

    @property
    def status(self) -> DeviceStatus:
        """How the printer was when last heard of."""
        return status_of(self.fault) if self.fault else DeviceStatus.ONLINE

    def tell(self, condition: PrinterCondition) -> None:
        """Report a fault of the printer itself when it begins, changes or ends."""
        self.fault = condition.fault
        self._watch_roll(condition)
        left = f"about {self._slips_left} slips" if self._slips_left is not None else ""
        fault = self.fault or (Fault.PAPER_LOW if left else None)
        if fault is self._told:
            return
        self._told = fault
        _log.info("%s: %s", self._device, fault or "well again")
        detail = left if fault is Fault.PAPER_LOW else ""
        self._report(DeviceCondition(self._device, DeviceKind.PRINTER, self.status, fault, detail))

    def tell_line(self, condition: DeviceCondition) -> None:
        """Report the line's faults; with the line gone nothing is known of the printer."""
        self._told = None
        self.fault = condition.fault
        self._report(condition)

    def line_lost(self) -> None:
        """Nothing more is heard of it."""
        self.fault = self.fault or Fault.OFFLINE

    def slip_printed(self) -> None:
        """One less on the roll."""
        if self._slips_left is not None:
            self._slips_left = max(0, self._slips_left - 1)

    def _watch_roll(self, condition: PrinterCondition) -> None:
        """A sensor that wavers near the roll's end doesn't begin the count anew; a new roll does."""
        if condition.fault in {Fault.PAPER_OUT, Fault.COVER_OPEN}:
            self._slips_left = None
        elif condition.paper_low and self._slips_left is None:
            self._slips_left = SLIPS_LEFT
