"""The services to choose from, as a finished screen."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from kiosk.display.buttons import MORE, button, language_buttons
from kiosk.display.ending import countdown, way_out
from kiosk.display.expected import before_choosing
from kiosk.display.notices import told
from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.ids import Language
from kiosk.domain.visit import ChoosingService, Offer
from kiosk.flow.state import named
from kiosk.locale import say, say_count
from kiosk.locale.greeting import greeting

Json = dict[str, Any]

ROOM = {
    Accessibility(): 15,
    Accessibility(low_reach=True): 8,
    Accessibility(large_text=True): 5,
    Accessibility(large_text=True, low_reach=True): 3,
}
"""How many services one screen holds."""


def services_screen(
    stage: ChoosingService, accessibility: Accessibility, words: str, clock: datetime
) -> Json:
    """The fields of the screen that are its own (see :mod:`kiosk.display.screen`)."""
    others = [language for language in stage.languages if language != stage.language]
    if stage.remaining is not None and accessibility != USUAL:
        others = []  # their place is that of the way to stay
    return {
        "kind": "services",
        "greeting": greeting(stage.client, words, clock.hour),
        "title": _question(stage.number, words),
        "priority": say(words, "We serve you with priority.") if stage.priority else None,
        "notice": told(stage.notice, words, stage.document),
        "countdown": countdown(stage.remaining, words),
        "buttons": [
            *_choices(stage, ROOM[accessibility], words),
            *language_buttons(others),
            *way_out(stage.remaining, words),
        ],
    }


def _choices(stage: ChoosingService, room: int, words: str) -> Iterator[Json]:
    """The services of the present page, and the way to the next; after the last the first comes."""
    offers = stage.offers
    if len(offers) <= room:
        yield from (_service_button(offer, stage.language, words) for offer in offers)
        return
    pages = list(_batched(offers, room - 1))
    page = pages[stage.page % len(pages)]
    yield from (_service_button(offer, stage.language, words) for offer in page)
    yield button(MORE, say(words, "More services"), "more")


def _batched(offers: Sequence[Offer], size: int) -> Iterator[Sequence[Offer]]:
    return (offers[start : start + size] for start in range(0, len(offers), size))


def _question(number: str | None, words: str) -> str:
    if number is None:
        return say(words, "What can we do for you today?")
    return say(words, "You keep number {number}. Which service?", number=number)


def _service_button(offer: Offer, language: Language, words: str) -> Json:
    name = named(offer.names, language)
    wait = before_choosing(offer, words)
    detail = _queue(offer, words)
    return button(
        f"service:{offer.service}",
        name,
        "service",
        detail,
        wait,
        enabled=offer.open and offer.left != 0,
    )


def _queue(offer: Offer, words: str) -> str:
    if not offer.open:
        if offer.opens_at is None:
            return say(words, "Closed for today")
        return say(words, "Opens at {time}", time=f"{offer.opens_at:%H:%M}")
    if offer.left == 0:
        return say(words, "No more numbers today")
    if offer.left is not None:
        return say_count(words, "The last {count} number", "The last {count} numbers", offer.left)
    if offer.closes_at is not None:
        return say(words, "Closes at {time}", time=f"{offer.closes_at:%H:%M}")
    if offer.waiting == 0:
        return say(words, "Nobody is waiting")
    return say_count(
        words, "{count} person is waiting", "{count} people are waiting", offer.waiting
    )
