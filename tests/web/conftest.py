"""A whole branch behind a real server on a free port; only the directory has hands."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from kiosk.clock import SystemClock
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import CardToken, ClientRef, DeviceId, Language
from kiosk.domain.role import STAFF_ROLES, Role
from kiosk.domain.visitcode import decode
from kiosk.flow.boardstate import board_state
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from kiosk.flow.identify import Identification
from kiosk.flow.publiccode import PublicCodes
from kiosk.flow.visits import Visits
from kiosk.identities import Document, DocumentToken, Identity, Reference
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.settings import Settings
from kiosk.store.accounts import Accounts
from kiosk.store.audit import AuditTrail
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog
from kiosk.store.pads import Pads
from kiosk.web.app import build
from kiosk.web.context import TouchPort, WebContext
from kiosk.web.server import listening, serve
from kiosk.web.sessions import Sessions
from tests.flow.memorylog import MemoryLog
from tests.support.branch import small_plan

PASSWORD = "correct horse battery"
ZHANG = Client(
    ClientRef("c-zhang"), "张敏", "张", "f", Language("zh"), assets=900_000, complaints=1
)
ZHANGS_CARD = "ab" * 32
CODE_KEY = b"c" * 32
ZHANGS_DOCUMENT = "d0" * 32


CERTIFICATE_ENDS = datetime(2027, 12, 24, tzinfo=UTC)


class TestClock(SystemClock):
    """The machine's clock, which can be put forward."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


ZHANGS = (
    CardToken(ZHANGS_CARD),
    DocumentToken(ZHANGS_DOCUMENT),
    Document("SAMPLE 1"),
    Reference(ZHANG.reference),
)


class OneClient:
    """A directory that knows one client, and answers only while it may."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()
        self.client = ZHANG

    async def find(self, identity: Identity) -> Client | None:
        await self.answers.wait()
        return self.client if identity in ZHANGS else None


class TouchBoard:
    """A touch screen without a person: shows what it is told, remembers touches."""

    def __init__(self) -> None:
        self.screen: dict[str, Any] = {"number": 1, "screen": "idle"}
        self.touches: list[tuple[str, int]] = []
        self._changed = asyncio.Event()

    def show(self, **screen: Any) -> None:
        self.screen = screen | {"number": self.screen["number"] + 1}
        self._changed.set()

    async def next_screen(self, after: int) -> dict[str, Any]:
        while self.screen["number"] <= after:
            self._changed.clear()
            await self._changed.wait()
        return self.screen

    def touch(self, action: str, number: int) -> None:
        if action == "nonsense":
            raise ValueError(action)
        self.touches.append((action, number))


def settings(**changes: Any) -> Settings:
    return Settings.model_validate(
        {
            "branch": {
                "id": "0755",
                "name": {"zh": "科技园支行", "en": "Science Park"},
                "timezone": "Asia/Shanghai",
                "languages": ["zh", "en"],
            },
            "queue": [{"id": "A", "name": {"en": "A"}}],
            "service": [{"id": "cash", "name": {"en": "Cash"}, "queue": "A"}],
            "counter": [{"id": "1", "queues": ["A"]}],
            "display": [{"id": "touch", "kind": "touch"}, {"id": "hall", "kind": "board"}],
            **changes,
        }
    )


@dataclass
class House:
    """The branch under test: its parts, its address, and ways to call it."""

    context: WebContext
    accounts: Accounts
    clock: TestClock
    directory: OneClient
    touch: TouchBoard
    reported: list[DeviceCondition]
    app: Starlette
    address: str
    http: httpx.AsyncClient
    serving: "asyncio.Task[None]"
    tokens: dict[Role, str] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return self.context.desk

    async def token(self, role: Role, name: str = "") -> str:
        """The bearer token of somebody with this role, who is made when there is none yet."""
        if name or role not in self.tokens:
            self.tokens[role] = self._sign_in(role, name or f"a-{role}")
        return self.tokens[role]

    def _sign_in(self, role: Role, name: str) -> str:
        if role not in STAFF_ROLES:
            return self.accounts.add_token(name, role, lambda token: "")
        user = self.accounts.add_user(name, role, PASSWORD)
        return self.accounts.sessions.begin(user, None, self.clock.now()).token

    async def ask(
        self, role: Role | None, method: str, path: str, **options: Any
    ) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if role is not None:
            headers["authorization"] = f"Bearer {await self.token(role)}"
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, role: Role | None, path: str, **options: Any) -> httpx.Response:
        return await self.ask(role, "GET", f"/api/v1{path}", **options)

    async def post(
        self, role: Role | None, path: str, body: Any = None, **options: Any
    ) -> httpx.Response:
        return await self.ask(role, "POST", f"/api/v1{path}", json=body, **options)

    async def issue(self, service: str = "cash", **body: Any) -> dict[str, Any]:
        answer = await self.post(
            Role.TERMINAL, "/tickets", {"service": service, "print": False, **body}
        )
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    async def work(self, verb: str, counter: str = "1", **options: Any) -> httpx.Response:
        return await self.post(Role.TELLER, f"/counters/{counter}/{verb}", **options)

    async def feed(self, role: Role | None, query: str = "", **options: Any) -> ClientConnection:
        headers = dict(options.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {await self.token(role)}"
        address = f"{self.address.replace('http', 'ws', 1)}/api/v1/feed{query}"
        return await connect(address, additional_headers=headers, proxy=None, **options)


async def told(socket: ClientConnection, seconds: float = 5) -> dict[str, Any]:
    """The next message of the feed."""
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), seconds))
    return message


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    plan: BranchPlan | None = None,
    configured: Settings | None = None,
    log: MemoryLog | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[House]:
    plan, clock, directory, feed = plan or small_plan(), TestClock(), OneClient(), Feed()
    kept = log or SqliteLog(folder / "log.db")
    desk = Desk(Hall(plan, kept, clock), kept)
    desk.listen(feed.publish)
    accounts = Accounts(folder / "accounts.db")
    pads = Pads(folder / "accounts.db", usual=15)
    reported: list[DeviceCondition] = []
    identification = Identification(directory, reported.append)
    visits = Visits(plan, desk, identification, clock, budget=0.2, pads=pads.told_of)
    rules = (configured or settings()).sign_in
    monotonic = partial(_time_of, asyncio.get_running_loop())
    sessions = Sessions(accounts, clock, rules, plan.id, monotonic=monotonic)
    records = SqliteDayRecords(folder / "log.db")
    bookkeeper = Bookkeeper(records, plan, clock, accounts.staff_names)
    touch = TouchBoard()
    screens: dict[str, TouchPort] = {"touch": touch}
    context = WebContext(
        settings=configured or settings(),
        plan=plan,
        desk=desk,
        feed=feed,
        log=kept,
        sessions=sessions,
        visits=visits,
        pads=pads,
        register=accounts.devices,
        bookkeeper=bookkeeper,
        trail=AuditTrail(folder / "log.db", accounts.staff_names),
        clock=clock,
        node="controller",
        touchscreens=screens,
        board_screen=_board,
        greeting=lambda client, language: f"{language}:{client.surname if client else ''}",
        read_code=partial(decode, key=CODE_KEY),
        public_code=PublicCodes(folder / "codes").code,
        device_report=reported.append,
        slips_left=lambda: {DeviceId("slip"): 43},
        certificate_ends=lambda: {DeviceId("certificate"): CERTIFICATE_ENDS},
        printer_for_slips=DeviceId("slip"),
    )
    app = build(context)
    opened = listening("127.0.0.1:0")
    address = f"{'https' if tls else 'http'}://127.0.0.1:{opened.getsockname()[1]}"
    working = asyncio.create_task(desk.run(), name="desk")
    watching = asyncio.create_task(context.sessions.callers.watch(), name="sessions")
    serving = asyncio.create_task(serve(app, opened, tls), name="server")
    try:
        trusting = _trusting() if tls else True
        async with httpx.AsyncClient(
            base_url=address, timeout=10, trust_env=False, verify=trusting
        ) as http:
            yield House(
                context,
                accounts,
                clock,
                directory,
                touch,
                reported,
                app,
                address,
                http,
                serving,
            )
    finally:
        await _end(serving)
        await _end(watching)
        opened.close()
        await visits.close()
        await _end(working)
        bookkeeper.close()
        records.close()
        accounts.close()
        kept.close()


def _time_of(loop: asyncio.AbstractEventLoop) -> float:
    """Also when it is made to pass slower meanwhile."""
    return loop.time()


def _trusting() -> ssl.SSLContext:
    """What a certificate says is tried elsewhere."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _board(branch: Branch) -> dict[str, Any]:
    return {"screen": "board", **board_state(branch)}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
