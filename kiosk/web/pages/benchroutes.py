"""The bench's own addresses: pictures out, hands in. They exist only where there is a bench."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.idsimulator import sample_id_cards
from kiosk.cardreader.scansimulator import SampleCode
from kiosk.cardreader.simulator import sample_cards
from kiosk.counterports import Key as PadKey
from kiosk.display.picture import action_at, picture
from kiosk.domain.events import Actor
from kiosk.domain.ids import CounterId, DeviceId
from kiosk.flow.verbs import VERBS
from kiosk.voice.simulator import SimulatedLoudspeaker
from kiosk.web.answers import Body, read_body
from kiosk.web.context import TouchPort, WebContext
from kiosk.web.pages.bench import Bench, bench_teller, slip_id
from kiosk.web.pages.hands import Hand, Manner, Plug, handle, move_plug, swipe
from kiosk.web.refusals import InvalidRequest

Key = TypeVar("Key", bound=str)
Thing = TypeVar("Thing")
Choice = TypeVar("Choice", bound=StrEnum)

TOUCH_SCALE = 2 / 3
BOARD_SCALE = 1 / 2
"""How large pictures of the screens are made; coordinates of touches are of the full size."""

Handler = Callable[[Request], Awaitable[Response]]
DONE = Response(status_code=204)


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


class Laying(Body):
    """Which card is laid on a reader, and how."""

    card: str
    askew: bool = False


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
            _eye("/bench/board.png", self.board_picture),
            _eye("/bench/touch/{name}.png", self.touch_picture),
            _eye(printer + "/slip/{slip}.png", self.slip_picture),
            _hand("/bench/touch/{name}", self.touch),
            _hand(reader + "/swipe", self.swipe),
            _hand(reader + "/{plug}", self.plug),
            _hand(printer + "/{hand}", self.handle),
            _hand("/bench/counter/{counter}/{verb}", self.teller),
            _hand("/bench/pad/{name}/key/{key}", self.press),
            _hand("/bench/pad/{name}/{plug}", self.pad_plug),
            _hand("/bench/led/{name}/{plug}", self.led_plug),
            _hand("/bench/bus/noise", self.noise),
        ]

    async def board_picture(self, _: Request) -> Response:
        """The hall board as its window draws it."""
        screen = self._context.board_screen(await self._context.desk.branch())
        return _png(await asyncio.to_thread(picture, screen, BOARD_SCALE))

    async def touch_picture(self, request: Request) -> Response:
        """The touch screen as its window draws it."""
        screen = self._touchscreen(request).screen
        return _png(await asyncio.to_thread(picture, screen, TOUCH_SCALE))

    async def slip_picture(self, request: Request) -> Response:
        """A printed slip."""
        printer = _named(request, self._bench.printers)
        wanted = request.path_params["slip"]
        slip = next((one for one in printer.paper if slip_id(one) == wanted), None)
        if slip is None:
            raise HTTPException(404)
        return _png(await asyncio.to_thread(slip.png))

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
        reader = _named(request, self._bench.readers)
        wish = await read_body(request, Swipe)
        await swipe(reader, _found(sample_cards(), wish.card), wish.manner)
        return DONE

    async def plug(self, request: Request) -> Response:
        """A reader's plug pulled or put in."""
        move_plug(_named(request, self._bench.readers), _choice(Plug, request, "plug"))
        return DONE

    async def handle(self, request: Request) -> Response:
        """Something done to a printer."""
        handle(_named(request, self._bench.printers), _choice(Hand, request, "hand"))
        return DONE

    async def teller(self, request: Request) -> Response:
        """A key pressed by the sample teller of a counter."""
        counter = CounterId(request.path_params["counter"])
        command = _found(VERBS, request.path_params["verb"])
        teller = bench_teller(counter)
        await self._context.desk.submit(command(counter, teller), Actor("teller", teller, "bench"))
        return DONE

    async def press(self, request: Request) -> Response:
        """A key of a call pad."""
        pad = _named(request, self._bench.calling.pads)
        key = _choice(PadKey, request, "key")
        if key not in pad.keys:
            raise HTTPException(404)
        pad.press(key)
        return DONE

    async def pad_plug(self, request: Request) -> Response:
        """A call pad's plug pulled or put in."""
        move_plug(_named(request, self._bench.calling.pads), _choice(Plug, request, "plug"))
        return DONE

    async def led_plug(self, request: Request) -> Response:
        """A counter display's plug pulled or put in."""
        move_plug(_named(request, self._bench.calling.leds), _choice(Plug, request, "plug"))
        return DONE

    async def noise(self, request: Request) -> Response:
        """Bytes on the bus that nobody sent."""
        bus = self._bench.calling.bus
        if bus is None:
            raise HTTPException(404)
        await bus.noise(os.urandom(64))
        return DONE

    def _touchscreen(self, request: Request) -> TouchPort:
        return _found(self._context.touchscreens, request.path_params["name"])


class CardPlaceRoutes:
    """The readers of the bench on which cards are laid, over HTTP."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        id_reader, chip_reader = "/bench/id-reader/{name}", "/bench/chip-reader/{name}"
        return [
            _hand(id_reader + "/put", self.put_id_card),
            _hand(id_reader + "/lift", self.lift_id_card),
            _hand(id_reader + "/{plug}", self.id_plug),
            _hand(chip_reader + "/put", self.put_chip),
            _hand(chip_reader + "/lift", self.lift_chip),
            _hand(chip_reader + "/{plug}", self.chip_plug),
        ]

    async def put_id_card(self, request: Request) -> Response:
        """A sample identity card laid on its reader."""
        reader = _named(request, self._bench.id_readers)
        wish = await read_body(request, Laying)
        card = _found(sample_id_cards(), wish.card)
        (reader.put_askew if wish.askew else reader.put)(card)
        return DONE

    async def lift_id_card(self, request: Request) -> Response:
        """The identity card taken away."""
        _named(request, self._bench.id_readers).lift()
        return DONE

    async def id_plug(self, request: Request) -> Response:
        """The plug of a reader of identity cards pulled or put in."""
        move_plug(_named(request, self._bench.id_readers), _choice(Plug, request, "plug"))
        return DONE

    async def put_chip(self, request: Request) -> Response:
        """A sample card held to a reader of chip cards."""
        reader = _named(request, self._bench.chip_readers)
        wish = await read_body(request, Laying)
        chip = SampleChip(_found(sample_cards(), wish.card))
        (reader.put_askew if wish.askew else reader.put)(chip)
        return DONE

    async def lift_chip(self, request: Request) -> Response:
        """The chip card taken away."""
        _named(request, self._bench.chip_readers).take()
        return DONE

    async def chip_plug(self, request: Request) -> Response:
        """The plug of a reader of chip cards pulled or put in."""
        move_plug(_named(request, self._bench.chip_readers), _choice(Plug, request, "plug"))
        return DONE


class ScannerRoutes:
    """The scanners of the bench over HTTP."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        scanner = "/bench/scanner/{name}"
        return [
            _hand(scanner + "/scan", self.scan),
            _hand(scanner + "/{plug}", self.plug),
        ]

    async def scan(self, request: Request) -> Response:
        """A sample code held before the scanner."""
        scanner = _named(request, self._bench.scanners)
        wish = await read_body(request, Showing)
        if wish.code is None:
            await scanner.scan_again()
        else:
            await scanner.scan(self._bench.sample_code(wish.code))
        return DONE

    async def plug(self, request: Request) -> Response:
        """A scanner's plug pulled or put in."""
        move_plug(_named(request, self._bench.scanners), _choice(Plug, request, "plug"))
        return DONE


class VoiceRoutes:
    """The voice of the bench over HTTP."""

    def __init__(self, loudspeaker: SimulatedLoudspeaker) -> None:
        self._loudspeaker = loudspeaker

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            _eye("/bench/voice/{number:int}.wav", self.recording),
            _hand("/bench/voice/{plug}", self.plug),
        ]

    async def recording(self, request: Request) -> Response:
        """What the voice said."""
        said = {one.number: one for one in self._loudspeaker.heard}
        number = request.path_params["number"]
        if number not in said:
            raise HTTPException(404)
        headers = {"cache-control": "no-store"}
        return Response(said[number].wav(), 200, headers, "audio/wav")

    async def plug(self, request: Request) -> Response:
        """The loudspeaker's plug pulled or put in."""
        move_plug(self._loudspeaker, _choice(Plug, request, "plug"))
        return DONE


def _eye(path: str, answer: Handler) -> Route:
    return Route(path, answer, name="page-bench")


def _hand(path: str, answer: Handler) -> Route:
    return Route(path, answer, methods=["POST"], name="page-bench")


def _png(data: bytes) -> Response:
    return Response(data, 200, {"cache-control": "no-store"}, "image/png")


def _named(request: Request, devices: Mapping[DeviceId, Thing]) -> Thing:
    return _found(devices, DeviceId(request.path_params["name"]))


def _found(things: Mapping[Key, Thing], name: Key) -> Thing:
    if name not in things:
        raise HTTPException(404)
    return things[name]


def _choice(kind: type[Choice], request: Request, parameter: str) -> Choice:
    try:
        return kind(request.path_params[parameter])
    except ValueError:
        raise HTTPException(404) from None
