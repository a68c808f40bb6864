"""What starts the branch and its windows, and tells how they are."""

import gc
import sys
from argparse import Namespace

from kiosk.errands.options import WELL, settings_of


def run(options: Namespace) -> int:
    """``kiosk run``"""
    gc.disable()  # what a start makes, it keeps; the controller goes on collecting when it serves
    from kiosk.controller import run

    settings = settings_of(options)
    for remark in settings.remarks():
        print(f"{options.config.name}: {remark}", file=sys.stderr)
    return run(settings, options.var, windows_apart=options.windows_apart)


def display(options: Namespace) -> int:
    """``kiosk display NAME``"""
    from kiosk.display.window import run

    return run(options.name)


def screens(options: Namespace) -> int:
    """``kiosk screens``"""
    from kiosk.display.compositor import compositor_configuration

    print(compositor_configuration(settings_of(options).display), end="")
    return WELL


def config_check(options: Namespace) -> int:
    """``kiosk config check FILE``"""
    from kiosk.certificates.inspection import inspected
    from kiosk.clock import SystemClock
    from kiosk.printer.proof import proof
    from kiosk.settings import SettingsFault
    from kiosk.settings.file import load

    file = options.file or options.config
    settings = load(file)
    certificates = list(inspected(settings, SystemClock().now()))
    if faults := [one.text for one in certificates if not one.serves]:
        raise SettingsFault([f"{file.name}: {fault}" for fault in faults])
    for remark in (*settings.remarks(), *(one.text for one in certificates), *proof(settings)):
        print(f"{file.name}: {remark}")
    print(f"{file.name}: well")
    return WELL


def doctor(options: Namespace) -> int:
    """``kiosk doctor [DEVICE]``, while the branch runs and when it doesn't"""
    from kiosk.doctor.command import diagnose

    return diagnose(
        settings_of(options),
        options.var,
        options.device,
        language=options.language,
        as_json=options.json,
    )
