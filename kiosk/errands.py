"""What each command of the command line does. Imports are made when a command needs them."""

import gc
import sys
from argparse import Namespace
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.settings import Settings

WELL, NOT_WELL, WRONG_USAGE = 0, 1, 2


def run(options: Namespace) -> int:
    """``kiosk run``"""
    gc.disable()  # what a start makes, it keeps; the controller goes on collecting when it serves
    from kiosk.controller import run

    settings = _settings(options)
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

    print(compositor_configuration(_settings(options).display), end="")
    return WELL


def config_check(options: Namespace) -> int:
    """``kiosk config check FILE``"""
    from kiosk.certificates.inspection import inspected
    from kiosk.clock import SystemClock
    from kiosk.printer.proof import proof
    from kiosk.settings import SettingsFault
    from kiosk.settingsfile import load

    settings = load(options.file)
    certificates = list(inspected(settings, SystemClock().now()))
    if faults := [one.text for one in certificates if not one.serves]:
        raise SettingsFault([f"{options.file.name}: {fault}" for fault in faults])
    for remark in (*settings.remarks(), *(one.text for one in certificates), *proof(settings)):
        print(f"{options.file.name}: {remark}")
    print(f"{options.file.name}: well")
    return WELL


def cards_token(options: Namespace) -> int:
    """``kiosk cards token``"""
    from kiosk.cardreader.enrolment import enrol
    from kiosk.keyring import Keyring

    for line in enrol(sys.stdin, Keyring.of(_settings(options), options.var).card_key().present):
        print(line)
    return WELL


def codes_issue(options: Namespace) -> int:
    """``kiosk codes issue``"""
    from kiosk.clock import SystemClock
    from kiosk.keyring import Keyring
    from kiosk.visitcodes import Wish, new_code, save_picture

    settings = _settings(options)
    wish = Wish(options.service, options.at, options.hours, options.client, options.language)
    code = new_code(
        settings, Keyring.of(settings, options.var).code_key(), wish, SystemClock().now()
    )
    if options.file:
        save_picture(code, options.file)
    print(code)
    return WELL


def slip_preview(options: Namespace) -> int:
    """``kiosk slip preview FILE``"""
    from kiosk.printer.preview import preview

    picture = preview(
        _settings(options),
        language=options.language,
        service=options.service,
        priority_class=options.priority_class,
        printer=options.printer,
        tell=partial(print, file=sys.stderr),
    )
    try:
        options.file.write_bytes(picture)
    except OSError as error:
        raise KioskError(f"{options.file}: can't be written: {error.strerror}") from None
    return WELL


def doctor(options: Namespace) -> int:
    """``kiosk doctor [DEVICE]``, while the branch runs and when it doesn't"""
    from kiosk.doctor.command import diagnose

    return diagnose(
        _settings(options),
        options.var,
        options.device,
        language=options.language,
        as_json=options.json,
    )


def report(options: Namespace) -> int:
    """``kiosk report [DAY|FROM..TO]``, while the branch runs and when it doesn't"""
    from kiosk.accounterrands import staff_names
    from kiosk.clock import SystemClock
    from kiosk.plan import branch_plan
    from kiosk.reports.command import print_report
    from kiosk.store.dayrecords import SqliteDayRecords

    plan = branch_plan(_settings(options))
    with closing(SqliteDayRecords(options.var / "log.db")) as records:
        print_report(
            records,
            plan,
            SystemClock().now(),
            period=options.period,
            as_=options.format,
            compare=options.compare,
            staff=staff_names(options),
        )
    return WELL


def backup(options: Namespace) -> int:
    """``kiosk backup FILE``, while the branch runs and when it doesn't"""
    from kiosk.keyring import Keyring
    from kiosk.store.backup import back_up

    seal = back_up(options.var, options.file)
    print(f"{options.file}: {seal.sequence} facts; seal {seal}")
    for secret, place in Keyring.of(_settings(options), options.var).given():
        print(f"{options.file.name}: {secret} isn't in it: keep {place.file} yourself")
    return WELL


def restore(options: Namespace) -> int:
    """``kiosk restore FILE``"""
    from kiosk.store.backup import restore

    seal = restore(options.file, options.var)
    print(f"{options.var}: {seal.sequence} facts; seal {seal}")
    return WELL


def support(options: Namespace) -> int:
    """``kiosk support FILE``, while the branch runs and when it doesn't"""
    from kiosk.support import write_bundle

    write_bundle(_settings(options), options.config, options.var, options.file)
    return WELL


def bench(options: Namespace) -> int:
    """``kiosk bench [NAME…]``"""
    if "waiting" in options.names:
        return _bench_waiting(options)
    from kiosk.bench.command import measure
    from kiosk.main import branch

    return measure(
        options.names,
        branch,
        as_json=options.json,
        short=options.short,
        tickets=options.tickets,
    )


def _bench_waiting(options: Namespace) -> int:
    """Takes minutes and no branch: it is measured by itself."""
    from kiosk.bench.waiting import measure_waiting
    from kiosk.sim.study import Study

    if options.names != ["waiting"]:
        print("kiosk bench: waiting takes minutes; ask for it alone", file=sys.stderr)
        return WRONG_USAGE
    study = (
        Study.of(options.scenario, days=2, learning=1)
        if options.short
        else Study.of(options.scenario, options.days)
    )
    return measure_waiting(study, as_json=options.json)


def _settings(options: Namespace) -> "Settings":
    from kiosk.settingsfile import load

    return load(options.config)
