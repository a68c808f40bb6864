"""The demonstration: sample clients and sample users of a branch that simulates devices for this machine."""

import secrets
from datetime import UTC
from pathlib import Path

from kiosk.cardreader.simulator import sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples
from kiosk.domain.role import Role
from kiosk.machine.varfolder import secrets_folder
from kiosk.ports import Clock
from kiosk.settings import Settings
from kiosk.store.accounts import Accounts

SAMPLE_USERS = {
    "teller1": Role.TELLER,
    "teller2": Role.TELLER,
    "manager": Role.LOBBY_MANAGER,
    "admin": Role.ADMINISTRATOR,
}


class Demonstration:
    """Makes what a demonstration needs at the first start, and says how to use it at each."""

    def __init__(self, accounts: Accounts, var: Path) -> None:
        self._accounts = accounts
        self._passwords = secrets_folder(var) / "sample-users"

    async def enrol_clients(self, directory: EmbeddedDirectory, key: bytes, clock: Clock) -> None:
        """The invented clients, with the cards that the bench has."""
        tokens = {
            label: (card.token(key), card.scheme)
            for label, card in sample_cards().items()
            if label != "unknown"
        }
        await enrol_samples(directory, tokens, clock.now().astimezone(UTC).date())

    def welcome(self, address: str, settings: Settings) -> list[str]:
        """What somebody at the terminal wants to know. Makes the sample users first; blocks."""
        self._add_users()
        counter = settings.counter[0].id
        return [
            "",
            f"  hardware bench   {address}/bench",
            f"  teller console   {address}/counter/{counter}",
            f"  hall board       {address}/board",
            "",
            "  sample users (made at the first start):",
            *(f"    {line}" for line in self._passwords.read_text().splitlines()),
            "",
            "  Ctrl-C ends it.",
        ]

    def _add_users(self) -> None:
        if self._passwords.exists():
            return
        known = {user.name for user in self._accounts.users()}
        lines = []
        for name, role in SAMPLE_USERS.items():
            if name not in known:
                password = secrets.token_urlsafe(9)
                self._accounts.add_user(name, role, password)
                lines.append(f"{name:<10} {password}   {role}")
        self._passwords.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._passwords.touch(mode=0o600)
        self._passwords.write_text("\n".join(lines) + "\n")
