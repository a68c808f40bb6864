"""What somebody of a role reads of the alerts, and what their buttons do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.alert import AlertRules
from kiosk.domain.commands import AcknowledgeAlert, ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.locale import complete_languages
from kiosk.web.pages.alertsheet import alert_sheet
from tests.domain.day import Day
from tests.support.branch import small_plan
from tests.web.pages.conftest import root_ids

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
JAMMED = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.HARDWARE_ERROR, Fault.PAPER_JAMMED
)


@pytest.fixture
def day() -> Day:
    day = Day(replace(small_plan(), alerts=AlertRules()))
    day.do(ReportDevice(JAMMED))
    return day


def test_a_fault_is_named_with_what_to_do_and_a_button(day: Day) -> None:
    sheet = alert_sheet(day.branch, Role.ADMINISTRATOR, NOW, "en")
    assert root_ids(sheet) == ["alerts"]
    for text in ("Doesn&#39;t work: Slip printer (slip)", "Open the cover, take the paper out"):
        assert text in sheet
    (alert,) = [a for a in day.branch.alerts.open.values() if a.recipient == "role/administrator"]
    assert f'data-post="/api/v1/alerts/{alert.id}/acknowledge"' in sheet
    assert "hidden" not in sheet


def test_a_program_that_is_missing_is_named(day: Day) -> None:
    offline, fault = DeviceStatus.OFFLINE, Fault.NO_PROGRAM
    day.do(ReportDevice(DeviceCondition(DeviceId("chip"), DeviceKind.CARD_READER, offline, fault)))
    sheet = alert_sheet(day.branch, Role.ADMINISTRATOR, NOW, "en")
    for text in ("Doesn&#39;t work: Card reader (chip)", "apt-get install pcscd"):
        assert text in sheet


def test_it_goes_away_when_somebody_sees_to_it(day: Day) -> None:
    for alert in list(day.branch.alerts.open.values()):
        day.do(AcknowledgeAlert(alert.id))
    sheet = alert_sheet(day.branch, Role.ADMINISTRATOR, NOW, "en")
    assert "Slip printer" not in sheet
    assert "hidden" in sheet


def test_others_have_alerts_of_their_own(day: Day) -> None:
    assert "Slip printer" not in alert_sheet(day.branch, Role.WEALTH_MANAGER, NOW, "en")


@pytest.mark.parametrize("language", sorted(complete_languages() - {"en"}))
def test_it_is_there_in_every_language(day: Day, language: str) -> None:
    sheet = alert_sheet(day.branch, Role.ADMINISTRATOR, NOW, language)
    assert "Open the cover" not in sheet
    assert "I see to it" not in sheet
