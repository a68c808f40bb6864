"""The bench's own addresses: pictures out, hands in. They exist only where there is a bench."""

import asyncio
import os

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kiosk.cardreader.scansimulator import SampleCode
from kiosk.cardreader.simulator import sample_cards
from kiosk.counterports import Key as PadKey
from kiosk.display.picture import action_at, picture
from kiosk.domain.events import Actor
from kiosk.domain.ids import CounterId
from kiosk.flow.verbs import VERBS
from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.web.answers import Body, read_body
from kiosk.web.context import TouchPort, WebContext
from kiosk.web.pages.bench import Bench, bench_teller, slip_id
from kiosk.web.pages.benchdoors import DONE, choice, eye, found, hand, named, png
from kiosk.web.pages.hands import Hand, Manner, Plug, handle, move_plug, swipe
from kiosk.web.refusals import InvalidRequest

TOUCH_SCALE = 2 / 3
BOARD_SCALE = 1 / 2
"""How large pictures of the screens are made; coordinates of touches are of the full size."""


class Touch(Body):
    """Where a screen was touched, in its full size, or which of its buttons."""

    number: int
    x: float = 0
    y: float = 0
    action: str | None = None


class Swipe(Body):
    """Which card, and how."""

    card: str
    manner: Manner = Manner.PROPERLY


class Showing(Body):
    """Which kind of code; none: the same once more."""

    code: SampleCode | None = None


class BenchRoutes:
    """Hands and eyes of the bench over HTTP."""

    def __init__(self, context: WebContext, bench: Bench) -> None:
        self._context = context
        self._bench = bench

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        reader, printer = "/bench/reader/{name}", "/bench/printer/{name}"
        return [
            eye("/bench/board.png", self.board_picture),
            eye("/bench/touch/{name}.png", self.touch_picture),
            eye(printer + "/slip/{slip}.png", self.slip_picture),
            hand("/bench/touch/{name}", self.touch),
            hand(reader + "/swipe", self.swipe),
            hand(reader + "/{plug}", self.plug),
            hand(printer + "/{hand}", self.handle),
            hand("/bench/counter/{counter}/{verb}", self.teller),
            hand("/bench/pad/{name}/key/{key}", self.press),
            hand("/bench/pad/{name}/{plug}", self.pad_plug),
            hand("/bench/led/{name}/{plug}", self.led_plug),
            hand("/bench/bus/noise", self.noise),
        ]

    async def board_picture(self, _: Request) -> Response:
        """The hall board as its window draws it."""
        screen = self._context.board_screen(await self._context.desk.branch())
        return png(await asyncio.to_thread(picture, screen, BOARD_SCALE))

    async def touch_picture(self, request: Request) -> Response:
        """The touch screen as its window draws it."""
        screen = self._touchscreen(request).screen
        return png(await asyncio.to_thread(picture, screen, TOUCH_SCALE))

    async def slip_picture(self, request: Request) -> Response:
        """A printed slip."""
        printer = named(request, self._bench.printers)
        wanted = request.path_params["slip"]
        slip = next((one for one in printer.paper if slip_id(one) == wanted), None)
        if slip is None:
            raise HTTPException(404)
        return png(await asyncio.to_thread(slip.png))

    async def touch(self, request: Request) -> Response:
        """A touch of a point of screen ``number``, or of one of its buttons by its ``action``."""
        port = self._touchscreen(request)
        touch = await read_body(request, Touch)
        action = touch.action or action_at(port.screen, touch.x, touch.y)
        if action is not None:
            try:
                port.touch(action, touch.number)
            except ValueError as error:
                raise InvalidRequest([("action", str(error))]) from None
        return DONE

    async def swipe(self, request: Request) -> Response:
        """A sample card through the reader."""
        reader = named(request, self._bench.readers)
        wish = await read_body(request, Swipe)
        await swipe(reader, found(sample_cards(), wish.card), wish.manner)
        return DONE

    async def plug(self, request: Request) -> Response:
        """A reader's plug pulled or put in."""
        move_plug(named(request, self._bench.readers), choice(Plug, request, "plug"))
        return DONE

    async def handle(self, request: Request) -> Response:
        """Something done to a printer."""
        handle(named(request, self._bench.printers), choice(Hand, request, "hand"))
        return DONE

    async def teller(self, request: Request) -> Response:
        """A key pressed by the sample teller of a counter."""
        counter = CounterId(request.path_params["counter"])
        command = found(VERBS, request.path_params["verb"])
        teller = bench_teller(counter)
        await self._context.desk.submit(command(counter, teller), Actor("teller", teller, "bench"))
        return DONE

    async def press(self, request: Request) -> Response:
        """A key of a call pad."""
        pad = named(request, self._bench.calling.pads)
        key = choice(PadKey, request, "key")
        if key not in pad.keys:
            raise HTTPException(404)
        pad.press(key)
        return DONE

    async def pad_plug(self, request: Request) -> Response:
        """A call pad's plug pulled or put in."""
        move_plug(named(request, self._bench.calling.pads), choice(Plug, request, "plug"))
        return DONE

    async def led_plug(self, request: Request) -> Response:
        """A counter display's plug pulled or put in."""
        move_plug(named(request, self._bench.calling.leds), choice(Plug, request, "plug"))
        return DONE

    async def noise(self, request: Request) -> Response:
        """Bytes on the bus that nobody sent."""
        bus = self._bench.calling.bus
        if bus is None:
            raise HTTPException(404)
        await bus.noise(os.urandom(64))
        return DONE

    def _touchscreen(self, request: Request) -> TouchPort:
        return found(self._context.touchscreens, request.path_params["name"])


class ScannerRoutes:
    """The scanners of the bench over HTTP."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        scanner = "/bench/scanner/{name}"
        return [
            hand(scanner + "/scan", self.scan),
            hand(scanner + "/{plug}", self.plug),
        ]

    async def scan(self, request: Request) -> Response:
        """A sample code held before the scanner."""
        scanner = named(request, self._bench.scanners)
        wish = await read_body(request, Showing)
        if wish.code is None:
            await scanner.scan_again()
        else:
            await scanner.scan(self._bench.sample_code(wish.code))
        return DONE

    async def plug(self, request: Request) -> Response:
        """A scanner's plug pulled or put in."""
        move_plug(named(request, self._bench.scanners), choice(Plug, request, "plug"))
        return DONE


class VoiceRoutes:
    """The voice of the bench over HTTP."""

    def __init__(self, loudspeaker: SimulatedLoudspeaker) -> None:
        self._loudspeaker = loudspeaker

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            eye("/bench/voice/{number:int}.wav", self.recording),
            hand("/bench/voice/{plug}", self.plug),
        ]

    async def recording(self, request: Request) -> Response:
        """What the voice said."""
        said = {one.number: one for one in self._loudspeaker.heard}
        number = request.path_params["number"]
        if number not in said:
            raise HTTPException(404)
        return Response(said[number].wav(), media_type="audio/wav")

    async def plug(self, request: Request) -> Response:
        """The loudspeaker's plug pulled or put in."""
        move_plug(self._loudspeaker, choice(Plug, request, "plug"))
        return DONE
