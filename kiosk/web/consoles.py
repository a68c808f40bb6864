"""Consoles: which page has a counter in hand when its teller has it open on more than one.

The first page that is there has it, until it goes away or another one takes it over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import Request

from kiosk.domain.ids import CounterId, StaffRef
from kiosk.web.refusals import ConsoleElsewhere

HEADER = "kiosk-console"
"""Names the page that a command comes from; call pads and programs have none."""

Seat = tuple[CounterId, StaffRef | None]
"""A counter, and whoever wants to work there."""


class Consoles:
    """The pages that are open now, by seat."""

    def __init__(self) -> None:
        self._pages: dict[Seat, dict[str, int]] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` when a counter has passed to another page."""
        self._listeners.append(listener)

    @contextmanager
    def present(self, seat: Seat, page: str) -> Iterator[None]:
        """The page is there meanwhile; one that comes anew before it was missed keeps its place."""
        pages = self._pages.setdefault(seat, {})
        pages[page] = pages.get(page, 0) + 1
        try:
            yield
        finally:
            self._leave(seat, page)

    def has_in_hand(self, seat: Seat, page: str) -> bool:
        """Whether the counter is worked from this page, or from none."""
        return next(iter(self._pages.get(seat, {page: 0}))) == page

    def take_over(self, seat: Seat, page: str) -> None:
        """Work from this page from now on."""
        pages = self._pages.get(seat, {})
        if page in pages:
            self._pages[seat] = {page: pages.pop(page), **pages}
            self._tell()

    def check(self, request: Request, teller: StaffRef | None) -> None:
        """Raises ConsoleElsewhere for a command from a page whose counter is worked from another."""
        page = request.headers.get(HEADER)
        if page is None:
            return
        for seat, pages in self._pages.items():
            if seat[1] == teller and page in pages and not self.has_in_hand(seat, page):
                raise ConsoleElsewhere(seat[0])

    def _leave(self, seat: Seat, page: str) -> None:
        pages = self._pages[seat]
        pages[page] -= 1
        if pages[page]:
            return
        del pages[page]
        if not pages:
            del self._pages[seat]
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
