"""What the administrator reads about devices, tests and findings."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import kind_name
from kiosk.finding import Finding, Subject, Symptom, Verdict
from kiosk.flow.faulthistory import PastFault
from kiosk.locale import complete_languages
from kiosk.ports import LogUnavailable
from kiosk.store.deviceregister import DeviceState, Pad
from kiosk.web.maintenance import Fitting, Vitals
from kiosk.web.pages.admin import Workshop, moment
from kiosk.web.pages.adminwords import status_name, trial_name, verdict_name
from tests.support.eventually import until
from tests.web.pages.conftest import TestHall, root_ids

SLIP, LED = DeviceId("slip"), DeviceId("led-1")
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WELL = DeviceCondition(SLIP, DeviceKind.PRINTER)
NO_PAPER = DeviceCondition(SLIP, DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT)
LOW = DeviceCondition(
    SLIP, DeviceKind.PRINTER, DeviceStatus.ONLINE, Fault.PAPER_LOW, "about 60 slips"
)


@dataclass
class Care:
    """A machine with a printer and a display, as a test wants them to be."""

    fittings: Sequence[Fitting] = (
        Fitting(SLIP, DeviceKind.PRINTER, "escpos-serial, /dev/ttyS2", can_be_tried=True),
        Fitting(LED, DeviceKind.LED, "bar-xor 1, /dev/ttyUSB0", can_be_tried=True),
    )
    known: dict[DeviceId, Vitals] = field(default_factory=dict)
    had: dict[DeviceId, Sequence[PastFault]] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    examined: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def vitals(self, device: DeviceId) -> Vitals:
        return self.known.get(device, Vitals(None))

    def faults(self, device: DeviceId) -> Sequence[PastFault]:
        return self.had.get(device, ())

    async def trial(self, device: DeviceId, language: str) -> AsyncGenerator[str | Finding, None]:
        yield "A test slip is being printed."
        await self.go_on.wait()
        yield Subject(device, "").wrong(Symptom.FAULT, "It has no paper.", "Put a new roll in.")

    async def examine(self, language: str) -> list[Finding]:
        self.examined += 1
        await self.go_on.wait()
        return self.found


def drawn(hall: TestHall, care: Care, language: str = "en") -> dict[str, str]:
    return Workshop(care, hall.clock.now, list).draw(hall.branch, hall.clock.now(), language)


def test_every_part_replaces_the_element_of_its_name(hall: TestHall) -> None:
    fragments = drawn(hall, Care())
    assert list(fragments) == [
        "condition",
        "alerts",
        "device-slip",
        "device-led-1",
        "pads",
        "findings",
    ]
    for name, html in fragments.items():
        assert root_ids(html) == [name]


def test_a_device_says_what_is_wrong_what_to_do_and_since_when(hall: TestHall) -> None:
    now = hall.clock.now()
    past = PastFault(
        Fault.COVER_OPEN, "by hand", now - timedelta(hours=2), now - timedelta(hours=1)
    )
    care = Care(
        known={SLIP: Vitals(NO_PAPER)}, had={SLIP: [PastFault(Fault.PAPER_OUT, "", now), past]}
    )
    fragments = drawn(hall, care)
    html = fragments["device-slip"]
    local = now.astimezone(hall.branch.plan.zone)
    for words in (
        "Needs a hand",
        "It has no paper.",
        "Put a new roll in.",
        "userError · paperOut",
        "escpos-serial, /dev/ttyS2",
        "Its cover is open.",
        "by hand",
        f"{local:%H:%M:%S}",
    ):
        assert words in html
    assert "1 device needs a hand" in fragments["condition"]


def test_a_device_that_is_well_says_no_more_than_that(hall: TestHall) -> None:
    html = drawn(hall, Care(known={SLIP: Vitals(WELL)}))["device-slip"]
    assert "Works" in html
    assert 'class="fault"' not in html
    assert "Since" not in html


def test_paper_that_runs_low_is_counted_down(hall: TestHall) -> None:
    fragments = drawn(hall, Care(known={SLIP: Vitals(LOW, slips_left=57)}))
    assert "about 57 slips" in fragments["device-slip"]
    assert "Works for now" in fragments["device-slip"]


def test_a_device_on_a_bus_says_how_often_it_answers(hall: TestHall) -> None:
    led = DeviceCondition(LED, DeviceKind.LED)
    html = drawn(hall, Care(known={LED: Vitals(led, None, 200, 198)}))["device-led-1"]
    assert "99 % of the questions" in html


async def test_a_trial_is_told_step_by_step_and_can_not_be_begun_twice(hall: TestHall) -> None:
    care = Care()
    workshop = Workshop(care, hall.clock.now, list)
    changes: list[object] = []
    workshop.listen(lambda: changes.append(workshop.mark()))

    def shown(language: str = "en") -> str:
        return workshop.draw(hall.branch, hall.clock.now(), language)["device-slip"]

    trying = asyncio.create_task(workshop.try_out(SLIP, "en"))
    await until(lambda: changes)
    assert "A test slip is being printed." in shown()
    assert "disabled" in shown()
    assert "A test slip is being printed." not in shown("zh")
    assert "disabled" in shown("zh")
    assert await workshop.try_out(SLIP, "en") is None
    care.go_on.set()
    found = await trying
    assert found is not None
    assert found.status is Verdict.WRONG
    assert "It has no paper. Put a new roll in." in shown()
    assert "disabled" not in shown()
    assert len(set(changes)) == 2


async def test_a_trial_that_breaks_off_can_be_begun_again(hall: TestHall) -> None:
    class Broken(Care):
        async def trial(
            self, device: DeviceId, language: str
        ) -> AsyncGenerator[str | Finding, None]:
            yield "It begins."
            raise LogUnavailable("no")

    workshop = Workshop(Broken(), hall.clock.now, list)
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            await workshop.try_out(SLIP, "en")
    assert "disabled" not in workshop.draw(hall.branch, hall.clock.now(), "en")["device-slip"]


async def test_one_examination_at_a_time_and_the_worst_first(hall: TestHall) -> None:
    disk, swipe = Subject("disk", "/var"), Subject("swipe", "magstripe-serial")
    care = Care(
        found=[
            disk.well("9 GB are free."),
            Subject("folder", "/var").well("It is yours."),
            swipe.warn(Symptom.UNSTABLE_NAME, "It may be another one tomorrow.", "Name it <so>."),
            Subject("slip", "escpos").wrong(Symptom.MISSING, "There is none.", "Plug it in."),
        ]
    )
    workshop = Workshop(care, hall.clock.now, list)
    first = asyncio.create_task(workshop.examine("en"))
    await asyncio.sleep(0)
    html = workshop.draw(hall.branch, hall.clock.now(), "en")["findings"]
    assert "disabled" in html
    await workshop.examine("en")
    care.go_on.set()
    await first
    assert care.examined == 1
    html = workshop.draw(hall.branch, hall.clock.now(), "en")["findings"]
    assert (
        html.index("There is none.") < html.index("It may be another") < html.index("disk, folder")
    )
    assert "Name it &lt;so&gt;." in html
    assert "9 GB" not in html
    assert "There is none." not in workshop.draw(hall.branch, hall.clock.now(), "zh")["findings"]


async def test_an_examination_that_fails_can_be_begun_again(hall: TestHall) -> None:
    class Broken(Care):
        async def examine(self, language: str) -> list[Finding]:
            raise OSError("no")

    workshop = Workshop(Broken(), hall.clock.now, list)
    for _ in range(2):
        with pytest.raises(OSError, match="no"):
            await workshop.examine("en")
    assert "disabled" not in workshop.draw(hall.branch, hall.clock.now(), "en")["findings"]


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_everything_has_a_name_in_every_language(language: str) -> None:
    kinds = [kind_name(kind, language) for kind in DeviceKind]
    assert len(set(kinds)) == len(kinds)
    for status in DeviceStatus:
        assert status_name(DeviceCondition(SLIP, DeviceKind.PRINTER, status), language)
    names = [trial_name(fitting, language) for fitting in DeviceKind]
    assert len(set(names)) == 7
    for verdict in Verdict:
        assert verdict_name(verdict, language)[1]


def test_a_moment_of_another_day_has_its_day() -> None:
    assert moment(NINE, NINE + timedelta(hours=2)) == "01:00:00"
    assert moment(NINE, NINE + timedelta(days=1)) == "2026-03-02 01:00"


def test_lob_99_pads_wait_with_their_code_and_have_buttons(hall: TestHall) -> None:
    waiting = Pad("PAD-1", DeviceState.PENDING, "0755", "3fa9-c21b", hall.clock.now())
    approved = Pad("PAD-2", DeviceState.APPROVED, None, None, hall.clock.now())
    workshop = Workshop(Care(), hall.clock.now, lambda: [waiting, approved])
    sheet = workshop.draw(hall.branch, hall.clock.now(), "en")["pads"]
    assert "3fa9-c21b" in sheet
    assert "set up for branch 0755" in sheet
    assert "known by its name alone" in sheet
    assert '/api/v1/devices/PAD-1/approve"' in sheet
    assert '/api/v1/devices/PAD-2/approve"' not in sheet
    assert '/api/v1/devices/PAD-2/revoke"' in sheet
    assert (
        "hidden"
        in Workshop(Care(), hall.clock.now, list).draw(hall.branch, hall.clock.now(), "en")["pads"]
    )
