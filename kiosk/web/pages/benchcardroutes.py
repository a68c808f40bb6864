"""The readers of the bench on which cards are laid, over HTTP."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.idsimulator import sample_id_cards
from kiosk.cardreader.simulator import sample_cards
from kiosk.web.answers import Body, read_body
from kiosk.web.pages.bench import Bench
from kiosk.web.pages.benchdoors import DONE, choice, found, hand, named
from kiosk.web.pages.hands import Plug, move_plug


class Laying(Body):
    """Which card is laid on a reader, and how."""

    card: str
    askew: bool = False


class CardPlaceRoutes:
    """The readers of the bench on which cards are laid, over HTTP."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        id_reader, chip_reader = "/bench/id-reader/{name}", "/bench/chip-reader/{name}"
        return [
            hand(id_reader + "/put", self.put_id_card),
            hand(id_reader + "/lift", self.lift_id_card),
            hand(id_reader + "/{plug}", self.id_plug),
            hand(chip_reader + "/put", self.put_chip),
            hand(chip_reader + "/lift", self.lift_chip),
            hand(chip_reader + "/{plug}", self.chip_plug),
        ]

    async def put_id_card(self, request: Request) -> Response:
        """A sample identity card laid on its reader."""
        reader = named(request, self._bench.id_readers)
        wish = await read_body(request, Laying)
        card = found(sample_id_cards(), wish.card)
        (reader.put_askew if wish.askew else reader.put)(card)
        return DONE

    async def lift_id_card(self, request: Request) -> Response:
        """The identity card taken away."""
        named(request, self._bench.id_readers).lift()
        return DONE

    async def id_plug(self, request: Request) -> Response:
        """The plug of a reader of identity cards pulled or put in."""
        move_plug(named(request, self._bench.id_readers), choice(Plug, request, "plug"))
        return DONE

    async def put_chip(self, request: Request) -> Response:
        """A sample card held to a reader of chip cards."""
        reader = named(request, self._bench.chip_readers)
        wish = await read_body(request, Laying)
        chip = SampleChip(found(sample_cards(), wish.card))
        (reader.put_askew if wish.askew else reader.put)(chip)
        return DONE

    async def lift_chip(self, request: Request) -> Response:
        """The chip card taken away."""
        named(request, self._bench.chip_readers).take()
        return DONE

    async def chip_plug(self, request: Request) -> Response:
        """The plug of a reader of chip cards pulled or put in."""
        move_plug(named(request, self._bench.chip_readers), choice(Plug, request, "plug"))
        return DONE
