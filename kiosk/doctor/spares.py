"""What is plugged into the machine and stands in no setting."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.devices import usbname
from kiosk.doctor.site import Site
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.locale import say
from kiosk.settings.values import SIMULATED


def found(site: Site) -> Iterator[Finding]:
    """One finding for each; nothing is opened."""
    named = _named(site)
    says = say(site.language, "Plugged in, and in no setting.")
    for one in (*site.serial_ports, *site.keyboards, *site.usb_printers):
        if not {Path(name).resolve() for name in one.names} & named:
            what = one.usb or one.stable or one.node
            yield Finding(one.node, what, says, Verdict.OK, Symptom.SPARE)


def _named(site: Site) -> set[Path]:
    """Every node that the settings mean."""
    settings = site.settings
    sections = (*settings.reader, *settings.printer, *settings.led, *settings.callpad)
    keys = [one.model_dump() for one in sections]
    names = [str(one[key]) for one in keys for key in ("port", "device") if one.get(key)]
    return {Path(usbname.place(name)).resolve() for name in names if name != SIMULATED}
