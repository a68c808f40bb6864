"""The command line.

Exit codes: 0 well, 1 the thing asked about is not well, 2 wrong usage or settings.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeAlias

from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES
from kiosk.errands import (
    accounts,
    broker,
    certificates,
    clients,
    issuing,
    keeping,
    keys,
    log,
    measuring,
    options,
    reporting,
    serving,
    sim,
)
from kiosk.ports import KioskError

REFERENCE = Path(__file__).parents[1] / "config" / "scenarios" / "reference.toml"
"""The branch behind the reference figures."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the console script's entry."""
    told = _parser().parse_args(arguments)
    try:
        return int(told.command(told))
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return options.NOT_WELL
    except KeyboardInterrupt:
        return 0


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command, and where its options are told."""

    def error(self, message: str) -> NoReturn:
        """Exit with 2."""
        self.exit(options.WRONG_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="kiosk", description="A queue machine for bank branches.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    where = _Parser(add_help=False)
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


def _serving(commands: "Commands", where: _Parser) -> None:
    command = _adder(commands, where)
    branch = command("run", serving.run, "start the branch and serve until stopped")
    branch.add_argument(
        "--windows-apart", action="store_true", help="leave its windows to kiosk-window@.service"
    )
    window = command("display", serving.display, "one window, as a child of the branch")
    window.add_argument("name", help="a [[display]] of the settings")
    doctor = command("doctor", serving.doctor, "every device, what it says and what to do")
    doctor.add_argument(
        "device",
        nargs="?",
        metavar="DEVICE",
        help="try one: its id, or printer, reader, display, led, callpad, voice",
    )
    doctor.add_argument("--json", action="store_true", help="print JSON alone")
    doctor.add_argument("--language", choices=["zh", "en", "ru", "cs"], help="of what is printed")
    command("screens", serving.screens, "which window on which screen, for the compositor sway")
    of_settings = _adder(_group(commands, "config", "settings"), where)
    check = of_settings("check", serving.config_check, "name every fault of a settings file")
    check.add_argument("file", type=Path, nargs="?", metavar="FILE", help="--config's unless given")


def _people(commands: "Commands", where: _Parser) -> None:
    user = _adder(_group(commands, "user", "staff who sign in"), where)
    added = user("add", accounts.user_add, "a member of staff")
    added.add_argument("name")
    added.add_argument("--role", required=True, choices=sorted(map(str, STAFF_ROLES)))
    added.add_argument("--password-stdin", action="store_true", required=True)
    user("list", accounts.user_list, "who may sign in")
    user("disable", accounts.user_disable, "let somebody sign in no longer").add_argument("name")
    user("sign-out", accounts.user_sign_out, "end somebody's sessions").add_argument("name")
    code = user("totp", accounts.user_totp, "codes of an app beside the password, from now on")
    code.add_argument("name")
    code.add_argument("--off", action="store_true", help="the password alone again")
    changed = user("password", accounts.user_password, "give somebody a new password")
    changed.add_argument("name")
    changed.add_argument("--password-stdin", action="store_true", required=True)

    token = _adder(_group(commands, "token", "programs that sign in"), where)
    granted = token("add", accounts.token_add, "let a program in; prints its token, once")
    granted.add_argument("name")
    granted.add_argument("--role", required=True, choices=sorted(map(str, PROGRAM_ROLES)))
    token("revoke", accounts.token_revoke, "let a program in no longer").add_argument("name")
    token("list", accounts.token_list, "which programs may sign in")
    of_broker = _adder(_group(commands, "broker", "a broker of the site's own"), where)
    of_broker("access", broker.access, "what its access plugin has to know, as JSON")

    device = _adder(_group(commands, "device", "PADs and terminals that are let in"), where)
    device("list", accounts.device_list, "id, kind, state, branch and the code a PAD shows")
    approved = device("approve", accounts.device_approve, "let a PAD in; compare its code")
    approved.add_argument("id", metavar="ID")
    approved.add_argument("--ahead", action="store_true", help="also one that never came")
    revoked = device("revoke", accounts.device_revoke, "let it in no longer")
    revoked.add_argument("id", metavar="ID")


def _cards_and_slips(commands: "Commands", where: _Parser) -> None:
    client = _adder(_group(commands, "client", "clients of the bank"), where)
    erased = client("erase", clients.client_erase, "forget a client; tells what was erased")
    erased.add_argument("reference", help="as events and tickets tell it")
    cards = _adder(_group(commands, "cards", "bank cards"), where)
    cards("token", issuing.cards_token, "card numbers on standard input to tokens, for enrolment")
    rotated = cards("rotate-key", keys.rotate_key, "change the card key, over some time")
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
    of_keys = _adder(_group(commands, "keys", "the branch's secrets"), where)
    of_keys("list", keys.keys_list, "where each comes from; never what it is")
    codes = _adder(_group(commands, "codes", "codes that customers show on phones"), where)
    issued = codes("issue", issuing.codes_issue, "one code, printed and as a QR picture")
    issued.add_argument("file", type=Path, nargs="?", metavar="FILE.png")
    issued.add_argument(
        "--service", metavar="ID", help="what for; the customer chooses unless given"
    )
    issued.add_argument(
        "--at", metavar="TIME", help='an appointment at, such as "2026-11-23 10:30"'
    )
    issued.add_argument(
        "--hours", type=options.hours, default=1.0, help="how long it counts, from then on"
    )
    issued.add_argument("--client", metavar="REFERENCE", help="the client's in the directory")
    issued.add_argument("--language", default=None)
    slip = _adder(_group(commands, "slip", "printed slips"), where)
    preview = slip("preview", issuing.slip_preview, "a sample slip as a picture")
    preview.add_argument("file", type=Path, help="the PNG to write")
    preview.add_argument(
        "--language", help="of the slip; this and the next: the first unless given"
    )
    preview.add_argument("--service", metavar="ID", help="the one the number is for")
    preview.add_argument(
        "--class", dest="priority_class", metavar="ID", help="such as vip; regular unless given"
    )
    preview.add_argument("--printer", metavar="ID", help="the one that would print it")


def _reporting(commands: "Commands", where: _Parser) -> None:
    report = _adder(commands, where)("report", reporting.report, "figures of a day, or of several")
    report.add_argument(
        "period", nargs="?", metavar="DAY|FROM..TO", help="such as 2026-11-20; today unless given"
    )
    report.add_argument("--format", default="table", choices=["table", "json", "csv", "xlsx"])
    report.add_argument(
        "--compare", metavar="DAY|day|week", help="beside another day, the day or the week before"
    )


def _keeping(commands: "Commands", where: _Parser) -> None:
    of_log = _adder(_group(commands, "log", "everything that happened"), where)
    verified = of_log("verify", log.log_verify, "whether it is as the branch wrote it")
    verified.add_argument(
        "--noted",
        type=options.seal,
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
    audited = of_log("audit", log.log_audit, "who did what that has to be answered for")
    audited.add_argument("--day", type=date.fromisoformat, metavar="DAY", help="one day's alone")
    audited.add_argument("--format", default="table", choices=["table", "csv", "json"])
    exported = of_log("export", log.log_export, "every fact as a CloudEvent, a line each")
    exported.add_argument("--after", type=int, default=0, metavar="SEQUENCE")
    command = _adder(commands, where)
    kept = command("backup", keeping.backup, "everything the branch must not lose, in one file")
    kept.add_argument("file", type=Path)
    bundle = command("support", keeping.support, "what a helper far away needs, no personal data")
    bundle.add_argument("file", type=Path, metavar="FILE.zip")
    back = command("restore", keeping.restore, "make a new var folder of a backup")
    back.add_argument("file", type=Path)


def _certificates(commands: "Commands", where: _Parser) -> None:
    group = _group(commands, "certificate", "what the machine presents to others (TLS)")
    certificate = _adder(group, where)
    certificate("show", certificates.show, "what it is good for, until when, by whom")
    exported = certificate(
        "export-ca", certificates.export_ca, "the branch's authority, to be installed on PADs"
    )
    exported.add_argument("file", type=Path, metavar="FILE.crt")
    renewed = certificate("renew", certificates.renew, "make a new one now")
    renewed.add_argument(
        "--authority", action="store_true", help="by a new authority; each PAD has to get it"
    )


def _measuring(commands: "Commands", where: _Parser) -> None:
    bench = _adder(commands, where)("bench", measuring.bench, "measure the machine at hand")
    bench.add_argument(
        "names", nargs="*", metavar="NAME", help="P1a … P12, all unless given; waiting by itself"
    )
    bench.add_argument("--json", action="store_true", help="print JSON alone")
    bench.add_argument("--short", action="store_true", help="only to see that it works")
    bench.add_argument(
        "--tickets",
        type=options.count,
        metavar="N",
        help="in the log of P8 and P9 instead of 1,000,000",
    )
    bench.add_argument("--days", type=options.count, default=200, help="simulated days of waiting")
    bench.add_argument(
        "--scenario", type=Path, default=REFERENCE, metavar="FILE", help="whose waiting is measured"
    )
    simulated = _adder(_group(commands, "sim", "branches with invented people"), where)
    day = simulated("day", sim.sim_day, "one day of a scenario in virtual time, and its figures")
    day.add_argument("scenario", type=Path, help="a TOML file such as those in config/scenarios")
    day.add_argument("--number", type=int, default=0, help="which of its days")
    soak = simulated("soak", sim.sim_soak, "a branch under load and mishaps: what grows")
    soak.add_argument("scenario", type=Path, nargs="?", default=REFERENCE, help="whose people come")
    soak.add_argument("--minutes", type=options.positive, default=30.0, help="30 unless given")
    soak.add_argument(
        "--pace", type=options.positive, default=60.0, help="people come so many times as fast; 60"
    )
    soak.add_argument("--json", action="store_true", help="print JSON alone")


def _group(commands: "Commands", name: str, help_: str) -> "Commands":
    return commands.add_parser(name, help=help_).add_subparsers(required=True, metavar="COMMAND")


Command = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _adder(
    commands: "Commands", where: _Parser
) -> Callable[[str, Command, str], argparse.ArgumentParser]:
    def add(name: str, command: Command, help_: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=help_, description=help_, parents=[where])
        parser.set_defaults(command=command)
        return parser

    return add
