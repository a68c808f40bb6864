"""The client directory that the machine carries with it, on SQLite."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, assert_never

from kiosk.clients.clientsfile import ClientsFile
from kiosk.clients.phone import PhoneKind, national_number
from kiosk.documents import document_token, document_tokens
from kiosk.domain.client import Client
from kiosk.domain.ids import CardToken, ClientRef, Language
from kiosk.identities import CardTokens, Document, DocumentToken, Identity, Phone, Reference, Scheme
from kiosk.keys.changing import KeyNow

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")

_CLIENTS = """
    SELECT DISTINCT reference, name, surname, sex, language, assets, grade, complaints, birthday
    FROM {table} JOIN client USING (reference) WHERE {key} = ? LIMIT 2
"""
_BY_CARD = _CLIENTS.format(table="card", key="token")
_BY_PHONE = _CLIENTS.format(table="phone", key="digits")
_BY_DOCUMENT = _CLIENTS.format(table="document", key="digest")
_BY_REFERENCE = """
    SELECT reference, name, surname, sex, language, assets, grade, complaints, birthday
    FROM client WHERE reference = ?
"""
_CLIENT = """
    INSERT INTO client
        (reference, name, surname, sex, language, assets, grade, complaints, birthday)
    VALUES (:reference, :name, :surname, :sex, :language, :assets, :grade, :complaints, :birthday)
    ON CONFLICT (reference) DO UPDATE SET
        name = excluded.name, surname = excluded.surname, sex = excluded.sex,
        language = excluded.language, assets = excluded.assets, grade = excluded.grade,
        complaints = excluded.complaints, birthday = excluded.birthday
"""
_CARD = "INSERT OR REPLACE INTO card (token, reference, scheme) VALUES (?, ?, ?)"
_PHONE = "INSERT OR REPLACE INTO phone (digits, kind, reference) VALUES (?, ?, ?)"
_DOCUMENT = "INSERT OR REPLACE INTO document (digest, reference) VALUES (?, ?)"
_CARD_ANEW = "UPDATE OR IGNORE card SET token = ?, former = 0 WHERE token = ?"
_DOCUMENT_ANEW = "UPDATE OR IGNORE document SET digest = ?, former = 0 WHERE digest = ?"


@dataclass(frozen=True, slots=True)
class _Question:
    """What the tables are asked, and how what only ``former`` finds is entered under ``key``."""

    query: str
    key: str = field(repr=False)
    former: str | None = field(default=None, repr=False)
    anew: str = ""


class EmbeddedDirectory:
    """Clients in a database file of their own, mode 0600; a ``ClientDirectory``.

    Cards and documents are kept as tokens, these under ``document_key``, phones as national
    numbers. While keys are changed, whom only the former token finds gets the present one in its
    place, and ``rekeyed`` is told. All work is done on one thread of its own: a lookup is 0.1 ms on
    a good day, but a worn memory card or another program's lock can hold it up for half a second,
    and the hall mustn't notice. Lookups open the file when they need it, so a directory that was
    away or damaged answers again as soon as its file is well. Only :meth:`open` and
    :meth:`add_client` ever make a file: an empty one in the place of a lost one would take every
    client for a stranger.
    """

    def __init__(
        self,
        path: Path,
        document_key: KeyNow,
        rekeyed: Callable[[ClientRef], None] = lambda client: None,
    ) -> None:
        self._file = ClientsFile(path)
        self._document_key = document_key
        self._rekeyed = rekeyed
        self._thread = ThreadPoolExecutor(1, "clients")

    def __repr__(self) -> str:
        state = "open" if self._file.is_open else "closed"
        return f"<EmbeddedDirectory {self._file.path} {state}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Make the file when there is none and bring its tables up to date.

        Raises DirectoryUnavailable; lookups go on trying all the same.
        """
        await self._work(self._file.make)

    async def close(self) -> None:
        """Let go of the file and of the thread. The next lookup takes them up again."""
        await self._work(self._file.close)
        self._thread.shutdown()
        self._thread = ThreadPoolExecutor(1, "clients")

    async def find(self, identity: Identity) -> Client | None:
        """The client; None when nobody or more than one fits (CRM-13).

        A phone fits whatever its kind (CRM-10). Raises DirectoryUnavailable, saying what to do,
        when the file is missing, damaged or locked.
        """
        question = self._question(identity)
        client, rekeyed = await self._work(lambda: self._look_up(question))
        if client and rekeyed:
            self._rekeyed(client.reference)
        return client

    async def add_client(
        self,
        client: Client,
        *,
        cards: Mapping[CardToken, Scheme] | None = None,
        phones: Iterable[tuple[PhoneKind, Phone]] = (),
        documents: Iterable[Document] = (),
    ) -> None:
        """Add a client, or change the one with the same reference, and what it is known by.

        A card that was another client's becomes this one's; phones and documents may be shared.
        Raises DirectoryUnavailable; then nothing of it is kept.
        """
        key = self._document_key().present
        known_by: dict[str, list[tuple[str, ...]]] = {
            _CARD: [(card, client.reference, scheme) for card, scheme in (cards or {}).items()],
            _PHONE: [
                (national_number(phone.digits), kind, client.reference) for kind, phone in phones
            ],
            _DOCUMENT: [
                (document_token(document.number, key).digest, client.reference)
                for document in documents
            ],
        }
        await self._work(lambda: self._write(client, known_by))

    def _question(self, identity: Identity) -> _Question:
        match identity:
            case Phone(digits):
                return _Question(_BY_PHONE, national_number(digits))
            case Document(number):
                return self._question(document_tokens(number, self._document_key()))
            case DocumentToken(digest, former):
                return _Question(_BY_DOCUMENT, digest, former, _DOCUMENT_ANEW)
            case Reference(client):
                return _Question(_BY_REFERENCE, client)
            case CardTokens(present, former):
                return _Question(_BY_CARD, present, former, _CARD_ANEW)
            case str():
                return _Question(_BY_CARD, identity)
            case _:
                assert_never(identity)

    async def _work(self, task: Callable[[], _Result]) -> _Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._guarded, task)

    def _guarded(self, task: Callable[[], _Result]) -> _Result:
        try:
            return task()
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except (sqlite3.Error, OSError) as error:
            self._file.close()
            raise self._file.unavailable(error) from error

    def _look_up(self, question: _Question) -> tuple[Client | None, bool]:
        """Who it is, and whether the token was brought from the former key to the present one."""
        database = self._file.open()
        rows = database.execute(question.query, (question.key,)).fetchall()
        rekeyed = False
        if not rows and question.former:
            rows = database.execute(question.query, (question.former,)).fetchall()
            rekeyed = bool(rows) and self._rekey(database, question)
        return (_client(rows[0]) if len(rows) == 1 else None), rekeyed

    def _rekey(self, database: sqlite3.Connection, question: _Question) -> bool:
        """Whether it could be written: who was found is found in any case, and once more next time."""
        try:
            with database:
                database.execute("BEGIN IMMEDIATE")
                database.execute(question.anew, (question.key, question.former))
        except sqlite3.Error as error:
            logger.warning("a client stays under the former key: %s", error.sqlite_errorname)
            return False
        return True

    def _write(self, client: Client, known_by: Mapping[str, list[tuple[str, ...]]]) -> None:
        database = self._file.make()
        with database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(_CLIENT, _row(client))
            for statement, rows in known_by.items():
                database.executemany(statement, rows)
        # Writes are rare. With nothing left in the write-ahead log a backup can take the file's
        # place under a running machine without the old file's log being played into it.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _row(client: Client) -> dict[str, object]:
    birthday = client.birthday and client.birthday.isoformat()
    return asdict(client) | {"birthday": birthday}


def _client(row: tuple[Any, ...]) -> Client:
    reference, name, surname, sex, language, assets, grade, complaints, birthday = row
    return Client(
        reference=ClientRef(reference),
        name=name,
        surname=surname,
        sex=sex,
        language=language and Language(language),
        assets=assets,
        grade=grade,
        complaints=complaints,
        birthday=birthday and date.fromisoformat(birthday),
    )
