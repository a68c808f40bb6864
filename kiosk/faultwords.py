"""What a device is and what it tells of itself, in words for whoever stands before it."""

from typing import assert_never

from kiosk.domain.device import DeviceKind, Fault
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say

_FOLDER_FAULTS = frozenset({Fault.DISK_FULL, Fault.READ_ONLY, Fault.DISK_ERROR})


def kind_name(kind: DeviceKind, language: str) -> str:
    """What a device is."""
    match kind:
        case DeviceKind.CARD_READER:
            return say(language, "Card reader")
        case DeviceKind.SCANNER:
            return say(language, "Code scanner")
        case DeviceKind.PRINTER:
            return say(language, "Slip printer")
        case DeviceKind.DISPLAY:
            return say(language, "Screen")
        case DeviceKind.LED:
            return say(language, "Counter display")
        case DeviceKind.CALL_PAD:
            return say(language, "Call pad")
        case DeviceKind.VOICE:
            return say(language, "Voice")
        case DeviceKind.BROKER:
            return say(language, "Message broker")
        case DeviceKind.DIRECTORY:
            return say(language, "Client directory")
        case DeviceKind.LOG:
            return say(language, "Log of the branch")
        case DeviceKind.CLOCK:
            return say(language, "Clock")
        case DeviceKind.REPORTS:
            return say(language, "Report files")
        case DeviceKind.TERMINAL:
            return say(language, "Terminal")
        case DeviceKind.CERTIFICATE:
            return say(language, "Certificate")
        case _:
            assert_never(kind)


def faulted(
    language: str,
    subject: Subject,
    fault: Fault,
    detail: str = "",
    kind: DeviceKind | None = None,
) -> Finding:
    """A finding in a device's own words; ``kind`` as for :func:`fault_words`."""
    says, advice = fault_words(language, fault, kind)
    says = f"{says} ({detail})" if detail else says
    if fault in {Fault.PAPER_LOW, Fault.CERTIFICATE_ENDS, Fault.CERTIFICATE_ENDS_SOON}:
        return subject.warn(Symptom.FAULT, says, advice)
    return subject.wrong(_SYMPTOMS.get(fault, Symptom.FAULT), says, advice)


_SYMPTOMS = {Fault.IN_USE: Symptom.IN_USE, Fault.NO_PROGRAM: Symptom.NO_PROGRAM}


def fault_words(language: str, fault: Fault, kind: DeviceKind | None = None) -> tuple[str, str]:
    """What is wrong, and what to do. ``kind`` None: of something with a plug."""
    if own := _words_of_a_part(language, fault, kind):
        return own
    match fault:
        case Fault.NOT_FOUND | Fault.CONNECTION_LOST:
            return (
                say(language, "The branch can't find it."),
                say(language, "Check plug, cable and power."),
            )
        case Fault.NO_PROGRAM:
            return (
                say(language, "A program that it needs isn't installed, or doesn't run."),
                _program(language, kind),
            )
        case Fault.NO_ANSWER | Fault.OFFLINE:
            return (
                say(language, "It doesn't answer."),
                say(language, "Check that it is switched on and on-line, then its cable."),
            )
        case Fault.IN_USE:
            return (
                say(language, "Another program has it open."),
                say(language, "End that program, or give the device a port of its own."),
            )
        case Fault.PAPER_LOW:
            return (
                say(language, "The paper is running low."),
                say(language, "Have a new roll at hand."),
            )
        case Fault.NOT_TAKEN:
            return (
                say(language, "One slip after the other was not taken."),
                say(language, "Look whether its mouth is blocked, and wipe the sensor there."),
            )
        case Fault.PAPER_OUT:
            return say(language, "It has no paper."), say(language, "Put a new roll in.")
        case Fault.COVER_OPEN:
            return say(language, "Its cover is open."), say(language, "Close the cover.")
        case Fault.PAPER_JAMMED | Fault.CUTTER:
            return (
                say(language, "Paper is jammed, or the cutter is stuck."),
                say(language, "Open the cover, take the paper out, switch it off and on."),
            )
        case Fault.NOT_CONFIRMED | Fault.RESTARTED:
            return (
                say(language, "It never said that it printed the last slip."),
                say(language, "Check its profile in the settings against its self-test page."),
            )
        case Fault.DISK_FULL:
            return (
                say(language, "The disk is full."),
                say(language, "Have room made on it; it goes on by itself then."),
            )
        case Fault.READ_ONLY:
            return (
                say(language, "The disk can be read, and nothing can be written to it."),
                say(
                    language,
                    "Switch the machine off and on. If that doesn't help, have the disk looked at.",
                ),
            )
        case Fault.DISK_ERROR:
            return (
                say(language, "The disk fails."),
                say(language, "Have a backup made while that is possible, and the disk replaced."),
            )
        case Fault.DAMAGED:
            return (
                say(language, "It is damaged, and nothing is written into it any more."),
                say(
                    language,
                    "It doesn't heal by itself: have the branch stopped and a backup put back,"
                    " kiosk restore FILE.",
                ),
            )
        case Fault.CLOCK_SET:
            return (
                say(language, "The machine's clock was set, or has been wrong since the start."),
                say(
                    language,
                    "See that the machine's date is right and a time server is reached; the branch"
                    " settles by itself.",
                ),
            )
        case Fault.CERTIFICATE_ENDS | Fault.CERTIFICATE_ENDS_SOON:
            return (
                say(language, "The certificate will end soon."),
                say(language, "Have a new one made; PADs are kept out when this one has ended."),
            )
        case Fault.CERTIFICATE_VOID:
            return (
                say(language, "The certificate isn't valid today: PADs are kept out."),
                say(language, "Check the machine's date; if it is right, have a new one made."),
            )
        case Fault.CERTIFICATE_UNUSABLE:
            return (
                say(language, "The new certificate can't be used; the old one goes on."),
                say(language, "Give it a certificate and key that fit: kiosk config check."),
            )
        case Fault.INTERNAL:
            return (
                say(language, "The program failed at it."),
                say(language, "Send the branch's log to your support."),
            )
    assert_never(fault)


def _program(language: str, kind: DeviceKind | None) -> str:
    match kind:
        case DeviceKind.CARD_READER:
            return say(
                language,
                "Chip cards need pcscd and pyscard. sudo apt-get install pcscd; sudo systemctl enable"
                " --now pcscd.socket; systemd/README.md tells how pyscard is built, and which rule of"
                " polkit lets the branch in.",
            )
        case DeviceKind.VOICE:
            return say(
                language,
                "The voice needs espeak-ng and aplay: sudo apt-get install espeak-ng alsa-utils.",
            )
        case _:
            return say(language, "Have it installed and started; the journal names it.")


def _words_of_a_part(
    language: str, fault: Fault, kind: DeviceKind | None
) -> tuple[str, str] | None:
    """Of what has no plug; None: a device's words will do."""
    match kind:
        case DeviceKind.BROKER if fault is Fault.NOT_FOUND:
            return (
                say(language, "The message broker, mosquitto, isn't installed."),
                say(
                    language,
                    "The branch goes on, and its messages wait. Have it installed, sudo apt-get install"
                    " mosquitto; it is found by itself then.",
                ),
            )
        case DeviceKind.BROKER:
            return (
                say(language, "The branch doesn't reach the message broker."),
                say(
                    language,
                    "The branch goes on, and its messages wait. Look whether mosquitto is installed and"
                    " runs, what [mqtt] broker in the settings names, and what the journal says.",
                ),
            )
        case DeviceKind.DIRECTORY:
            return (
                say(language, "The client directory gives no answer."),
                say(
                    language,
                    "The branch goes on, and takes everybody as a walk-in. Look what the journal says;"
                    " a file that is missing or damaged is replaced by one of a backup.",
                ),
            )
        case DeviceKind.REPORTS if fault is Fault.NOT_FOUND:
            return (
                say(language, "The folder for report files isn't there."),
                say(
                    language,
                    "Make it, or mount it, where [reports] in the settings names it; what is missing is"
                    " written then.",
                ),
            )
        case DeviceKind.REPORTS if fault in _FOLDER_FAULTS:
            return (
                say(language, "The folder for report files takes nothing."),
                say(
                    language,
                    "Look at the folder that [reports] in the settings names: its room, and whether the"
                    " user kiosk may write there. What is missing is written then.",
                ),
            )
        case _:
            return None
