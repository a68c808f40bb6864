"""Settings: one TOML file and what it includes, to one typed, frozen tree.

Every fault is named at once, with file and key. Each key is explained in ``config/kiosk.toml``.
"""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from kiosk.locale import complete_languages
from kiosk.ports import KioskError
from kiosk.settings.alerts import AlertsSection
from kiosk.settings.buses import (
    CallpadSection,
    CallpadTemplateSection,
    LedSection,
    LedTemplateSection,
)
from kiosk.settings.console import ConsoleSection
from kiosk.settings.devices import DisplaySection, ReaderSection
from kiosk.settings.listeners import HttpSection, MqttSection
from kiosk.settings.printers import PrinterSection
from kiosk.settings.signin import SignInSection
from kiosk.settings.slip import SlipSection
from kiosk.settings.values import (
    USUAL_BREAKS,
    USUAL_REASONS,
    AbsolutePath,
    Codes,
    Languages,
    Names,
    PhoneGroups,
    ReportFormats,
    Section,
    Span,
    TimeOfDay,
    TopicLevel,
    Zone,
)
from kiosk.settings.voice import VoiceSection

BUILT_IN_CLASSES = ("regular", "vip", "appointment")


class SettingsFault(KioskError):
    """The settings can't be used; ``faults`` has one line for each thing to mend."""

    exit_code = 2

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class BranchSection(Section):
    """``[branch]``"""

    id: TopicLevel
    name: Names
    timezone: Zone
    languages: Languages
    day_starts: TimeOfDay = time(4)
    hours: tuple[Span, ...] = ()
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"


class ClassSection(Section):
    """``[[class]]``, minutes"""

    id: TopicLevel
    target_wait: Annotated[float, Field(gt=0)]
    max_wait: Annotated[float, Field(gt=0)]
    credit: float = 0


class SegmentSection(Section):
    """``[[segment]]``"""

    id: TopicLevel
    assets_at_least: Annotated[int, Field(ge=0)] | None = None
    grades: tuple[str, ...] = ()
    class_: str = Field(alias="class")


class QueueSection(Section):
    """``[[queue]]``"""

    id: TopicLevel
    name: Names
    series: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")] | None = None
    first: Annotated[int, Field(ge=0)] = 1
    last: Annotated[int, Field(ge=1)] | None = None
    step: Annotated[int, Field(ge=1, le=100)] = 1
    width: Annotated[int, Field(ge=1, le=6)] = 3


class ServiceSection(Section):
    """``[[service]]``"""

    id: TopicLevel
    name: Names
    queue: str
    vip_queue: str | None = None
    hours: tuple[Span, ...] = ()
    mean_minutes: Annotated[int, Field(gt=0)] = 6
    cap_per_day: Annotated[int, Field(ge=1)] | None = None
    cap_per_person: Annotated[int, Field(ge=1)] | None = None
    last_tickets: Annotated[int, Field(ge=0)] = 0


class HelpSection(Section):
    """One entry of ``help`` of a counter."""

    queue: str
    when_wait_exceeds: Annotated[float, Field(gt=0)]


class CounterSection(Section):
    """``[[counter]]``"""

    id: TopicLevel
    name: Names | None = None
    queues: Annotated[tuple[str, ...], Field(min_length=1)]
    fallback: tuple[str, ...] = ()
    help: tuple[HelpSection, ...] = ()
    breaks: tuple[Span, ...] = ()
    calls_automatic: bool = False


class ClientsSection(Section):
    """``[clients]``"""

    source: Literal["embedded"] = "embedded"
    budget_ms: Annotated[int, Field(gt=0)] = 800


class VisitSection(Section):
    """``[visit]``, seconds, and the countries whose phone numbers may be typed"""

    choose_within: Annotated[int, Field(ge=5)] = 30
    warn_for: Annotated[int, Field(ge=3)] = 10
    thanks_for: Annotated[int, Field(ge=2)] = 6
    phone: PhoneGroups = Field(default_factory=dict, max_length=4)


class CallingSection(Section):
    """``[calling]``"""

    recalls_minimum: Annotated[int, Field(ge=0, le=9)] = 2
    recall_cooldown: Annotated[int, Field(ge=0, le=300)] = 20
    recall_limit: Annotated[int, Field(ge=0, le=9)] = 3
    no_show_automatic: bool = False
    reinstate_penalty: Annotated[int, Field(ge=0, le=240)] = 0


class ReasonsSection(Section):
    """``[reasons]``"""

    drop: Codes = Field(default=USUAL_REASONS["drop"])
    park: Codes = Field(default=USUAL_REASONS["park"])
    priority: Codes = Field(default=USUAL_REASONS["priority"])
    clear: Codes = Field(default=USUAL_REASONS["clear"])
    finish: Codes = Field(default=USUAL_REASONS["finish"])


class BreakSection(Section):
    """One entry of ``[breaks]``"""

    name: Names
    minutes: Annotated[int, Field(gt=0)] | None = None
    per_day: Annotated[int, Field(gt=0)] | None = None


def _default_breaks() -> "dict[str, BreakSection]":
    return {code: BreakSection.model_validate(one) for code, one in USUAL_BREAKS.items()}


class ReportsSection(Section):
    """``[reports]``: the files of each business day; no folder, no files"""

    folder: AbsolutePath = ""
    formats: ReportFormats = ("xlsx",)


class RetentionSection(Section):
    """``[retention]``, days; 0: for ever"""

    log: Annotated[int, Field(ge=0, le=36_500)] = 400
    clients: Annotated[int, Field(ge=0, le=36_500)] = 0


class SecretsSection(Section):
    """``[secrets]``: files; empty means one of the machine's own, made at the first start"""

    card_key: str = ""
    former_card_key: str = ""
    code_key: str = ""
    broker_password: str = ""


class Settings(Section):
    """The whole tree."""

    branch: BranchSection
    http: HttpSection = HttpSection()
    mqtt: MqttSection = MqttSection()
    class_: tuple[ClassSection, ...] = Field(default=(), alias="class")
    segment: tuple[SegmentSection, ...] = ()
    queue: Annotated[tuple[QueueSection, ...], Field(min_length=1)]
    service: Annotated[tuple[ServiceSection, ...], Field(min_length=1)]
    counter: Annotated[tuple[CounterSection, ...], Field(min_length=1)]
    reader: tuple[ReaderSection, ...] = ()
    printer: tuple[PrinterSection, ...] = ()
    display: tuple[DisplaySection, ...] = ()
    led: tuple[LedSection, ...] = ()
    callpad: tuple[CallpadSection, ...] = ()
    led_template: tuple[LedTemplateSection, ...] = ()
    callpad_template: tuple[CallpadTemplateSection, ...] = ()
    slip: SlipSection = SlipSection()
    voice: VoiceSection | None = None
    clients: ClientsSection = ClientsSection()
    visit: VisitSection = VisitSection()
    calling: CallingSection = CallingSection()
    console: ConsoleSection = ConsoleSection()
    sign_in: SignInSection = SignInSection()
    alerts: AlertsSection = AlertsSection()
    reasons: ReasonsSection = ReasonsSection()
    breaks: Annotated[
        dict[TopicLevel, BreakSection], Field(default_factory=_default_breaks, max_length=16)
    ]
    reports: ReportsSection = ReportsSection()
    retention: RetentionSection = RetentionSection()
    secrets: SecretsSection = SecretsSection()

    @property
    def fallback_language(self) -> str:
        """Shown instead of a language without a complete catalogue: the branch's second one."""
        complete = [one for one in self.branch.languages[1:2] if one in complete_languages()]
        return complete[0] if complete else "en"

    def remarks(self) -> Iterator[str]:
        """What works otherwise than somebody might expect, one line each."""
        if self.http.public_url and not self.http.public_listen:
            yield ("[http] public_url: customers are not led there while public_listen is empty")
        yield from self.http.remarks()
        for language in self.branch.languages:
            if language not in complete_languages():
                yield (
                    f"[branch] languages: there are no texts in {language!r} yet;"
                    f" {self.fallback_language!r} is shown instead"
                )
