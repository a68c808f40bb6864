"""P1a: from the last byte of a swipe at the port to the recognised client on a screen's feed."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle, islice

from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import Site, serving, site
from kiosk.bench.touch import SETTINGS, Touch, touchscreen, window_token
from kiosk.cardreader.simulator import SampleCard, SimulatedCardReader, sample_cards
from kiosk.cardreader.token import load_key
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples

_READER = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
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
        cards = [card for label, card in sample_cards().items() if label != "unknown"]
        await _enrol(place, cards)
        token = window_token(place)
        async with serving(place), touchscreen(place, token) as touch:
            order = islice(cycle(cards), _WARMING + count)
            times = [await _swipe(reader, card, touch) for card in order]
    return Run(times[_WARMING:])


async def _enrol(place: Site, cards: Sequence[SampleCard]) -> None:
    key = load_key(place.card_key)
    tokens = {card.label: (card.token(key), card.scheme) for card in cards}
    directory = EmbeddedDirectory(place.var / "clients.db", b"no document is looked up")
    await directory.open()
    try:
        await enrol_samples(directory, tokens, datetime.now(UTC).date())
    finally:
        await directory.close()


async def _swipe(reader: SimulatedCardReader, card: SampleCard, touch: Touch) -> float:
    before = touch.screen.get("greeting")
    await reader.swipe(card)
    swiped = time.perf_counter()
    await touch.until(
        lambda screen: (
            screen["kind"] == "services"
            and screen["greeting"] != before
            and screen["notice"] is None
        )
    )
    return time.perf_counter() - swiped
