"""The branch that is soaked: ``kiosk run`` as a child, its devices' far ends and its people here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import mean

from kiosk.bench.caller import Caller
from kiosk.bench.devices import devices
from kiosk.bench.site import Site, ready, site, started
from kiosk.bench.touch import token_of_window, touchscreen
from kiosk.cardreader.simulator import SampleCard, sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples
from kiosk.domain.events import Fact
from kiosk.domain.role import Role
from kiosk.keys.changing import ChangingKey
from kiosk.keys.keyfile import load_key
from kiosk.sim.scenario import Scenario
from kiosk.soak.brokerprocess import BrokerProcess
from kiosk.soak.crowd import Diary, Doorway, Pad, Teller, arrivals
from kiosk.soak.disk import Disk
from kiosk.soak.mishaps import Mishaps, degraded
from kiosk.soak.output import written_down
from kiosk.soak.steppedclock import SteppedClock, compiler
from kiosk.soak.troubleddirectory import TroubledDirectory
from kiosk.soak.troubles import (
    at_the_broker,
    at_the_clock,
    at_the_directory,
    at_the_disk,
    at_the_printer,
    at_the_reader,
)
from kiosk.store.log import SqliteLog
from kiosk.tasks import end

PADS = 10
MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Soaked:
    """A branch at work."""

    place: Site
    pid: int
    """Of the controller."""
    watch: Caller
    diary: Diary
    working: tuple[asyncio.Task[None], ...]
    """Everybody; none of them ends by itself."""

    def facts(self) -> list[Fact]:
        """The whole log, as it is now."""
        with closing(SqliteLog(self.place.var / "log.db")) as log:
            return log.read(0, MANY)

    @property
    def output(self) -> str:
        """What the controller has said so far."""
        return (self.place.folder / "output.txt").read_text()


@asynccontextmanager
async def soaked(scenario: Scenario, pace: float, seed: str, every: float) -> AsyncIterator[Soaked]:
    """Everything at work; a mishap after ``every`` seconds, more or less."""
    async with AsyncExitStack() as ending:
        place = ending.enter_context(site())
        reader, printer = await ending.enter_async_context(devices(place))
        counters = place.with_counters(len(scenario.counter))
        staff = {counter: place.teller(f"soak-teller-{counter}") for counter in counters}
        tokens = {role: place.program(f"soak-{role}", role) for role in _PROGRAMS}
        cards = await _enrol(place)
        clock = SteppedClock(place.folder) if compiler() else None
        environment = {"SDL_VIDEODRIVER": "dummy", **(clock.environment if clock else {})}
        said = await ending.enter_async_context(written_down(place.folder / "output.txt"))
        process = await ending.enter_async_context(started(place, environment, said=said))
        await ready(place)

        async def caller(token: str) -> Caller:
            return await ending.enter_async_context(Caller(place.http, token))

        luck, diary = Random(seed), Diary()  # noqa: S311 - no cryptography
        window = await token_of_window(process.pid)
        touch = await ending.enter_async_context(touchscreen(place, window))
        terminal = await caller(tokens[Role.TERMINAL])
        door = Doorway(terminal, touch, reader, cards, diary=diary, luck=luck)
        kinds = [
            *at_the_printer(printer),
            *at_the_reader(reader),
            *at_the_broker(BrokerProcess(place.var / "broker" / "mosquitto.pid")),
            *at_the_directory(TroubledDirectory(place.var / "clients.db")),
            *at_the_disk(Disk(process.pid)),
            *(at_the_clock(clock, luck) if clock else ()),
        ]
        told = partial(degraded, await caller(tokens[Role.MONITORING]))
        mishaps = Mishaps(kinds, told, diary, luck, every)
        service = 60 * mean(one.mean for one in scenario.service) / pace
        tellers = [
            Teller(counter, await caller(session), diary, service, luck)
            for counter, session in staff.items()
        ]
        pads = [Pad(place.http, tokens[Role.TERMINAL], diary, luck) for _ in range(PADS)]
        work = (
            door.open(arrivals(scenario, pace, seed)),
            door.at_the_screen(),
            mishaps.run(),
            *(teller.work() for teller in tellers),
            *(pad.look_on() for pad in pads),
        )
        working = tuple(asyncio.create_task(one) for one in work)
        ending.push_async_callback(end, *working)
        watch = await caller(tokens[Role.MONITORING])
        yield Soaked(place, process.pid, watch, diary, working)


_PROGRAMS = (Role.TERMINAL, Role.MONITORING)


async def _enrol(place: Site) -> Mapping[str, SampleCard]:
    """Sample clients with their cards; the cards by label."""
    cards = {label: card for label, card in sample_cards().items() if label != "unknown"}
    key = load_key(place.card_key)
    directory = EmbeddedDirectory(
        place.var / "clients.db", lambda: ChangingKey(b"no document is looked up")
    )
    await directory.open()
    try:
        tokens = {label: (card.token(key), card.scheme) for label, card in cards.items()}
        await enrol_samples(directory, tokens, datetime.now(UTC).date())
    finally:
        await directory.close()
    return cards
