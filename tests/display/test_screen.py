from dataclasses import replace
from datetime import time

import pytest

from kiosk.display.buttons import touch_of
from kiosk.domain.accessibility import Accessibility
from kiosk.domain.client import Client
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import ClientRef, Language, ServiceId
from kiosk.domain.slip import SlipState
from kiosk.domain.visit import (
    CancelTouched,
    CardUse,
    ChoosingService,
    ClearTouched,
    ConfirmTouched,
    CorrectTouched,
    CountryTouched,
    DigitTouched,
    Idle,
    LanguageTouched,
    LargeTextTouched,
    LowReachTouched,
    MoreTouched,
    Notice,
    PhoneTouched,
    ServiceTouched,
    StayTouched,
    Touch,
)
from tests.display.examples import (
    CS,
    EN,
    FOLLOW,
    KK,
    LANGUAGES,
    MORNING,
    ZH,
    ZHANG,
    everything,
    offers,
    screen,
    stages,
    ticket,
)

LI = replace(ZHANG, name="李强", surname="李", sex="m")
SOMEBODY = Client(ClientRef("c3"), name="Alex Novak", surname="Novak")


@pytest.mark.parametrize(
    ("client", "language", "hour", "greeting"),
    [
        (ZHANG, ZH, 9, "张女士，您好"),
        (LI, ZH, 20, "李先生，您好"),
        (SOMEBODY, ZH, 9, "Alex Novak，您好"),
        (None, ZH, 9, "上午好"),
        (None, ZH, 12, "下午好"),
        (None, ZH, 18, "晚上好"),
        (ZHANG, EN, 11, "Good morning, Ms 张"),
        (ZHANG, EN, 12, "Good afternoon, Ms 张"),
        (LI, EN, 18, "Good evening, Mr 李"),
        (SOMEBODY, EN, 9, "Good morning, Alex Novak"),
        (None, EN, 9, "Good morning"),
        (SOMEBODY, CS, 9, "Dobré ráno, Alex Novak"),
        (SOMEBODY, KK, 9, "Good morning, Alex Novak"),
    ],
)
def test_people_are_greeted_formally_by_the_time_of_day(
    client: Client | None, language: Language, hour: int, greeting: str
) -> None:
    stage = ChoosingService(language, LANGUAGES, offers(1), client)
    assert screen(stage, clock=MORNING.replace(hour=hour))["greeting"] == greeting


@pytest.mark.parametrize(
    ("language", "details"),
    [
        (EN, ["4 people are waiting", "Nobody is waiting", "Opens at 13:30", "Closed for today"]),
        (ZH, ["4 人等候", "无人等候", "13:30 开始办理", "今日已结束办理"]),
    ],
)
def test_each_service_tells_who_waits_or_when_it_opens(
    language: Language, details: list[str]
) -> None:
    buttons = screen(ChoosingService(language, (language,), offers(4)))["buttons"]
    services = [button for button in buttons if button["style"] == "service"]
    assert [service["detail"] for service in services] == details
    assert [service["enabled"] for service in services] == [True, True, False, False]


@pytest.mark.parametrize(
    ("wait", "today", "said"),
    [
        (None, True, None),
        (Estimate(0, 0, 0, 0), True, None),
        (Estimate(6, 11, 14, 19), True, "About 11 min"),
        (None, False, "Probably not today"),
    ],
)
def test_each_service_tells_how_long_it_takes_now(
    wait: Estimate | None, today: bool, said: str | None
) -> None:
    offer = replace(offers(1)[0], wait=wait, today=today)
    shown = screen(ChoosingService(EN, (EN,), (offer,)))["buttons"][0]
    assert (shown["wait"], shown["detail"]) == (said, "4 people are waiting")
    closed = screen(ChoosingService(EN, (EN,), (replace(offer, open=False),)))["buttons"][0]
    assert closed["wait"] is None


@pytest.mark.parametrize(
    ("wait", "today", "said"),
    [
        (None, True, None),
        (Estimate(0, 0, 0, 0), True, None),
        (Estimate(0, 0, 1, 2), True, "Expected wait: about 1 minute (0–2)"),
        (Estimate(6, 11, 14, 19), True, "Expected wait: about 11 minutes (6–19)"),
        (Estimate(24, 24, 24, 24), True, "Expected wait: about 24 minutes"),
        (None, False, "As things stand your number won't be called today."),
    ],
)
def test_who_holds_a_number_is_told_how_long_it_takes(
    wait: Estimate | None, today: bool, said: str | None
) -> None:
    held = replace(ticket(EN, SlipState.PRINTED, None), wait=wait, today=today)
    assert screen(held)["wait"] == said
    assert screen(replace(held, people_ahead=None))["wait"] is None


def test_one_person_is_not_called_people() -> None:
    assert screen(ChoosingService(EN, (EN,), offers(5)))["buttons"][4]["detail"] == (
        "1 person is waiting"
    )


def test_a_language_without_texts_is_read_in_the_fallback_with_its_own_names() -> None:
    offer = replace(offers(1)[0], names={ZH: "现金业务", KK: "Касса"})
    shown = screen(ChoosingService(KK, (KK,), (offer,)))
    assert shown["title"] == "What can we do for you today?"
    assert shown["buttons"][0]["label"] == "Касса"


def test_the_other_languages_are_offered_by_their_own_names() -> None:
    buttons = screen(ChoosingService(ZH, LANGUAGES, offers(1)))["buttons"]
    labels = {button["action"]: button["label"] for button in buttons}
    assert "language:zh" not in labels
    assert labels["language:en"] == "English"
    assert labels["language:ru"] == "Русский"
    assert labels["language:cs"] == "Čeština"


@pytest.mark.parametrize(
    ("stage", "icon", "text"),
    [
        (Idle((EN,)), "card", "Please swipe your card, or touch a language below."),
        (Idle((EN,), card=None), "hand", "Please touch a language below to begin."),
        (
            Idle((EN,), scanner_ready=True),
            "card",
            "Please swipe your card, show your code, or touch a language below.",
        ),
        (
            Idle((EN,), card=None, scanner_ready=True),
            "hand",
            "Please show your code, or touch a language below.",
        ),
        (
            Idle((EN,), card=CardUse.HOLD),
            "card",
            "Please hold your card to the reader, or touch a language below.",
        ),
        (
            Idle((EN,), card=CardUse.HOLD, scanner_ready=True),
            "card",
            "Please hold your card to the reader, show your code, or touch a language below.",
        ),
        (Idle((EN,), open=False, opens_at=time(9)), "closed", "We open today at 09:00."),
        (
            Idle((EN,), open=False),
            "closed",
            "We look forward to your visit on the next working day.",
        ),
    ],
)
def test_an_idle_screen_asks_only_for_what_works(stage: Idle, icon: str, text: str) -> None:
    shown = screen(stage, first=EN)
    assert shown["icon"] == icon
    assert shown["welcome"][0]["text"] == text


def test_an_idle_screen_speaks_the_first_two_languages() -> None:
    titles = [welcome["title"] for welcome in screen(Idle(LANGUAGES))["welcome"]]
    assert titles == ["欢迎光临", "Welcome"]


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_told_where_it_can_come(notice: Notice) -> None:
    idle = screen(Idle((EN,), notice=notice), first=EN)["notice"]
    choosing = screen(ChoosingService(EN, (EN,), offers(1), notice=notice), first=EN)["notice"]
    assert idle == choosing
    assert idle


def test_missing_paper_is_told_before_the_swipe() -> None:
    assert "no paper" in screen(Idle((EN,), paper_ready=False), first=EN)["notice"]
    assert screen(Idle((EN,)), first=EN)["notice"] is None


@pytest.mark.parametrize(
    ("state", "icon", "words"),
    [
        (SlipState.PREPARED, "wait", "being printed"),
        (SlipState.SENT, "wait", "being printed"),
        (SlipState.PRINTED, "slip", "take your slip"),
        (SlipState.FAILED, "eye", "remember or photograph"),
        (SlipState.UNKNOWN, "eye", "remember or photograph"),
        (None, "eye", "remember or photograph"),
    ],
)
def test_the_number_stays_and_the_slip_is_told_as_it_is(
    state: SlipState | None, icon: str, words: str
) -> None:
    shown = screen(ticket(EN, state, FOLLOW))
    assert shown["ticket"] == "A036"
    assert shown["slip"]["icon"] == icon
    assert words in shown["slip"]["text"]
    assert shown["follow"]["address"] == FOLLOW


def test_who_forgets_the_slip_is_reminded() -> None:
    left = replace(ticket(EN, SlipState.PRINTED, None), slip_left=True)
    assert "forget your slip" in screen(left)["slip"]["text"]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "You are next."),
        (1, "1 person is ahead of you."),
        (5, "5 people are ahead of you."),
        (None, None),
    ],
)
def test_how_many_are_ahead(count: int | None, text: str | None) -> None:
    assert screen(replace(ticket(EN, None, None), people_ahead=count))["ahead"] == text


def test_a_warning_counts_down_and_offers_more_time() -> None:
    shown = screen(ChoosingService(EN, (EN,), offers(1), remaining=7))
    assert shown["countdown"]["seconds"] == 7
    assert [button["action"] for button in shown["buttons"]][-4:-2] == ["cancel", "stay"]
    calm = screen(ChoosingService(EN, (EN,), offers(1)))
    assert calm["countdown"] is None
    assert "stay" not in [button["action"] for button in calm["buttons"]]


@pytest.mark.parametrize(
    ("action", "touch"),
    [
        ("language:zh", LanguageTouched(ZH)),
        ("service:cash", ServiceTouched(ServiceId("cash"))),
        ("cancel", CancelTouched()),
        ("stay", StayTouched()),
        ("phone", PhoneTouched()),
        ("digit:0", DigitTouched("0")),
        ("country:420", CountryTouched("420")),
        ("correct", CorrectTouched()),
        ("clear", ClearTouched()),
        ("confirm", ConfirmTouched()),
        ("more", MoreTouched()),
        ("large-text", LargeTextTouched()),
        ("low-reach", LowReachTouched()),
    ],
)
def test_an_action_means_a_touch(action: str, touch: Touch) -> None:
    assert touch_of(action) == touch


@pytest.mark.parametrize(
    "action",
    [
        "",
        "service",
        "service:",
        "cancel:",
        "stay:1",
        "exit",
        ":zh",
        "digit:12",
        "digit:x",
        "digit:",
    ],
)
def test_nonsense_means_no_touch(action: str) -> None:
    with pytest.raises(ValueError, match="no button"):
        touch_of(action)


def test_every_button_of_every_screen_means_a_touch_of_its_own() -> None:
    for name, shown in everything().items():
        touches = [touch_of(button["action"]) for button in shown.get("buttons", [])]
        assert len(set(touches)) == len(touches), f"two buttons of {name} mean the same"


@pytest.mark.parametrize("name", [name for name in stages(EN) if name != "idle-out-of-order"])
def test_every_screen_can_be_made_larger_and_lower(name: str) -> None:
    stage = stages(EN)[name]
    usual, both = (
        screen(stage, Accessibility(on, on), first=EN)["buttons"][-2:] for on in (False, True)
    )
    assert [one["label"] for one in usual] == ["Larger text", "Lower buttons"]
    assert [one["label"] for one in both] == ["Usual text", "Usual buttons"]
    assert [one["style"] for one in usual + both] == ["access"] * 2 + ["access-on"] * 2
    assert [one["icon"] for one in usual] == ["letters", "wheelchair"]


def test_where_nothing_can_be_done_nothing_can_be_touched() -> None:
    assert screen(stages(EN)["idle-out-of-order"])["buttons"] == []


def test_a_number_that_is_not_on_paper_goes_only_after_a_warning() -> None:
    leaving = screen(replace(ticket(EN, SlipState.UNKNOWN, None), remaining=7))
    assert leaving["countdown"]["seconds"] == 7
    assert {"cancel", "stay"} <= {one["action"] for one in leaving["buttons"]}
    printed = screen(replace(ticket(EN, SlipState.PRINTED, None), remaining=7))
    assert printed["countdown"] is None
    assert "stay" not in {one["action"] for one in printed["buttons"]}
