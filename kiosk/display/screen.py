"""Touch screens: from the stage of a visit to a finished screen, every text in a language to read.

A finished screen is plain JSON. ``kind`` says which fields it has besides ``kind``, ``branch``,
``notice`` (or null), ``buttons``, ``footer``, ``large_text`` and ``low_reach``:

``idle``       ``icon``, ``welcome``: one ``{"title", "text"}`` for each of up to two languages
``wait``       ``title``, ``text``
``phone``      ``title``, ``text``, ``country`` (its code), ``groups``: of digits, each ``""`` (missing),
               ``"•"`` or the one that was typed last; ``countdown`` as of ``services``
``services``   ``greeting``, ``title``, ``priority`` (or null), ``countdown`` (or null):
               ``{"seconds", "text"}``
``ticket``     ``title``, ``ticket`` (the number), ``service``, ``ahead`` and ``wait`` (or null), ``slip``:
               ``{"icon", "text"}``, ``follow`` (or null): ``{"address", "text"}``; ``countdown``
``lost``       ``title``, ``text`` (see :mod:`kiosk.display.outage`)

A button is ``{"action", "label", "detail", "wait", "enabled", "style", "icon"}``; styles are
``language``, ``service``, ``more``, ``phone``, ``country``, ``key``, ``quiet``, ``primary``, and for
the buttons with an icon ``access`` or, while what they mean is so, ``access-on``. Where there is
little room ``wait`` stands in the place of ``detail``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from kiosk.display.accessibility import accessibility_buttons
from kiosk.display.buttons import CANCEL, PHONE, STAY, WRONG, button, language_buttons
from kiosk.display.ending import countdown
from kiosk.display.expected import beside_number
from kiosk.display.notices import told
from kiosk.display.phonescreen import phone_screen
from kiosk.display.servicescreen import services_screen
from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.ids import Language
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CardUse,
    ChoosingService,
    EnteringPhone,
    HoldingTicket,
    Identifying,
    Idle,
    Issuing,
    Stage,
)
from kiosk.flow.state import named
from kiosk.locale import complete_languages, say, say_count

Json = dict[str, Any]


def touch_screen(
    stage: Stage,
    accessibility: Accessibility = USUAL,
    *,
    branch_names: Mapping[Language, str],
    languages: Sequence[Language],
    fallback: str,
    clock: datetime,
) -> Json:
    """The finished screen of a stage.

    ``accessibility`` is how its person wants it.
    ``languages`` are the branch's; one without a catalogue is read in ``fallback`` instead.
    ``clock`` is the branch's local time: the greeting suits it (OPR-33).
    """
    language = languages[0] if isinstance(stage, Idle) else stage.language
    words = spoken(language, fallback)
    frame: Json = {
        "branch": named(branch_names, language),
        "notice": None,
        "buttons": [],
        "footer": say(words, "If you need help, please ask our staff."),
        "large_text": accessibility.large_text,
        "low_reach": accessibility.low_reach,
    }
    shown = frame | _own(stage, accessibility, words, _two(languages, fallback), clock)
    if not (isinstance(stage, Idle) and stage.out_of_order):
        shown["buttons"] += accessibility_buttons(accessibility, words)
    return shown


def _own(
    stage: Stage, accessibility: Accessibility, words: str, two: list[str], clock: datetime
) -> Json:
    """What the screen of this stage has of its own."""
    match stage:
        case Idle():
            return _idle(stage, two)
        case Identifying():
            return _wait(words, say(words, "We are looking you up."))
        case EnteringPhone():
            return phone_screen(stage, words)
        case ChoosingService():
            return services_screen(stage, accessibility, words, clock)
        case Issuing():
            return _wait(words, say(words, "Your number is on its way."))
        case HoldingTicket():
            return _ticket(stage, words)
        case _:
            assert_never(stage)


def spoken(language: str, fallback: str) -> str:
    """The language that somebody who asked for ``language`` reads."""
    return language if language in complete_languages() else fallback


def _two(languages: Sequence[Language], fallback: str) -> list[str]:
    return list(dict.fromkeys(spoken(language, fallback) for language in languages))[:2]


def _idle(stage: Idle, two: list[str]) -> Json:
    if stage.out_of_order:
        return _out_of_order(two)
    icon = "card" if stage.card else "hand"
    return {
        "kind": "idle",
        "icon": icon if stage.open else "closed",
        "welcome": [_welcome(stage, words) for words in two],
        "notice": _idle_notice(stage, two[0]),
        "buttons": [*language_buttons(stage.languages), *_phone_button(stage, two)],
    }


def _phone_button(stage: Idle, two: list[str]) -> Iterator[Json]:
    """For whoever has no card; in both languages, for none is chosen yet."""
    if stage.phone:
        label, *others = (say(words, "No card? Type your phone number") for words in two)
        yield button(PHONE, label, "phone", next(iter(others), None))


def _out_of_order(two: list[str]) -> Json:
    """Staff go on with the paper roll; a screen that is touched all the same does nothing."""
    return {
        "kind": "idle",
        "icon": "closed",
        "welcome": [
            {
                "title": say(words, "No numbers here just now"),
                "text": say(words, "Please ask our staff for a number on paper."),
            }
            for words in two
        ],
    }


def _welcome(stage: Idle, words: str) -> Json:
    if not stage.open:
        return {"title": say(words, "We are closed now"), "text": _next_opening(stage, words)}
    return {"title": say(words, "Welcome"), "text": _how_to_begin(stage, words)}


def _how_to_begin(stage: Idle, words: str) -> str:
    """Nobody is sent to what doesn't work."""
    match stage.card, stage.scanner_ready:
        case CardUse.SWIPE, True:
            return say(words, "Please swipe your card, show your code, or touch a language below.")
        case CardUse.SWIPE, False:
            return say(words, "Please swipe your card, or touch a language below.")
        case CardUse.HOLD, True:
            return say(
                words,
                "Please hold your card to the reader, show your code, or touch a language below.",
            )
        case CardUse.HOLD, False:
            return say(words, "Please hold your card to the reader, or touch a language below.")
        case None, True:
            return say(words, "Please show your code, or touch a language below.")
        case _:
            return say(words, "Please touch a language below to begin.")


def _next_opening(stage: Idle, words: str) -> str:
    if stage.opens_at is None:
        return say(words, "We look forward to your visit on the next working day.")
    return say(words, "We open today at {time}.", time=f"{stage.opens_at:%H:%M}")


def _idle_notice(stage: Idle, words: str) -> str | None:
    if stage.notice is None and stage.open and not stage.paper_ready:
        return say(words, "There is no paper at the moment: your number appears on this screen.")
    return told(stage.notice, words)


def _wait(words: str, text: str) -> Json:
    return {"kind": "wait", "title": say(words, "One moment, please"), "text": text}


def _ticket(stage: HoldingTicket, words: str) -> Json:
    return {
        "kind": "ticket",
        "title": say(words, "Your number"),
        "ticket": stage.number,
        "service": named(stage.service_names, stage.language),
        "ahead": _people_ahead(stage.people_ahead, words),
        "wait": beside_number(stage, words),
        "slip": _slip(stage, words),
        "follow": _follow(stage.follow_url, words),
        "countdown": None if stage.on_paper else countdown(stage.remaining, words),
        "buttons": list(_parting(stage, words)),
    }


def _parting(stage: HoldingTicket, words: str) -> Iterator[Json]:
    if stage.reroutable:
        yield button(WRONG, say(words, "Wrong service?"), "quiet")
    if stage.remaining is None or stage.on_paper:
        yield button(CANCEL, say(words, "Done"), "primary")
        return
    yield button(CANCEL, say(words, "Done"), "quiet")
    yield button(STAY, say(words, "I need more time"), "primary")


def _people_ahead(count: int | None, words: str) -> str | None:
    if count is None:
        return None
    if count == 0:
        return say(words, "You are next.")
    return say_count(
        words, "{count} person is ahead of you.", "{count} people are ahead of you.", count
    )


def slip_words(state: SlipState | None, words: str) -> str:
    """What a customer is told of the slip; None: there is no printer."""
    match state:
        case SlipState.PREPARED | SlipState.SENT:
            return say(words, "Your slip is being printed…")
        case SlipState.PRINTED:
            return say(words, "Please take your slip.")
        case SlipState.UNKNOWN:
            return say(
                words,
                "Please remember or photograph your number. If a slip comes out, it is yours.",
            )
        case SlipState.FAILED | None:
            return say(words, "Please remember or photograph your number.")
        case _:
            assert_never(state)


def _slip(stage: HoldingTicket, words: str) -> Json:
    if stage.slip_left:
        text = say(words, "Please don't forget your slip: it is waiting in the printer.")
        return {"icon": "slip", "text": text}
    state = stage.slip
    icons = {SlipState.PREPARED: "wait", SlipState.SENT: "wait", SlipState.PRINTED: "slip"}
    return {"icon": icons.get(state, "eye") if state else "eye", "text": slip_words(state, words)}


def _follow(address: str | None, words: str) -> Json | None:
    if address is None:
        return None
    return {"address": address, "text": say(words, "Scan to follow the queue on your phone")}
