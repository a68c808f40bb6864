"""The command line.

Exit codes: 0 well, 1 the thing asked about is not well, 2 wrong usage or settings.
"""

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kiosk import (
    accounterrands,
    brokererrands,
    certificateerrands,
    clienterrands,
    errands,
    keyerrands,
    logerrands,
    simerrands,
)
from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.store.chain import Seal

REFERENCE = Path(__file__).parents[1] / "config" / "scenarios" / "reference.toml"
"""The branch behind the reference figures."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the console script's entry."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="A queue machine for bank branches.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--config", type=Path, default=Path("/etc/kiosk/kiosk.toml"), metavar="FILE")
    where.add_argument(
        "--var",
        type=Path,
        default=Path(os.environ.get("STATE_DIRECTORY", "var")),
        metavar="DIR",
        help="where the machine keeps its log, databases and keys",
    )
    _serving(commands, where)
    _people(commands, where)
    _cards_and_slips(commands, where)
    _reporting(commands, where)
    _keeping(commands, where)
    _certificates(commands, where)
    _measuring(commands, where)
    return parser


def _serving(commands: "Commands", where: argparse.ArgumentParser) -> None:
    command = _adder(commands, where)
    branch = command("run", errands.run, "start the branch and serve until stopped")
    branch.add_argument(
        "--windows-apart", action="store_true", help="leave its windows to kiosk-window@.service"
    )
    window = command("display", errands.display, "one window, as a child of the branch")
    window.add_argument("name", help="a [[display]] of the settings")
    doctor = command("doctor", errands.doctor, "every device, what it says and what to do")
    doctor.add_argument(
        "device",
        nargs="?",
        metavar="DEVICE",
        help="try one: its id, or printer, reader, display, led, callpad, voice",
    )
    doctor.add_argument("--json", action="store_true", help="print JSON alone")
    doctor.add_argument("--language", choices=["zh", "en", "ru", "cs"], help="of what is printed")
    command("screens", errands.screens, "which window on which screen, for the compositor sway")
    check = _group(commands, "config", "settings").add_parser(
        "check", help="name every fault of a settings file"
    )
    check.add_argument("file", type=Path)
    check.set_defaults(command=errands.config_check)


def _people(commands: "Commands", where: argparse.ArgumentParser) -> None:
    user = _adder(_group(commands, "user", "staff who sign in"), where)
    added = user("add", accounterrands.user_add, "a member of staff")
    added.add_argument("name")
    added.add_argument("--role", required=True, choices=sorted(STAFF_ROLES))
    added.add_argument("--password-stdin", action="store_true", required=True)
    user("list", accounterrands.user_list, "who may sign in")
    user("disable", accounterrands.user_disable, "let somebody sign in no longer").add_argument(
        "name"
    )
    user("sign-out", accounterrands.user_sign_out, "end somebody's sessions").add_argument("name")
    code = user(
        "totp", accounterrands.user_totp, "codes of an app beside the password, from now on"
    )
    code.add_argument("name")
    code.add_argument("--off", action="store_true", help="the password alone again")
    changed = user("password", accounterrands.user_password, "give somebody a new password")
    changed.add_argument("name")
    changed.add_argument("--password-stdin", action="store_true", required=True)

    token = _adder(_group(commands, "token", "programs that sign in"), where)
    granted = token("add", accounterrands.token_add, "let a program in; prints its token, once")
    granted.add_argument("name")
    granted.add_argument("--role", required=True, choices=sorted(PROGRAM_ROLES))
    token("revoke", accounterrands.token_revoke, "let a program in no longer").add_argument("name")
    token("list", accounterrands.token_list, "which programs may sign in")
    broker = _adder(_group(commands, "broker", "a broker of the site's own"), where)
    broker("access", brokererrands.access, "what its access plugin has to know, as JSON")

    device = _adder(_group(commands, "device", "PADs and terminals that are let in"), where)
    device("list", accounterrands.device_list, "id, kind, state, branch and the code a PAD shows")
    approved = device("approve", accounterrands.device_approve, "let a PAD in; compare its code")
    approved.add_argument("id", metavar="ID")
    revoked = device("revoke", accounterrands.device_revoke, "let it in no longer")
    revoked.add_argument("id", metavar="ID")


def _cards_and_slips(commands: "Commands", where: argparse.ArgumentParser) -> None:
    client = _adder(_group(commands, "client", "clients of the bank"), where)
    erased = client("erase", clienterrands.client_erase, "forget a client; tells what was erased")
    erased.add_argument("reference", help="as events and tickets tell it")
    cards = _adder(_group(commands, "cards", "bank cards"), where)
    cards("token", errands.cards_token, "card numbers on standard input to tokens, for enrolment")
    rotated = cards("rotate-key", keyerrands.rotate_key, "change the card key, over some time")
    steps = ["begin", "status", "end"]
    rotated.add_argument("step", nargs="?", choices=steps, default="status")
    rotated.add_argument(
        "--days",
        type=int,
        choices=range(1, 3651),
        default=180,
        metavar="N",
        help="the old one counts",
    )
    keys = _adder(_group(commands, "keys", "the branch's secrets"), where)
    keys("list", keyerrands.keys_list, "where each comes from; never what it is")
    codes = _adder(_group(commands, "codes", "codes that customers show on phones"), where)
    issued = codes("issue", errands.codes_issue, "one code, printed and as a QR picture")
    issued.add_argument("file", type=Path, nargs="?", metavar="FILE.png")
    issued.add_argument(
        "--service", metavar="ID", help="what for; the customer chooses unless given"
    )
    issued.add_argument(
        "--at", metavar="TIME", help='an appointment at, such as "2026-11-23 10:30"'
    )
    issued.add_argument(
        "--hours", type=_hours, default=1.0, help="how long it counts, from then on"
    )
    issued.add_argument("--client", metavar="REFERENCE", help="the client's in the directory")
    issued.add_argument("--language", default=None)
    slip = _adder(_group(commands, "slip", "printed slips"), where)
    preview = slip("preview", errands.slip_preview, "a sample slip as a picture")
    preview.add_argument("file", type=Path, help="the PNG to write")
    preview.add_argument(
        "--language", help="of the slip; this and the next: the first unless given"
    )
    preview.add_argument("--service", metavar="ID", help="the one the number is for")
    preview.add_argument(
        "--class", dest="priority_class", metavar="ID", help="such as vip; regular unless given"
    )
    preview.add_argument("--printer", metavar="ID", help="the one that would print it")


def _reporting(commands: "Commands", where: argparse.ArgumentParser) -> None:
    report = _adder(commands, where)("report", errands.report, "figures of a day, or of several")
    report.add_argument(
        "period", nargs="?", metavar="DAY|FROM..TO", help="such as 2026-11-20; today unless given"
    )
    report.add_argument("--format", default="table", choices=["table", "json", "csv", "xlsx"])
    report.add_argument(
        "--compare", metavar="DAY|day|week", help="beside another day, the day or the week before"
    )


def _keeping(commands: "Commands", where: argparse.ArgumentParser) -> None:
    log = _adder(_group(commands, "log", "everything that happened"), where)
    verified = log("verify", logerrands.log_verify, "whether it is as the branch wrote it")
    verified.add_argument(
        "--noted",
        type=_seal,
        action="append",
        default=[],
        metavar="SEAL",
        help="as a day's report told it; several times for several",
    )
    verified.add_argument(
        "--noted-in",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="all seals of a file: a report, or events that somebody kept",
    )
    audited = log("audit", logerrands.log_audit, "who did what that has to be answered for")
    audited.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="one day's alone")
    audited.add_argument("--format", default="table", choices=["table", "csv", "json"])
    exported = log("export", logerrands.log_export, "every fact as a CloudEvent, a line each")
    exported.add_argument("--after", type=int, default=0, metavar="SEQUENCE")
    command = _adder(commands, where)
    kept = command("backup", errands.backup, "everything the branch must not lose, in one file")
    kept.add_argument("file", type=Path)
    bundle = command("support", errands.support, "what a helper far away needs, no personal data")
    bundle.add_argument("file", type=Path, metavar="FILE.zip")
    back = command("restore", errands.restore, "make a new var folder of a backup")
    back.add_argument("file", type=Path)


def _certificates(commands: "Commands", where: argparse.ArgumentParser) -> None:
    group = _group(commands, "certificate", "what the machine presents to others (TLS)")
    certificate = _adder(group, where)
    certificate("show", certificateerrands.show, "what it is good for, until when, by whom")
    exported = certificate(
        "export-ca", certificateerrands.export_ca, "the branch's authority, to be installed on PADs"
    )
    exported.add_argument("file", type=Path, metavar="FILE.crt")
    renewed = certificate("renew", certificateerrands.renew, "make a new one now")
    renewed.add_argument(
        "--authority", action="store_true", help="by a new authority; each PAD has to get it"
    )


def _measuring(commands: "Commands", where: argparse.ArgumentParser) -> None:
    bench = _adder(commands, where)("bench", errands.bench, "measure the machine at hand")
    bench.add_argument(
        "names", nargs="*", metavar="NAME", help="P1a … P10, all unless given; waiting by itself"
    )
    bench.add_argument("--json", action="store_true", help="print JSON alone")
    bench.add_argument("--short", action="store_true", help="only to see that it works")
    bench.add_argument(
        "--tickets", type=_count, metavar="N", help="in the log of P8 and P9 instead of 1,000,000"
    )
    bench.add_argument("--days", type=_count, default=200, help="simulated days of waiting")
    bench.add_argument(
        "--scenario", type=Path, default=REFERENCE, metavar="FILE", help="whose waiting is measured"
    )
    simulated = _adder(_group(commands, "sim", "branches with invented people"), where)
    day = simulated(
        "day", simerrands.sim_day, "one day of a scenario in virtual time, and its figures"
    )
    day.add_argument("scenario", type=Path, help="a TOML file such as those in config/scenarios")
    day.add_argument("--number", type=int, default=0, help="which of its days")
    soak = simulated("soak", simerrands.sim_soak, "a branch under load and mishaps: what grows")
    soak.add_argument("scenario", type=Path, nargs="?", default=REFERENCE, help="whose people come")
    soak.add_argument("--minutes", type=_positive, default=30.0, help="30 unless given")
    soak.add_argument(
        "--pace", type=_positive, default=60.0, help="people come so many times as fast; 60"
    )
    soak.add_argument("--json", action="store_true", help="print JSON alone")


def _group(commands: "Commands", name: str, help_: str) -> "Commands":
    return commands.add_parser(name, help=help_).add_subparsers(required=True, metavar="COMMAND")


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24 * 366:
        raise ValueError
    return hours


def _seal(text: str) -> "Seal":
    from kiosk.store.chain import Seal

    return Seal.of(text)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError
    return value


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


Command = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _adder(
    commands: "Commands", where: argparse.ArgumentParser
) -> Callable[[str, Command, str], argparse.ArgumentParser]:
    def add(name: str, command: Command, help_: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=help_, description=help_, parents=[where])
        parser.set_defaults(command=command)
        return parser

    return add
