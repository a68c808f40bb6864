"""Whether a device node can be opened at all, told without opening it."""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from kiosk.devices import usbname
from kiosk.doctor.machine import group_of, is_device
from kiosk.doctor.place import InputNode, Node, SerialLine, UsbNode
from kiosk.doctor.plugged import Plugged
from kiosk.doctor.processes import Process
from kiosk.doctor.site import Site
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say


def obstacle(site: Site, subject: Subject, place: Node) -> Finding | None:
    """What keeps the branch from opening a device node; None: nothing that can be seen."""
    node = Path(usbname.place(place.port))
    try:
        found = node.stat()
    except OSError:
        return _missing(site, subject, place)
    if not is_device(found):
        says = say(site.language, "{port} is no device.", port=place.port)
        return subject.wrong(Symptom.NOT_A_DEVICE, says, _right_one(site, place))
    if not site.machine.user.may_use(found):
        return _forbidden(site, subject, place, group_of(found))
    # Others may listen to an input device, as logind does; whether it can be grabbed only trying tells.
    holder = None if isinstance(place, InputNode) else site.census.holder(node)
    return _held(site, subject, holder, node) if holder else None


def remark(site: Site, subject: Subject, place: Node) -> Finding | None:
    """What should be mended about a device node that works."""
    if meddler := site.census.meddler(Path(usbname.place(place.port))):
        says = say(
            site.language,
            "It works, but {program} writes to every serial adapter that is plugged in.",
            program=meddler.name,
        )
        advice = say(
            site.language,
            "Remove it: sudo apt-get remove {package}",
            package=meddler.name.lower(),
        )
        return subject.warn(Symptom.IN_USE, says, advice)
    stable = next((one.stable for one in _there(site, place) if one.node == place.port), "")
    if stable and not isinstance(place, UsbNode):
        says = say(
            site.language, "It works, but {port} may be another device tomorrow.", port=place.port
        )
        advice = say(site.language, "Call it by the name that stays: {name}", name=stable)
        return subject.warn(Symptom.UNSTABLE_NAME, says, advice)
    return None


def _missing(site: Site, subject: Subject, place: Node) -> Finding:
    several = usbname.nodes(place.port) if place.port.startswith(usbname.PREFIX) else []
    if len(several) > 1:
        says = say(
            site.language,
            "More than one device is {port}: {found}",
            port=place.port,
            found=", ".join(several),
        )
        return subject.wrong(Symptom.AMBIGUOUS, says, _right_one(site, place))
    says = say(site.language, "There is no {port}.", port=place.port)
    return subject.wrong(Symptom.MISSING, says, _right_one(site, place))


def _right_one(site: Site, place: Node) -> str:
    there = _there(site, place)
    if not there:
        return say(
            site.language,
            "Nothing of that kind is plugged in: check cable and power, then look at"
            " the last lines of dmesg.",
        )
    return say(
        site.language,
        "Plug it in, or name one that is there: {found}",
        found=", ".join(str(one) for one in there),
    )


def _there(site: Site, place: Node) -> Sequence[Plugged]:
    match place:
        case SerialLine():
            return site.serial_ports
        case InputNode():
            return site.keyboards
        case UsbNode():
            return site.usb_printers
    assert_never(place)


def _forbidden(site: Site, subject: Subject, place: Node, group: str) -> Finding:
    user = site.machine.user.name
    says = say(site.language, "User {user} may not use {port}.", user=user, port=place.port)
    advice = say(
        site.language,
        "sudo usermod -aG {group} {user}, then start the branch anew.",
        group=group,
        user=user,
    )
    return subject.wrong(Symptom.NO_PERMISSION, says, advice)


def _held(site: Site, subject: Subject, holder: Process, node: Path) -> Finding:
    says = say(site.language, "{program} has it open.", program=holder)
    if holder.name == "agetty":
        advice = say(
            site.language,
            "A log-in waits there: sudo systemctl disable --now serial-getty@{tty}",
            tty=node.resolve().name,
        )
    else:
        advice = say(site.language, "End that program, or give the device a port of its own.")
    return subject.wrong(Symptom.IN_USE, says, advice)
