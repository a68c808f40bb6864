"""The pages that follow the hall: teller console, hall board, hardware bench."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from kiosk.access import WHO_MAY
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.ticket import Ticket
from kiosk.flow.state import counter_name
from kiosk.web.context import WebContext
from kiosk.web.guard import admit, token_of, visitor
from kiosk.web.pages.admin import Workshop
from kiosk.web.pages.adminroutes import SlipChoice
from kiosk.web.pages.bench import Bench, Workbench, manners
from kiosk.web.pages.board import board
from kiosk.web.pages.console import Seat, Standing, console, core
from kiosk.web.pages.frame import page
from kiosk.web.pages.live import Live, View
from kiosk.web.problems import language_of

BENCH_PERIOD = 0.1
"""Seconds: the bench's devices don't tell when they change."""


class LivePages:
    """Draws each of them whole, and keeps it up to date."""

    def __init__(self, context: WebContext, workshop: Workshop | None = None) -> None:
        self._context = context
        self._workshop = workshop
        self._live = Live(context.desk, context.feed, context.clock)
        context.consoles.listen(self._live.look_again)
        context.locks.listen(self._live.look_again)
        if workshop:
            workshop.listen(self._live.look_again)

    async def console(self, request: Request) -> Response:
        """A counter's console."""
        counter = CounterId(request.path_params["counter"])
        if counter not in self._context.plan.counters:
            raise HTTPException(404)
        name = counter_name(await self._context.desk.shown(), counter, language_of(request))
        return await self._page(
            request,
            "console.html",
            f"counter/{counter}",
            lock_after=self._context.settings.console.lock_after,
            counter=name,
        )

    async def board(self, request: Request) -> Response:
        """The hall board."""
        return await self._page(request, "board.html", "board")

    async def bench(self, request: Request) -> Response:
        """The hardware bench."""
        bench = self._context.bench
        assert isinstance(bench, Bench)  # without one there is no route to here
        return await self._page(
            request,
            "bench.html",
            "bench",
            touchscreens=list(self._context.touchscreens),
            readers=list(bench.readers),
            card_places=[*bench.chip_readers, *bench.id_readers],
            scanners=list(bench.scanners),
            printers=list(bench.printers),
            manners=manners(language_of(request)),
        )

    async def admin(self, request: Request) -> Response:
        """The administrator's page."""
        assert self._workshop is not None  # without one there is no route to here
        return await self._page(
            request,
            "admin.html",
            "admin",
            devices=list(self._workshop.fittings),
            preview=SlipChoice.of(self._context.settings, self._context.plan, language_of(request)),
        )

    async def live(self, socket: WebSocket) -> None:
        """The socket of the page named by ``page``. Raises NotSignedIn or NotAllowed."""
        name = socket.query_params.get("page", "")
        view = self._view(socket, name)
        if name.startswith("counter/"):
            await self._serve_console(socket, CounterId(name.removeprefix("counter/")))
        else:
            await self._live.serve(socket, lambda: view, *self._lasting(socket))

    async def _serve_console(self, socket: WebSocket, counter: CounterId) -> None:
        """One of the pages from which its teller may work at this counter."""
        page = socket.query_params.get("console", "")
        at = (counter, _teller(socket))
        consoles = self._context.consoles

        def view() -> View:
            return self._console_view(socket, counter, elsewhere=not consoles.has_in_hand(at, page))

        with consoles.present(at, page):
            await self._live.serve(socket, view, *self._lasting(socket))

    def _lasting(self, socket: WebSocket) -> tuple[Callable[[], bool], Callable[[], None]]:
        """Whether whoever opened the page is still signed in, or never was; and that it is used."""
        token, sessions = (
            token_of(socket.scope) if visitor(socket) else None,
            self._context.sessions,
        )
        if token is None:
            return lambda: True, lambda: None
        return lambda: sessions.callers.of(token) is not None, lambda: sessions.callers.used(token)

    async def _page(self, request: Request, template: str, name: str, **values: object) -> Response:
        fragments = await self._live.fragments(self._view(request, name))
        shown = {
            "live": name,
            "console": self._context.clock.new_id(),
            "fragments": fragments,
            **values,
        }
        return page(request, self._context.plan, template, shown)

    def _view(self, connection: HTTPConnection, name: str) -> View:
        """What the page of this name shows, to those who may have it; 404 when there is none."""
        kind, _, rest = name.partition("/")
        match kind:
            case "counter":
                admit(visitor(connection), WHO_MAY["page-counter"])
                counter = CounterId(rest)
                if counter in self._context.plan.counters:
                    return self._console_view(connection, counter)
            case "board":
                return self._board_view(language_of(connection))
            case "admin":
                admit(visitor(connection), WHO_MAY["page-admin"])
                if self._workshop:
                    return self._admin_view(self._workshop, language_of(connection))
            case "bench":
                if isinstance(self._context.bench, Bench):
                    return self._bench_view(self._context.bench, language_of(connection))
        raise HTTPException(404)

    def _console_view(
        self, connection: HTTPConnection, counter: CounterId, *, elsewhere: bool = False
    ) -> View:
        teller, language = _teller(connection), language_of(connection)
        standing = Standing.ELSEWHERE if elsewhere else Standing.HERE
        if self._context.locks.is_locked(token_of(connection.scope)):
            standing = Standing.LOCKED
        seat = Seat(counter, teller, language, self._greeting, self._context.book, standing)
        return View(
            ("counter", counter, teller, language, standing),
            lambda branch, now: console(branch, seat, now),
            lambda: self._context.book.edition,
            core=lambda branch: core(branch, counter),
        )

    def _greeting(self, ticket: Ticket) -> str:
        """By name as long as the visit is remembered; the general one otherwise (OPR-33, OPR-36)."""
        visit = self._context.visits.get(ticket.visit)
        return self._context.greeting(visit.client if visit else None, ticket.language)

    def _board_view(self, language: str) -> View:
        screen = self._context.board_screen
        return View(("board", language), lambda branch, _: board(screen(branch), language))

    def _admin_view(self, workshop: Workshop, language: str) -> View:
        return View(
            ("admin", language),
            lambda branch, now: workshop.draw(branch, now, language),
            workshop.mark,
        )

    def _bench_view(self, bench: Bench, language: str) -> View:
        context = self._context
        workbench = Workbench(bench, context.touchscreens, context.board_screen, context.log)
        return View(
            ("bench", language),
            lambda branch, _: workbench.draw(branch, language),
            workbench.mark,
            BENCH_PERIOD,
        )


def _teller(connection: HTTPConnection) -> StaffRef | None:
    caller = visitor(connection)
    return StaffRef(caller.actor.user) if caller and caller.actor.user else None
