"""The branch's secrets: where each is found, and which ones the machine makes itself.

Each is looked for among systemd's credentials (systemd.exec(5)), then where ``[secrets]`` says, and at
last in the branch's own folder, where the first start makes it.
"""

import hashlib
import hmac
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from kiosk.keys.changing import ChangingKey
from kiosk.keys.keyfile import KeyUnusable, load_key, private_text
from kiosk.keys.rotation import Rotation
from kiosk.machine.privatefile import private_folder, write_private
from kiosk.machine.varfolder import secrets_folder
from kiosk.settings import SecretsSection, Settings
from kiosk.settings.listeners import HttpTlsSection

logger = logging.getLogger(__name__)

SERVICE = Path("/run/credentials/kiosk.service")
"""Where systemd keeps the credentials of the branch's unit: for commands that run beside it."""


class Secret(StrEnum):
    """By the names of their credentials."""

    CARD_KEY = "card-key"
    FORMER_CARD_KEY = "former-card-key"
    CODE_KEY = "code-key"
    BROKER_PASSWORD = "broker-password"  # noqa: S105


class Source(StrEnum):
    """Where a secret comes from."""

    CREDENTIAL = "credential"
    SETTINGS = "settings"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is, or would be."""

    source: Source
    file: Path


class Keyring:
    """Of the branch in the folder ``var``. Nothing is read or made before it is asked for."""

    def __init__(
        self,
        secrets: SecretsSection,
        var: Path,
        environment: Mapping[str, str] | None = None,
        service: Path = SERVICE,
    ) -> None:
        self._credentials = _credentials(environment, service)
        self._secrets = secrets
        self._folder = secrets_folder(var)
        self.rotation = Rotation(self._folder)
        self._card_key: ChangingKey | None = None
        self._former_ends = datetime.max.replace(tzinfo=UTC)
        self._stamp: tuple[object, ...] = ()
        self._watched: tuple[str, ...] = ()
        """Files that make the card key. Their places don't change while a process lives."""

    @classmethod
    def of(cls, settings: Settings, var: Path) -> "Keyring":
        """As this process finds it."""
        return cls(settings.secrets, var)

    def place(self, secret: Secret) -> Place:
        """Where it is; with the source ``own`` it may not have been made yet."""
        credential = self._credentials / secret
        if is_there(credential):
            return Place(Source.CREDENTIAL, credential)
        if named := self._named(secret):
            return Place(Source.SETTINGS, Path(named))
        return Place(Source.OWN, self._folder / _OWN_FILES[secret])

    def given(self) -> Iterator[tuple[Secret, Place]]:
        """Those that somebody else keeps."""
        places = ((secret, self.place(secret)) for secret in Secret)
        return ((secret, place) for secret, place in places if place.source is not Source.OWN)

    def code_key(self) -> bytes:
        """What signs the bank's visit codes. Raises KeyUnusable."""
        return self._key(Secret.CODE_KEY)

    def broker_password(self) -> str:
        """The controller's at an outside broker; empty: there is none yet. Raises KeyUnusable."""
        place = self.place(Secret.BROKER_PASSWORD)
        if place.source is Source.OWN and not place.file.exists():
            return ""
        return private_text(place.file, "broker password")

    def card_key(self) -> ChangingKey:
        """The bank's card key as it is now; a few microseconds when nothing changed.

        Raises KeyUnusable, but not once it was read: a branch at work goes on with what it has.
        """
        stamp = self._card_key_stamp()
        if self._card_key is None or stamp != self._stamp:
            try:
                self._card_key = self._read_card_key()
            except KeyUnusable as fault:
                if self._card_key is None:
                    raise
                logger.error("the card key stays as it is: %s", fault)
            self._stamp = stamp
        if self._card_key.former and datetime.now(UTC) >= self._former_ends:
            self._card_key = ChangingKey(self._card_key.present)
        return self._card_key

    def _read_card_key(self) -> ChangingKey:
        place = self.place(Secret.CARD_KEY)
        if place.source is Source.OWN and not place.file.exists() and self._known.exists():
            raise KeyUnusable(
                f"card key {place.file}: is gone; restore it from a backup, or run this as root beside"
                " the service where systemd gives it the key. Lost for good: remove"
                f" {self._known}, and every card has to be enrolled again"
            )
        present = self._key(Secret.CARD_KEY)
        former = self._former_card_key()
        self._recognise(place, present, former)
        return ChangingKey(present, former)

    def _former_card_key(self) -> bytes | None:
        """None but while it counts; one that can't be used doesn't, and the branch goes on."""
        try:
            ends = self.rotation.ends
            if ends is None or datetime.now(UTC) >= ends:
                return None
            self._former_ends = ends
            return self._key(Secret.FORMER_CARD_KEY)
        except KeyUnusable as fault:
            logger.error("the card key's change is at a stand: %s", fault)
            return None

    def _key(self, secret: Secret) -> bytes:
        """Only the machine's own are made when there are none. Raises KeyUnusable."""
        place = self.place(secret)
        make = place.source is Source.OWN and secret is not Secret.FORMER_CARD_KEY
        return load_key(place.file, secret.replace("-", " "), make=make)

    def _recognise(self, place: Place, present: bytes, former: bytes | None) -> None:
        """Raises KeyUnusable when this is another key than the one that cards were enrolled under."""
        marks = {_mark(key) for key in (present, former) if key}
        if self._known.exists() and self._known.read_text().strip() not in marks:
            raise KeyUnusable(
                f"card key {place.file}: isn't the one that this branch's cards were enrolled under;"
                " put that one back, or give it as the former one: kiosk cards rotate-key begin"
            )
        with suppress(OSError):  # a disk that takes nothing is told elsewhere
            if not self._known.exists() or self._known.read_text().strip() != _mark(present):
                private_folder(self._known.parent)
                write_private(self._known, _mark(present) + "\n")

    @property
    def _known(self) -> Path:
        """What tells the card key from others and says nothing of it."""
        return self._folder / "card.key.known"

    def _card_key_stamp(self) -> tuple[object, ...]:
        """Another one whenever the key may be another."""
        if not self._watched:
            places = (self.place(one) for one in (Secret.CARD_KEY, Secret.FORMER_CARD_KEY))
            files = (*(place.file for place in places), self.rotation.file)
            self._watched = tuple(map(str, files))
        return tuple(map(_stamp, self._watched))

    def _named(self, secret: Secret) -> str:
        return str(getattr(self._secrets, secret.replace("-", "_")))


_OWN_FILES = {
    Secret.CARD_KEY: "card.key",
    Secret.FORMER_CARD_KEY: "former-card.key",
    Secret.CODE_KEY: "code.key",
    Secret.BROKER_PASSWORD: "broker.password",
}


TLS_KEY = "tls-key"
"""The credential with the key of a certificate that was given."""


def tls_key(
    tls: HttpTlsSection, environment: Mapping[str, str] | None = None, service: Path = SERVICE
) -> Place | None:
    """Where the key of the given certificate is, or would be; None: the machine makes its own."""
    if not tls.certificate:
        return None
    credential = _credentials(environment, service) / TLS_KEY
    if tls.key and not is_there(credential):
        return Place(Source.SETTINGS, Path(tls.key))
    return Place(Source.CREDENTIAL, credential)


def _credentials(environment: Mapping[str, str] | None, service: Path) -> Path:
    """Those of this process, or those of the branch's unit beside it."""
    given = (os.environ if environment is None else environment).get("CREDENTIALS_DIRECTORY")
    return Path(given) if given else service


def is_there(file: Path) -> bool:
    """Whether a file is, as far as this user may know."""
    with suppress(PermissionError):
        return file.exists()
    return False


def _mark(key: bytes) -> str:
    return hmac.new(key, b"which key this is", hashlib.sha256).hexdigest()[:16]


def _stamp(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError as error:
        return error.errno
    return found.st_dev, found.st_ino, found.st_mtime_ns
