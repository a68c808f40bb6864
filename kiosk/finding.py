"""What an examination of the machine finds: one thing each, in words for whoever stands before it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether there is anything to do."""

    OK = "ok"
    WARN = "warn"
    """It works, and something about it should be mended."""
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It can't be told from here; a guided test shows it."""


class Symptom(StrEnum):
    """The same as the words, for programs. Stable: documented in ``docs/doctor.md``."""

    WELL = "well"
    SIMULATED = "simulated"
    SPARE = "spare"
    """Found on the machine, and in no setting."""
    UNTESTED = "untested"
    """Present; nothing can be asked of it."""
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    """More than one device has these ids."""
    NOT_A_DEVICE = "notADevice"
    NO_PERMISSION = "noPermission"
    IN_USE = "inUse"
    UNSTABLE_NAME = "unstableName"
    SILENT = "silent"
    GARBLED = "garbled"
    WRONG_SPEED = "wrongSpeed"
    SWAPPED = "swapped"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNKNOWN_HOST = "unknownHost"
    BUSY = "busy"
    WRONG_MODEL = "wrongModel"
    FAULT = "fault"
    """The device, or the branch of it, tells a fault of its own."""
    WRONG_USER = "wrongUser"
    FOLDER_OPEN = "folderOpen"
    """Others may read the branch's folder."""
    DISK_LOW = "diskLow"
    CLOCK_FREE = "clockFree"
    """Nothing keeps the machine's clock right."""
    NO_PROGRAM = "noProgram"
    NO_FONT = "noFont"
    PORT_TAKEN = "portTaken"
    NO_SCREEN = "noScreen"
    PAD_UNPROVEN = "padUnproven"
    """Whoever knows the PAD's name, and a password, passes for it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One device, or one part of the machine, and how it is. No personal data."""

    subject: str
    """Its id in the settings, the name of a part (``disk``), or where it was found (``/dev/ttyS3``)."""
    what: str
    """What it is and how it is reached, as it stands in the settings."""
    says: str
    """What was seen or heard of it, a sentence."""
    status: Verdict
    symptom: Symptom
    advice: str = ""
    """What to do; empty when there is nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding will be about."""

    name: str
    what: str

    def well(self, says: str) -> Finding:
        """There is nothing to do."""
        return Finding(self.name, self.what, says, Verdict.OK, Symptom.WELL)

    def warn(self, symptom: Symptom, says: str, advice: str) -> Finding:
        """It works for now."""
        return Finding(self.name, self.what, says, Verdict.WARN, symptom, advice)

    def wrong(self, symptom: Symptom, says: str, advice: str) -> Finding:
        """It doesn't work."""
        return Finding(self.name, self.what, says, Verdict.WRONG, symptom, advice)

    def unknown(self, symptom: Symptom, says: str, advice: str) -> Finding:
        """Whether it works isn't known."""
        return Finding(self.name, self.what, says, Verdict.UNKNOWN, symptom, advice)
