"""What the commands about people and programs that sign in do, while the branch runs or not."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errands.options import WELL
from kiosk.ports import KioskError

if TYPE_CHECKING:
    from kiosk.domain.events import Actor
    from kiosk.store.accounts import Accounts


def user_add(options: Namespace) -> int:
    """``kiosk user add NAME --role ROLE --password-stdin``"""
    from kiosk.domain.role import Role
    from kiosk.store.accounts import check_user

    password = _password()
    check_user(options.name, password)
    with _letting_in(options) as staff:
        staff.add_user(options.name, Role(options.role), password)
    return WELL


def user_list(options: Namespace) -> int:
    """``kiosk user list``"""
    for user in accounts(options).users():
        print(user.name, user.role, *(["disabled"] if user.disabled else []), sep="\t")
    return WELL


def user_disable(options: Namespace) -> int:
    """``kiosk user disable NAME``"""
    accounts(options).disable_user(options.name)
    return WELL


def user_sign_out(options: Namespace) -> int:
    """``kiosk user sign-out NAME``"""
    print(f"sessions ended: {accounts(options).sign_out(options.name)}")
    return WELL


def user_totp(options: Namespace) -> int:
    """``kiosk user totp NAME``: the secret for an app, once; ``--off`` takes it away"""
    import segno

    from kiosk.store.totp import provisioning_uri

    factors = accounts(options).second_factors
    if options.off:
        factors.take_away(options.name)
        return WELL
    secret = factors.give(options.name)
    uri = provisioning_uri(secret, options.name)
    segno.make(uri, micro=False).terminal(compact=True)
    print(uri)
    print(secret)
    return WELL


def user_password(options: Namespace) -> int:
    """``kiosk user password NAME --password-stdin``"""
    accounts(options).change_password(options.name, _password())
    return WELL


def token_add(options: Namespace) -> int:
    """``kiosk token add NAME --role ROLE``"""
    from kiosk.domain.role import Role
    from kiosk.messaging.credentials import NewTokens, token_hash
    from kiosk.store.accounts import check_program

    check_program(options.name)
    with _letting_in(options) as programs:
        token = programs.add_token(options.name, Role(options.role), token_hash)
        try:
            NewTokens.of(options.var).put(options.name, token)
        except OSError as error:  # nobody would ever learn this token
            programs.revoke_token(options.name)
            raise KioskError(f"{options.name} is not let in: {error}") from error
        print(token)
    return WELL


def token_revoke(options: Namespace) -> int:
    """``kiosk token revoke NAME``"""
    accounts(options).revoke_token(options.name)
    return WELL


def token_list(options: Namespace) -> int:
    """``kiosk token list``"""
    for program in accounts(options).programs():
        print(program.name, program.role, sep="\t")
    return WELL


def device_list(options: Namespace) -> int:
    """``kiosk device list``: PADs, and terminals, which are let in by their token."""
    from kiosk.domain.role import Role

    known = accounts(options)
    for pad in known.devices.pads():
        print(pad.id, "pad", pad.state, pad.branch or "-", pad.code or "-", sep="\t")
    for program in known.programs():
        if program.role is Role.TERMINAL:
            print(program.name, "terminal", "approved", "-", "-", sep="\t")
    return WELL


def device_approve(options: Namespace) -> int:
    """``kiosk device approve ID [--ahead]``

    Before the PAD first comes only when it is asked for, or while none waits; and that is said.
    """
    from kiosk.clock import SystemClock
    from kiosk.store.deviceregister import UnknownPad, check_id

    pad = options.id
    check_id(pad)
    with _letting_in(options) as known:
        there = known.devices.pads()
        waiting = [one.id for one in there if one.state == "pending"]
        ahead = options.ahead or not waiting
        try:
            known.devices.approve(pad, by_command(), SystemClock().now(), ahead=ahead)
        except UnknownPad:
            raise KioskError(
                f"{pad} has never come; waiting for approval: {', '.join(waiting)};"
                " --ahead approves one before it comes"
            ) from None
    if all(one.id != pad for one in there):
        print(
            f"{pad} has never come: it will be whoever signs in first under that name",
            file=sys.stderr,
        )
    return WELL


def device_revoke(options: Namespace) -> int:
    """``kiosk device revoke ID``: of a terminal it revokes the token"""
    from kiosk.clock import SystemClock
    from kiosk.domain.role import Role

    known = accounts(options)
    terminals = {one.name for one in known.programs() if one.role is Role.TERMINAL}
    if options.id in terminals - {pad.id for pad in known.devices.pads()}:
        known.revoke_token(options.id)
    else:
        known.devices.revoke(options.id, by_command(), SystemClock().now())
    return WELL


def accounts(options: Namespace) -> "Accounts":
    """Those of the branch at this place. Raises KioskError where nobody was ever let in."""
    from kiosk.store.accounts import Accounts

    file = _file(options)
    if not file.exists():
        raise KioskError(f"{file}: there are no accounts; --var names the var folder")
    return Accounts(file, by_command())


@contextmanager
def _letting_in(options: Namespace) -> Iterator["Accounts"]:
    """The accounts, for whoever is let in first too: then it is said where they were begun."""
    from kiosk.store.accounts import Accounts

    file = _file(options)
    new = not file.exists()
    options.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(Accounts(file, by_command())) as begun:
        yield begun
    if new:
        print(f"{file}: new accounts; --var names the var folder", file=sys.stderr)


def _file(options: Namespace) -> Path:
    file: Path = options.var / "accounts.db"
    return file


def staff_names(options: Namespace) -> dict[str, str]:
    """How staff are called; nobody before the branch first ran."""
    return accounts(options).staff_names() if _file(options).exists() else {}


def by_command() -> "Actor":
    """Who gives this command: the system's account, by its number, also behind sudo."""
    from kiosk.domain.events import Actor

    return Actor("command", f"uid-{os.environ.get('SUDO_UID') or os.getuid()}")


def _password() -> str:
    """One line of standard input."""
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise KioskError("the password is expected as one line on standard input")
    return password
