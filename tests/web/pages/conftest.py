"""The pages of a branch, with a hall that tests fill by commands."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.domain.branch import Branch
from kiosk.domain.commands import Command, IssueTicket, OpenDay, Recognition
from kiosk.domain.ids import ClientRef, CounterId, Language, ServiceId, StaffRef, TicketId, VisitId
from kiosk.domain.queue import VIP
from kiosk.domain.ticket import COMPLAINT
from kiosk.flow.hall import Hall
from kiosk.store.log import SqliteLog
from tests.support.branch import small_plan
from tests.web.pages.site import Site, open_site

ONE, TWO = CounterId("1"), CounterId("2")
ANNA, BO = StaffRef("anna"), StaffRef("bo")
SOMEBODY = Recognition(ClientRef("c-of-somebody"), None, VIP, (COMPLAINT,))


class SetClock(SystemClock):
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self._now = super().now()

    def now(self) -> datetime:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class TestHall:
    """A hall that carries out whatever it is told, half a second later each time."""

    __test__ = False

    def __init__(self, log: SqliteLog) -> None:
        self.clock = SetClock()
        self._hall = Hall(small_plan(), log, self.clock)
        self.do(OpenDay(self._hall.today()))

    @property
    def branch(self) -> Branch:
        return self._hall.branch

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.clock.forward(0.5)
            self._hall.carry_out(command)

    def issue(self, service: str = "cash", recognition: Recognition | None = None) -> None:
        ticket = self.clock.new_id()
        wish = ServiceId(service), Language("zh")
        self.do(IssueTicket(TicketId(ticket), VisitId(ticket), *wish, recognition))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[TestHall]:
    log = SqliteLog(tmp_path / "log.db")
    yield TestHall(log)
    log.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


class _Roots(HTMLParser):
    """Collects the outermost elements."""

    _void = frozenset({"img", "input", "br", "meta", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str | None] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth == 0:
            self.ids.append(dict(attrs).get("id"))
        if tag not in self._void:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1


def root_ids(html: str) -> list[str | None]:
    """The ids of the outermost elements of a piece of HTML."""
    parser = _Roots()
    parser.feed(html)
    parser.close()
    return parser.ids
