"""Devices: a fault is on record once when it begins and once when it ends."""

from dataclasses import replace

from kiosk.domain.commands import ReportDevice
from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.events import DeviceFailed, DeviceRecovered
from tests.domain.day import AWAY, READER, Day


class TestDevices:
    gone = replace(READER, status=DeviceStatus.NO_DEVICE, fault=Fault.NOT_FOUND)

    def test_a_fault_begins_and_ends_once(self) -> None:
        day = Day()
        told = [
            day.do(ReportDevice(condition)) for condition in [READER, AWAY, AWAY, READER, READER]
        ]
        assert told == [[], [DeviceFailed(AWAY)], [], [DeviceRecovered(READER)], []]

    def test_another_fault_is_told(self) -> None:
        day = Day()
        day.do(ReportDevice(AWAY))
        assert day.do(ReportDevice(self.gone)) == [DeviceFailed(self.gone)]

    def test_another_word_for_the_same_fault_is_not(self) -> None:
        day = Day()
        day.do(ReportDevice(AWAY))
        assert day.do(ReportDevice(replace(AWAY, detail="errno 5"))) == []

    def test_less_paper_is_told(self) -> None:
        day = Day()
        low = replace(READER, fault=Fault.PAPER_LOW, detail="about 60 slips")
        less = replace(low, detail="about 50 slips")
        told = [day.do(ReportDevice(one)) for one in (low, low, less)]
        assert told == [[DeviceFailed(low)], [], [DeviceFailed(less)]]
