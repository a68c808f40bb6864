"""P1a: from the last byte of a swipe or a code at the port to the recognised client on a screen's feed."""

import os
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import BRANCH, Site, serving, site
from kiosk.bench.touch import SETTINGS, Touch, touchscreen, window_token
from kiosk.cardreader.scansimulator import SimulatedScanner
from kiosk.cardreader.simulator import SampleCard, SimulatedCardReader, sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples, sample_references
from kiosk.domain.ids import ClientRef
from kiosk.domain.visitcode import SERIAL_BYTES, VisitCode, encode
from kiosk.keys.changing import ChangingKey
from kiosk.keys.keyfile import load_key

_READER = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{}"
"""
_SCANNER = """
[[reader]]
id = "scanner"
driver = "scanner-serial"
port = "{}"
"""
_WARMING = 5


async def swiped_to_recognised(branch: Branch, count: int) -> Run:
    """``kiosk run`` in a process of its own, embedded directory; reader and window are here.

    The clock runs from when the pseudo-terminal has taken the swipe's last byte until the window
    has the screen that greets its holder. Another card each time, or else it is the same reading.
    """
    with site() as place, SimulatedCardReader(place.folder, "swipe") as reader:
        place.equip(SETTINGS + _READER.format(reader.port))
        cards = await _enrol(place)
        token = window_token(place)
        async with serving(place), touchscreen(place, token) as touch:
            order = islice(cycle(cards), _WARMING + count)
            times = [await _recognised(reader.swipe(card), touch) for card in order]
    return Run(times[_WARMING:])


async def scanned_to_recognised(branch: Branch, count: int) -> Run:
    """The same with codes of clients, who choose their service at the screen."""
    with site() as place, SimulatedScanner(place.folder, "scanner") as scanner:
        place.equip(SETTINGS + _SCANNER.format(scanner.port))
        await _enrol(place)
        key = load_key(place.var / "secrets" / "code.key", "code key")
        token = window_token(place)
        async with serving(place), touchscreen(place, token) as touch:
            order = islice(cycle(sample_references().values()), _WARMING + count)
            codes = [_code(client, key) for client in order]
            times = [await _recognised(scanner.scan(code), touch) for code in codes]
    return Run(times[_WARMING:])


def _code(client: ClientRef, key: bytes) -> str:
    expires = datetime.now(UTC) + timedelta(hours=1)
    return encode(VisitCode(BRANCH, expires, os.urandom(SERIAL_BYTES), client=client), key)


async def _enrol(place: Site) -> list[SampleCard]:
    """Their cards."""
    cards = [card for label, card in sample_cards().items() if label != "unknown"]
    key = load_key(place.card_key)
    tokens = {card.label: (card.token(key), card.scheme) for card in cards}
    directory = EmbeddedDirectory(
        place.var / "clients.db", lambda: ChangingKey(b"no document is looked up")
    )
    await directory.open()
    try:
        await enrol_samples(directory, tokens, datetime.now(UTC).date())
    finally:
        await directory.close()
    return cards


async def _recognised(showing: Coroutine[None, None, None], touch: Touch) -> float:
    before = touch.screen.get("greeting")
    await showing
    shown = time.perf_counter()
    await touch.until(
        lambda screen: (
            screen["kind"] == "services"
            and screen["greeting"] != before
            and screen["notice"] is None
        )
    )
    return time.perf_counter() - shown
