"""How a printer is, as staff are told: each fault once when it begins and once when it ends."""

import logging

from kiosk.devices.supervision import status_of
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import ReportCondition
from kiosk.printer.replies import PrinterCondition
from kiosk.printer.roll import PaperRoll

_log = logging.getLogger(__name__)


NOT_TAKEN_IN_A_ROW = 3


class PrinterHealth:
    """What is known of a printer's condition, and what of it was reported."""

    def __init__(self, device: DeviceId, report: ReportCondition, roll: PaperRoll) -> None:
        self._device = device
        self._report = report
        self._roll = roll
        self._held_out = 0
        self._told: tuple[Fault | None, str] = (None, "")
        """The fault, and how much paper is left."""
        self.fault: Fault | None = Fault.OFFLINE
        """What keeps it from printing."""

    @property
    def status(self) -> DeviceStatus:
        """How the printer was when last heard of."""
        return status_of(self.fault) if self.fault else DeviceStatus.ONLINE

    def tell(self, condition: PrinterCondition) -> None:
        """Report a fault of the printer itself when it begins, changes or ends; count paper down."""
        self.fault = condition.fault
        self._roll.heard(condition)
        self._tell()

    def _tell(self) -> None:
        fault = self.fault or self._worry()
        detail = self._roll.detail if fault is Fault.PAPER_LOW else ""
        if (fault, detail) == self._told:
            return
        if fault is not self._told[0]:
            _log.info("%s: %s", self._device, fault or "well again")
        self._told = fault, detail
        self._report(DeviceCondition(self._device, DeviceKind.PRINTER, self.status, fault, detail))

    def _worry(self) -> Fault | None:
        """What should be looked at while it goes on printing."""
        if self._roll.low:
            return Fault.PAPER_LOW
        return Fault.NOT_TAKEN if self._held_out >= NOT_TAKEN_IN_A_ROW else None

    def tell_line(self, condition: DeviceCondition) -> None:
        """Report the line's faults; with the line gone nothing is known of the printer."""
        self._told = None, ""
        self.fault = condition.fault
        self._report(condition)

    def line_lost(self) -> None:
        """Nothing more is heard of it."""
        self.fault = self.fault or Fault.OFFLINE

    def slip_printed(self) -> None:
        """One less on the roll."""
        self._roll.slip_printed()
        self._tell()

    def slip_held_out(self, taken: bool) -> None:
        """One that isn't taken is forgotten; several in a row, and the mouth may be blocked."""
        self._held_out = 0 if taken else self._held_out + 1
        self._tell()
