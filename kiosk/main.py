"""The composition root: settings in, running branch out. :func:`branch` reads like a parts list."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.applications import Starlette

from kiosk.assembly.auditing import keep_record
from kiosk.assembly.core import Core, keep_core
from kiosk.assembly.demonstration import Demonstration
from kiosk.assembly.hardware import Hardware, assemble
from kiosk.assembly.keychange import follow_rotation
from kiosk.assembly.maintenance import maintenance
from kiosk.assembly.ownpages import OwnPages
from kiosk.assembly.publishing import retain_log, tell_others
from kiosk.assembly.readers import card_use
from kiosk.assembly.reporting import bookkeeping, day_files
from kiosk.assembly.visitcodes import sample_code
from kiosk.assembly.visiting import visits_of
from kiosk.assembly.windows import Windows
from kiosk.cardreader.scanner import CodeScanner
from kiosk.cardreader.scansimulator import SampleCode
from kiosk.certificates.kept import BROKER_CERTIFICATE, CERTIFICATE
from kiosk.certificates.machine import PRESENTED, Encryption
from kiosk.clock import SystemClock
from kiosk.display.board import board_screen
from kiosk.display.screen import spoken
from kiosk.display.touchscreen import TouchScreen
from kiosk.doctor.atwork import AtWork
from kiosk.domain.branch import Branch
from kiosk.domain.client import Client
from kiosk.domain.ids import DeviceId, Language
from kiosk.domain.visit import Idle
from kiosk.domain.visitcode import decode
from kiosk.flow.announcing import announce_calls
from kiosk.flow.boardstate import board_state
from kiosk.flow.farslips import FarSlips
from kiosk.flow.identify import DIRECTORY
from kiosk.flow.presenting import record_media
from kiosk.flow.reactions import ClientOf, FollowUrl, SlipPrinting, nobody
from kiosk.flow.showing import VisitRules
from kiosk.flow.state import branch_state
from kiosk.flow.visit import Kiosk
from kiosk.flow.visits import Visits
from kiosk.keys.keyring import Keyring
from kiosk.locale.greeting import greeting
from kiosk.machine.varfolder import occupied, secrets_folder
from kiosk.messaging.credentials import token_hash
from kiosk.messaging.telling import BROKER, Telling
from kiosk.ports import Clock
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.reports.dayfiles import REPORTS
from kiosk.settings import Settings
from kiosk.settings.listeners import is_loopback
from kiosk.shapes.cloudevents import CONTROLLER
from kiosk.shapes.writing import Json
from kiosk.store.accounts import Accounts
from kiosk.store.audit import AuditTrail
from kiosk.store.pads import Pads
from kiosk.web.app import build
from kiosk.web.context import WebContext
from kiosk.web.pages.bench import Bench
from kiosk.web.pages.routes import pages
from kiosk.web.server import listening, origin, serve
from kiosk.web.sessions import Sessions


@dataclass(frozen=True, slots=True)
class RunningBranch:
    """A branch that serves, for whoever started it: the command line, measurements, tests."""

    settings: Settings
    core: Core
    hardware: Hardware
    touchscreens: Mapping[str, TouchScreen]
    accounts: Accounts
    telling: Telling
    demonstration: Demonstration | None
    address: str
    """Where HTTP is served: ``http://127.0.0.1:8080``."""
    app: Starlette
    """What is served there."""


@asynccontextmanager
async def branch(
    settings: Settings, var: Path, *, windows_apart: bool = False
) -> AsyncIterator[RunningBranch]:
    """Build a branch in its var folder and run it; afterwards stop it in the reverse order.

    With ``windows_apart`` its windows are somebody else's to start.
    """
    async with AsyncExitStack() as ending:
        ending.enter_context(occupied(var))
        encryption = await Encryption.begun(settings, var)
        opened = listening(settings.http.listen)
        ending.callback(opened.close)
        pads = Pads(var / "accounts.db", settings.alerts.long_wait)
        ending.callback(pads.close)
        core = keep_core(settings, var, pads.reminders, ending, SystemClock())
        keys = Keyring.of(settings, var)
        hardware = await _hardware(settings, var, keys, core, ending)
        accounts = Accounts(var / "accounts.db")
        ending.callback(accounts.close)
        shown_here = _is_shown_here(settings, hardware)
        demonstration = Demonstration(accounts, var) if shown_here else None
        visits = await visits_of(settings, var, core, demonstration, ending, keys=keys, pads=pads)
        own_pages = OwnPages(settings, secrets_folder(var) / "days", core.hall, encryption)
        ending.callback(own_pages.close)
        client_of = visits.client_of if settings.slip.names else nobody
        await _slips(core, hardware, own_pages.follow_url, client_of)
        announce_calls(core.desk, hardware.voice, core.clock, core.tasks)
        at_work = AtWork.of(settings, hardware)
        touchscreens = _kiosks(at_work, core, visits, own_pages.follow_url)
        own_pages.open(core.desk, core.clock, core.estimates.book.foretold, core.tasks)
        plan = core.hall.branch.plan
        sessions = Sessions(accounts, core.clock, settings.sign_in, plan.id, broker_hash=token_hash)
        core.tasks.keep("sessions", sessions.callers.watch)
        telling, pad_connections = tell_others(
            settings, var, core, accounts, sessions, certificate=encryption.broker
        )
        retain_log(settings, core, telling)
        keep_record(settings, core, accounts)
        follow_rotation(keys, core)
        codes = keys.code_key()
        context = WebContext(
            settings=settings,
            plan=plan,
            desk=core.desk,
            feed=core.feed,
            log=core.log,
            sessions=sessions,
            visits=visits,
            pads=pads,
            register=accounts.devices,
            bookkeeper=_bookkeeper(settings, var, core, accounts, ending),
            trail=AuditTrail(core.log.path, accounts.staff_names),
            clock=core.clock,
            node=CONTROLLER,
            touchscreens=touchscreens,
            board_screen=partial(_board, settings, core.clock),
            greeting=partial(_greeting, settings, core.clock),
            read_code=partial(decode, key=codes),
            public_code=own_pages.code,
            device_report=core.conditions.report,
            slips_left=hardware.slips_left,
            certificate_ends=encryption.ends,
            published=lambda: telling.outbox.published,
            log_file=core.log.path,
            printer_for_slips=next(iter(hardware.printers), None),
            book=core.estimates.book,
            broker=pad_connections,
            maintenance=await maintenance(at_work, var, core),
            bench=_bench(settings, hardware, partial(sample_code, settings, codes, core.clock)),
        )
        app = build(context, pages(context))
        tls = encryption.at(settings.http.listen)
        core.tasks.start("web", serve(app, opened, tls))
        encryption.keep(core.tasks, core.conditions.report)
        address = origin(settings.http, opened)
        windows = Windows(accounts, address, core.conditions.report, var / PRESENTED)
        if windows_apart:
            windows.leave(settings, var / "windows")
        else:
            windows.open(settings, core.tasks)
        yield RunningBranch(
            settings, core, hardware, touchscreens, accounts, telling, demonstration, address, app
        )


async def _hardware(
    settings: Settings, var: Path, keys: Keyring, core: Core, ending: AsyncExitStack
) -> Hardware:
    hardware = assemble(settings, var, keys, core.conditions.report)
    ending.callback(hardware.unplug)
    ending.push_async_callback(hardware.calling.close)
    for name, work in hardware.work(core.desk, core.feed):
        core.tasks.keep(name, work)
    known = {*hardware.devices, BROKER, DIRECTORY}
    known |= {DeviceId(display.id) for display in settings.display}
    known |= {REPORTS} if settings.reports.folder else set()
    if settings.http.by_tls or settings.mqtt.serves_pads:
        known |= {CERTIFICATE, BROKER_CERTIFICATE}
    core.conditions.forgive_strangers(core.hall.branch, known)
    return hardware


async def _slips(
    core: Core, hardware: Hardware, follow_url: FollowUrl, client_of: ClientOf
) -> None:
    minutes = core.estimates.book.printed_minutes
    slips = SlipPrinting(
        core.desk, hardware.slip_printers, core.clock, follow_url, minutes, client_of=client_of
    )
    await slips.settle_unfinished()
    core.desk.listen(slips.take)
    far = FarSlips(core.desk)
    core.desk.listen(far.take)
    core.tasks.keep("terminals' slips", far.run)
    for name in hardware.printers:
        core.tasks.keep(f"slips of {name}", partial(slips.run, name))
    for name, printer in hardware.printers.items():
        core.tasks.keep(f"mouth of {name}", partial(record_media, core.desk, printer))


def _kiosks(
    at_work: AtWork, core: Core, visits: Visits, follow_url: FollowUrl
) -> dict[str, TouchScreen]:
    """The touch screens. The readers and the first printer belong to the first of them."""
    settings, plan = at_work.settings, core.hall.branch.plan
    visit = settings.visit
    drivers = at_work.hardware.readers.drivers.values()
    rules = VisitRules(
        visit.choose_within,
        visit.warn_for,
        visit.thanks_for,
        visit.phone,
        card_use(drivers),
        codes=any(isinstance(one, CodeScanner) for one in drivers),
    )
    screens: dict[str, TouchScreen] = {}
    for display in settings.display:
        if display.kind != "touch":
            continue
        screen = TouchScreen(plan, settings.fallback_language, core.clock)
        screen.show(Idle(plan.languages))
        kiosk = Kiosk(
            DeviceId(display.id),
            screen,
            visits,
            core.desk,
            core.clock,
            rules=rules,
            printer=next(iter(at_work.hardware.printers), None),
            follow_url=follow_url,
            book=core.estimates.book,
        )
        own = [] if screens else [*at_work.readers.values()]
        core.tasks.keep(f"visits at {display.id}", partial(kiosk.run, own, core.feed))
        screens[display.id] = screen
    return screens


def _bookkeeper(
    settings: Settings, var: Path, core: Core, accounts: Accounts, ending: AsyncExitStack
) -> Bookkeeper:
    kept = bookkeeping(core.log.path, core.hall.branch.plan, core.clock, accounts)
    bookkeeper = ending.enter_context(kept)
    if files := day_files(settings, var, bookkeeper, core.conditions.report):
        core.desk.listen(files.turn.take)
        core.tasks.keep("day files", files.run)
    return bookkeeper


def _board(settings: Settings, clock: Clock, hall: Branch) -> Json:
    return board_screen(
        board_state(hall),
        branch_state(hall),
        languages=hall.plan.languages,
        fallback=settings.fallback_language,
        clock=clock.now().astimezone(hall.plan.zone),
    )


def _greeting(settings: Settings, clock: Clock, client: Client | None, language: Language) -> str:
    hour = clock.now().astimezone(ZoneInfo(settings.branch.timezone)).hour
    return greeting(client, spoken(language, settings.fallback_language), hour)


def _bench(
    settings: Settings, hardware: Hardware, code: Callable[[SampleCode], str]
) -> Bench | None:
    """Hands for the simulated devices."""
    if not _is_shown_here(settings, hardware):
        return None
    return Bench(
        hardware.readers.simulated,
        hardware.simulated_printers,
        hardware.calling.bench(),
        hardware.loudspeaker,
        hardware.readers.simulated_id,
        hardware.readers.simulated_scanners,
        code,
        hardware.readers.simulated_chip,
    )


def _is_shown_here(settings: Settings, hardware: Hardware) -> bool:
    """Whether devices are simulated, for somebody at this machine: others get neither hands for them
    nor people and passwords that are samples."""
    return hardware.simulated and is_loopback(settings.http.listen)
