"""P7: a teller calls the next ticket; when a page in a real browser shows its number."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

from kiosk.bench.calling import Tellers, at_counters, staff_of
from kiosk.bench.chromium import Page, chromium, program
from kiosk.bench.figure import Branch, Run
from kiosk.bench.followers import following
from kiosk.bench.pads import looking_on
from kiosk.bench.site import Site, serving, site
from kiosk.ports import KioskError

PADS = 50
COUNTERS_OPEN = 16
_WARMING = 4
_TELLER = "bench-teller-at-page"
_LIVE = "document.querySelector('#beat')?.dataset.now"
"""The page's socket has brought something."""


async def called_to_console(branch: Branch, count: int) -> Run:
    """The console of the teller who calls, signed in there as a teller is.

    ``kiosk run`` with fifty PADs and the pages of :func:`_hall`; the call goes out over HTTP as
    the page would send it. ``arrived`` is the median until the number stood in the page.
    """
    with site() as place:
        password = place.password_of_teller(_TELLER)
        own, *others = counters = place.with_counters(COUNTERS_OPEN)
        staff = staff_of(place, counters)
        async with _hall(place, {counter: staff[counter] for counter in others}) as page:
            token = await _sign_in(place, page, password)
            await page.watch("#counter .number")
            await page.open(_address(place, f"/counter/{own}"), _LIVE)
            async with at_counters(place, {own: token}, count) as tellers:
                return await _called(page, tellers, count)


async def called_to_board(branch: Branch, count: int) -> Run:
    """A page that follows: the hall board in the browser, while sixteen tellers call in turn."""
    with site() as place:
        staff = staff_of(place, place.with_counters(COUNTERS_OPEN))
        async with _hall(place, staff) as page:
            await page.watch("#calling .newest .number")
            await page.open(_address(place, "/board"), _LIVE)
            async with at_counters(place, staff, count) as tellers:
                return await _called(page, tellers, count)


@asynccontextmanager
async def _hall(place: Site, consoles: dict[str, str]) -> AsyncIterator[Page]:
    """A branch with its PADs and these tellers' consoles; an empty page of a browser."""
    program()  # before anything is begun
    signed_in = place.managers_at_pads(PADS)
    followed = [(f"/live?page=counter/{one}", token) for one, token in consoles.items()]
    async with AsyncExitStack() as ending:
        await ending.enter_async_context(serving(place))
        await ending.enter_async_context(looking_on(place, signed_in))
        await ending.enter_async_context(following(place, followed))
        yield await ending.enter_async_context(chromium(place.folder / "browser"))


async def _sign_in(place: Site, page: Page, password: str) -> str:
    """In the browser, which keeps the cookie; the session, with which the call is commanded."""
    await page.open(_address(place, "/board"), _LIVE)
    body = json.dumps(json.dumps({"user": _TELLER, "password": password}))
    asked = f"fetch('/api/v1/login', {{method: 'POST', body: {body}}})"
    token = await page.evaluate(
        f"{asked}.then((answer) => answer.json()).then(({{token}}) => token)"
    )
    if token is None:
        raise KioskError("nobody could sign in at the page")
    return str(token)


async def _called(page: Page, tellers: Tellers, count: int) -> Run:
    times, arrived = [], []
    for _ in range(_WARMING + count):
        pressed, number = await tellers.next()
        painted = await page.painted(number)
        times.append(painted.at - pressed)
        arrived.append(painted.arrived - pressed)
    besides = {"arrived": 1000 * median(arrived[_WARMING:])}
    return Run(times[_WARMING:], besides=besides)


def _address(place: Site, path: str) -> str:
    return f"http://127.0.0.1:{place.http}{path}"
