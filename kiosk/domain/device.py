"""Devices of the branch and how they are, in the words of XFS4IoT."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.ids import DeviceId


class DeviceStatus(StrEnum):
    """XFS4IoT common status ``device``."""

    ONLINE = "online"
    OFFLINE = "offline"
    STARTING = "starting"
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    DEVICE_BUSY = "deviceBusy"


class Fault(StrEnum):
    """What is wrong with a device, in words that tell staff what to do."""

    NOT_FOUND = "notFound"
    """The port or address isn't there."""
    NO_PROGRAM = "noProgram"
    """A program that the device is reached by isn't installed, or doesn't run."""
    IN_USE = "inUse"
    """Another program has it."""
    NO_ANSWER = "noAnswer"
    CONNECTION_LOST = "connectionLost"
    PAPER_LOW = "paperLow"
    """The roll nears its end; the printer goes on printing."""
    PAPER_OUT = "paperOut"
    COVER_OPEN = "coverOpen"
    PAPER_JAMMED = "paperJammed"
    CUTTER = "cutter"
    NOT_TAKEN = "notTaken"
    """One slip after the other stays in the printer's mouth; it goes on printing."""
    OFFLINE = "offline"
    NOT_CONFIRMED = "notConfirmed"
    """The slip was sent and the printer never said that it printed it."""
    RESTARTED = "restarted"
    """The machine was restarted before the outcome was known."""
    DISK_FULL = "diskFull"
    READ_ONLY = "readOnly"
    """The file system takes nothing."""
    DISK_ERROR = "diskError"
    """The disk can't be relied on; staff can't mend it."""
    DAMAGED = "damaged"
    """What it keeps can't be read any more; a backup has to take its place."""
    CLOCK_SET = "clockSet"
    """The machine's clock was set while the hall was at work, or is behind what the branch knows."""
    CERTIFICATE_ENDS = "certificateEnds"
    """In some weeks; until then clients take it."""
    CERTIFICATE_ENDS_SOON = "certificateEndsSoon"
    """In a few days."""
    CERTIFICATE_VOID = "certificateVoid"
    """It has ended, or hasn't begun: clients refuse it."""
    CERTIFICATE_UNUSABLE = "certificateUnusable"
    """Its files can't be used; what was presented before still is."""
    INTERNAL = "internal"


class DeviceKind(StrEnum):
    """What a device is to the branch; some of them are programs."""

    CARD_READER = "cardReader"
    SCANNER = "barcodeReader"
    PRINTER = "printer"
    DISPLAY = "display"
    LED = "led"
    CALL_PAD = "callPad"
    VOICE = "voice"
    BROKER = "broker"
    DIRECTORY = "directory"
    LOG = "log"
    CLOCK = "clock"
    REPORTS = "reports"
    CERTIFICATE = "certificate"
    TERMINAL = "terminal"
    """Something of a terminal's, which didn't say what it is."""


class TrialOutcome(StrEnum):
    """What came of trying a device."""

    PASSED = "passed"
    FAILED = "failed"
    UNTOLD = "untold"
    """It was told to, and only who stands before it knows whether it did."""


@dataclass(frozen=True, slots=True)
class DeviceTrial:
    """Somebody had a device do what it is there for."""

    device: DeviceId
    outcome: TrialOutcome


@dataclass(frozen=True, slots=True)
class DeviceCondition:
    """How a device is now. ``detail`` is a short technical word for staff; no personal data."""

    device: DeviceId
    kind: DeviceKind
    status: DeviceStatus = DeviceStatus.ONLINE
    fault: Fault | None = None
    detail: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing for staff to do; a device that works may need something soon."""
        return self.status is DeviceStatus.ONLINE and self.fault is None


def at_terminal(terminal: str, device: str) -> DeviceId:
    """How the branch calls a device of a terminal's; its own devices have no dot in their names."""
    return DeviceId(f"{terminal}.{device}")


def is_at_terminal(device: DeviceId) -> bool:
    """Whether somebody else looks after this device."""
    return "." in device
