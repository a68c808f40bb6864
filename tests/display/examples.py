"""Stages of visits and states of halls that the tests of the screens share."""

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from typing import Any

from kiosk.display.board import board_screen
from kiosk.display.screen import touch_screen
from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.client import Client
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import ClientRef, Language, ServiceId, TicketId
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    ChoosingService,
    EnteringPhone,
    HoldingTicket,
    Identifying,
    Idle,
    Issuing,
    Notice,
    Offer,
    Stage,
)

Json = dict[str, Any]

ZH, EN, RU, CS, KK = (Language(code) for code in ("zh", "en", "ru", "cs", "kk"))
LANGUAGES = (ZH, EN, RU, CS)
"""Those with texts. Kazakh has none yet."""
NAMES = {
    ZH: "科技园支行",
    EN: "Science Park Branch",
    RU: "Отделение «Научный парк»",
    CS: "Pobočka Vědecký park",
}
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
ZHANG = Client(ClientRef("c1"), name="张丽", surname="张", sex="f")
FOLLOW = "https://queue.example/t/k3Jd8sLq0PzXv7YbNw2RtA"

_WAIT = Estimate(6, 11, 14, 19)
_SERVICES: list[tuple[tuple[str, str, str, str], bool, time | None, int]] = [
    (("现金业务", "Cash", "Внести или снять наличные", "Vklad a výběr hotovosti"), True, None, 4),
    (("个人贷款", "Personal loans", "Потребительские кредиты", "Úvěry pro občany"), True, None, 0),
    (
        ("对公业务", "Business clients", "Обслуживание юридических лиц", "Firemní klienti"),
        False,
        time(13, 30),
        0,
    ),
    (
        ("理财咨询", "Wealth management", "Вклады и инвестиции", "Spoření a investice"),
        False,
        None,
        0,
    ),
    (("银行卡业务", "Cards", "Банковские карты", "Platební karty"), True, None, 1),
    (("外汇业务", "Foreign exchange", "Обмен валюты", "Směna cizích měn"), True, None, 12),
]


def offers(count: int) -> tuple[Offer, ...]:
    """Services of every kind, as many as asked for."""
    rows = (_SERVICES * 4)[:count]
    return tuple(
        Offer(
            ServiceId(f"s{nth}"),
            dict(zip(LANGUAGES, names, strict=True)),
            is_open,
            opens,
            waiting,
            wait=_WAIT if waiting in (4, 1) else None,
            today=waiting < 12,
        )
        for nth, (names, is_open, opens, waiting) in enumerate(rows)
    )


def nearly_over() -> tuple[Offer, ...]:
    """Services that give their last tickets, none any more, or close soon."""
    few, none, closing, usual = offers(4)
    return (
        replace(few, open=True, left=2),
        replace(none, open=True, left=0),
        replace(closing, open=True, closes_at=time(17)),
        replace(usual, open=False, opens_at=time(14)),
    )


def ticket(language: Language, slip: SlipState | None, follow: str | None) -> HoldingTicket:
    """A ticket in somebody's hand, or on its way there."""
    names = dict(zip(LANGUAGES, _SERVICES[0][0], strict=True))
    ticket = TicketId("t1")
    held = HoldingTicket(language, ticket, "A036", names, 3, slip, follow, wait=_WAIT)
    return replace(held, reroutable=slip is SlipState.PRINTED)


def phone(language: Language, count: int, last: str | None = None) -> EnteringPhone:
    """A Chinese mobile number with so many of its digits."""
    codes = ("86", "7", "420")
    return EnteringPhone(language, LANGUAGES, codes, "86", (3, 4, 4), count, last)


def stages(language: Language) -> dict[str, Stage]:
    """Every stage, in its variants."""
    both = (ZH, EN)
    return {
        "idle": Idle(LANGUAGES),
        "idle-phone": Idle(LANGUAGES, phone=True),
        "idle-phone-codes": Idle(LANGUAGES, phone=True, scanner_ready=True),
        "idle-phone-swipe-again": Idle(LANGUAGES, phone=True, notice=Notice.SWIPE_AGAIN),
        "idle-phone-impaired": Idle(both, phone=True, card=None, paper_ready=False),
        "idle-impaired": Idle(both, card=None, paper_ready=False),
        "idle-closed": Idle(both, open=False, opens_at=time(9)),
        "idle-out-of-order": Idle(both, out_of_order=True),
        "idle-swipe-again": Idle(LANGUAGES, notice=Notice.SWIPE_AGAIN),
        "identifying": Identifying(language),
        "phone": phone(language, 0),
        "phone-typing": phone(language, 5, "8"),
        "phone-complete": replace(phone(language, 11), notice=Notice.SWIPE_AGAIN),
        "phone-warning": replace(phone(language, 7), remaining=7, languages=(language,)),
        "phone-complete-warning": replace(phone(language, 11), remaining=3),
        "phone-one-country": EnteringPhone(language, both, ("420",), "420", (3, 3, 3), 9),
        "phone-longest": EnteringPhone(language, both, ("999",), "999", (3, 3, 2, 2, 2), 12, "8"),
        "services-noted": ChoosingService(
            language, LANGUAGES, offers(4), notice=Notice.PHONE_NOTED
        ),
        "services-too-many": ChoosingService(
            language, LANGUAGES, offers(4), notice=Notice.TOO_MANY_PHONES
        ),
        "services": ChoosingService(language, LANGUAGES, offers(4), ZHANG, priority=True),
        "services-many": ChoosingService(language, both, offers(6), notice=Notice.NOT_RECOGNISED),
        "services-stranger": ChoosingService(
            language,
            LANGUAGES,
            offers(4),
            document="张** 4****************2",
            notice=Notice.NOT_RECOGNISED,
        ),
        "services-crowded": ChoosingService(
            language, LANGUAGES, offers(15), ZHANG, notice=Notice.SERVICE_CLOSED
        ),
        "services-more": ChoosingService(language, LANGUAGES, offers(19), page=3),
        "services-warning": ChoosingService(language, both, offers(3), ZHANG, remaining=7),
        "services-instead": ChoosingService(language, both, nearly_over(), number="A036"),
        "issuing": Issuing(language),
        "ticket-printed": ticket(language, SlipState.PRINTED, FOLLOW),
        "ticket-printing": ticket(language, SlipState.SENT, None),
        "ticket-unknown": ticket(language, SlipState.UNKNOWN, FOLLOW),
        "ticket-no-paper": ticket(language, None, None),
        "ticket-warning": replace(ticket(language, SlipState.UNKNOWN, FOLLOW), remaining=9),
    }


def screen(
    stage: Stage,
    accessibility: Accessibility = USUAL,
    *,
    first: Language = ZH,
    clock: datetime = MORNING,
) -> Json:
    """The finished screen of a branch whose first language is given."""
    languages = (first, *(language for language in LANGUAGES if language != first))
    return touch_screen(
        stage,
        accessibility,
        branch_names=NAMES,
        languages=languages,
        fallback="en",
        clock=clock,
    )


def call(number: str, counter: str, times: int = 1) -> Json:
    """A call as ``board_state`` tells it."""
    return {"ticket": f"t-{number}", "number": number, "counter": counter, "times": times}


def counters(count: int) -> list[Json]:
    """Counters in every state; the fifth has a name."""
    states = [("serving", "A031"), ("open", None), ("closed", None), ("paused", None)]
    return [
        {
            "id": str(nth + 1),
            "name": {ZH: "贵宾室", EN: "Priority room", RU: "VIP-зал", CS: "VIP salonek"}
            if nth == 4
            else {},
            "state": states[nth % 4][0],
            "number": states[nth % 4][1],
        }
        for nth in range(count)
    ]


def board(calls: int, *, desks: int = 6, first: Language = ZH, out: bool = False) -> Json:
    """The finished board of a hall with this many calls at once."""
    state = {
        "calling": [call(f"A{100 - nth:03}", str(nth % desks + 1)) for nth in range(calls)],
        "last": [call(f"V{30 - nth:03}", str(nth % desks + 1)) for nth in range(8)],
        "counters": counters(desks),
        "waiting": 14,
    }
    languages = (first, EN if first == ZH else ZH)
    branch = {"name": NAMES, "out_of_order": out}
    return board_screen(state, branch, languages=languages, fallback="en", clock=MORNING)


def made_accessible() -> dict[str, Json]:
    """Every touch screen as somebody may want it, in every language."""
    wishes = {
        "large": Accessibility(large_text=True),
        "low": Accessibility(low_reach=True),
        "both": Accessibility(large_text=True, low_reach=True),
    }
    return {
        f"{name}.{language}.{wish}": screen(stage, accessibility, first=language)
        for wish, accessibility in wishes.items()
        for language in LANGUAGES
        for name, stage in stages(language).items()
        if name in _IN_EVERY_WAY
    }


_IN_EVERY_WAY = {
    *("idle-phone", "idle-phone-swipe-again", "identifying", "phone-complete", "phone-warning"),
    *("phone-longest", "services", "services-crowded", "services-more", "services-warning"),
    *("services-instead", "ticket-printed", "ticket-unknown", "ticket-warning"),
}


def everything() -> dict[str, Json]:
    """Every example by name, in every language."""
    touch = {
        f"{name}.{language}": screen(stage, first=language)
        for language in LANGUAGES
        for name, stage in stages(language).items()
    }
    boards = {
        f"board-{calls}.{language}": board(calls, first=language)
        for language in LANGUAGES
        for calls in (0, 1, 3, 7, 14)
    }
    others = {"board-many-counters.zh": board(2, desks=20), "board-outage.zh": board(3, out=True)}
    return touch | boards | others
