"""Values of settings: what an address, a name or a span of hours may look like."""

import re
from datetime import time
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError('is not an address and port such as "127.0.0.1:8080"')
    return value


def _address_if_any(value: str) -> str:
    return _address(value) if value else ""


def _zone(value: str) -> str:
    if value not in available_timezones():
        from difflib import get_close_matches

        close = get_close_matches(value, available_timezones(), n=1)
        raise ValueError("is no time zone such as " + repr(close[0] if close else "Asia/Shanghai"))
    return value


def _broker(value: str) -> str:
    if value != "embedded" and urlsplit(value).scheme not in {"mqtt", "mqtts"}:
        raise ValueError('is neither "embedded" nor an address such as "mqtts://host:8883"')
    return value


def _web_address(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError('is no address such as "https://queue.example"')
    return value.rstrip("/")


def _host_name(value: str) -> str:
    if not HOST_NAME.fullmatch(value):
        raise ValueError('is no name or address such as "kiosk.bank.example"')
    return value.lower()


def _absolute_path(value: str) -> str:
    if value and not PurePosixPath(value).is_absolute():
        raise ValueError('is no absolute path such as "/srv/kiosk/reports"')
    return value


def _each_once(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise ValueError("names a language twice; it would have two buttons")
    return value


def _some_format(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError('names no format such as "xlsx"; without a folder there are no files')
    return value


def _port(value: str) -> str:
    if not value:
        raise ValueError('is no port such as "/dev/ttyS1"')
    if value.startswith("usb:") and not USB_IDS.fullmatch(value):
        raise ValueError('names no USB device such as "usb:0483:5740", as lsusb tells them')
    return value


def _time_of_day(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and TIME_OF_DAY.fullmatch(value)):
        return value
    raise ValueError('is no time of day such as "04:00"')


def _hours(value: str) -> str:
    span = HOURS.fullmatch(value)
    if not span or span["opens"] >= span["closes"]:
        raise ValueError('is no span of hours such as "mon-fri 09:00-17:00"')
    return value


def _groups(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[1-9](-[1-9]){0,4}", value):
        groups = tuple(int(one) for one in value.split("-"))
        if 4 <= sum(groups) <= 12:
            return groups
    raise ValueError('is no grouping of 4 to 12 digits such as "3-4-4"')


HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
USB_IDS = re.compile(r"usb:[0-9a-f]{4}:[0-9a-f]{4}(:[^:\s]+)?")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
HOURS = re.compile(
    r"(?P<first>mon|tue|wed|thu|fri|sat|sun)(-(?P<last>mon|tue|wed|thu|fri|sat|sun))?"
    r" (?P<opens>([01]\d|2[0-3]):[0-5]\d)-(?P<closes>([01]\d|2[0-3]):[0-5]\d)"
)

SIMULATED = "sim"
"""As a device's port: the far end is simulated and has hands on the hardware bench."""

Port = Annotated[str, AfterValidator(_port)]
"""A device node, a link to it, or the USB device that it belongs to."""
Address = Annotated[str, AfterValidator(_address)]
AddressIfAny = Annotated[str, AfterValidator(_address_if_any)]
Zone = Annotated[str, AfterValidator(_zone)]
Broker = Annotated[str, AfterValidator(_broker)]
Languages = Annotated[
    tuple[Literal["zh", "en", "ru", "cs"], ...], Field(min_length=1), AfterValidator(_each_once)
]
"""Those that every screen, slip and page can be had in."""
ReportFormats = Annotated[tuple[Literal["xlsx", "csv", "json"], ...], AfterValidator(_some_format)]
AbsolutePath = Annotated[str, AfterValidator(_absolute_path)]
HostNames = tuple[Annotated[str, AfterValidator(_host_name)], ...]
WebAddress = Annotated[str, AfterValidator(_web_address)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Span = Annotated[str, AfterValidator(_hours)]
Names = Annotated[dict[Literal["zh", "en", "ru", "cs", "kk"], str], Field(min_length=1)]
"""By language; a missing language shows the first given."""
TopicLevel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
"""Ids stand in topics and addresses: no sign with a meaning there."""


PhoneGroups = dict[
    Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}$")],
    Annotated[tuple[int, ...], BeforeValidator(_groups)],
]
"""By country code: how many digits of a national number stand together."""


class Section(BaseModel):
    """A table of the file. Unknown keys are faults."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


Codes = dict[TopicLevel, Names]
"""What may be given as a reason: code and texts."""

USUAL_REASONS: dict[str, Codes] = {
    "drop": {
        "left": {"zh": "客户已离开", "en": "Has left", "ru": "Клиент ушёл", "cs": "Klient odešel"},
        "duplicate": {
            "zh": "重复取号",
            "en": "Took two numbers",
            "ru": "Взято два номера",
            "cs": "Vzata dvě čísla",
        },
    },
    "park": {
        "documents": {
            "zh": "补充资料",
            "en": "Fetches documents",
            "ru": "Идёт за документами",
            "cs": "Jde pro doklady",
        }
    },
    "priority": {
        "elderly": {
            "zh": "老年客户",
            "en": "Elderly",
            "ru": "Пожилой клиент",
            "cs": "Starší klient",
        },
        "disabled": {
            "zh": "残障客户",
            "en": "Disabled",
            "ru": "Клиент с инвалидностью",
            "cs": "Osoba s postižením",
        },
    },
    "clear": {
        "evacuation": {"zh": "紧急疏散", "en": "Evacuation", "ru": "Эвакуация", "cs": "Evakuace"},
        "closing": {
            "zh": "停止营业",
            "en": "The branch closes",
            "ru": "Отделение закрывается",
            "cs": "Pobočka zavírá",
        },
    },
    "finish": {
        "done": {"zh": "已办结", "en": "Done", "ru": "Выполнено", "cs": "Vyřízeno"},
        "papers": {
            "zh": "材料不全",
            "en": "Papers are missing",
            "ru": "Не хватает документов",
            "cs": "Chybí doklady",
        },
        "again": {
            "zh": "需再次来办",
            "en": "Has to come again",
            "ru": "Нужно прийти ещё раз",
            "cs": "Musí přijít znovu",
        },
        "not_possible": {
            "zh": "无法办理",
            "en": "Could not be done",
            "ru": "Выполнить не удалось",
            "cs": "Nešlo vyřídit",
        },
    },
}
"""Of a branch that writes none, by verb."""

USUAL_BREAKS: dict[str, dict[str, object]] = {
    "lunch": {
        "name": {"zh": "午餐", "en": "Lunch", "ru": "Обед", "cs": "Oběd"},
        "minutes": 40,
        "per_day": 1,
    },
    "break": {
        "name": {"zh": "工间休息", "en": "Break", "ru": "Перерыв", "cs": "Přestávka"},
        "minutes": 10,
        "per_day": 2,
    },
    "short_break": {
        "name": {
            "zh": "短暂离开",
            "en": "Short break",
            "ru": "Короткий перерыв",
            "cs": "Krátká přestávka",
        },
        "minutes": 5,
    },
    "five_minutes": {
        "name": {
            "zh": "碰头会",
            "en": "Five-minute meeting",
            "ru": "Пятиминутка",
            "cs": "Krátká porada",
        }
    },
    "training": {"name": {"zh": "培训", "en": "Training", "ru": "Обучение", "cs": "Školení"}},
    "individual_meeting": {
        "name": {
            "zh": "个别谈话",
            "en": "Individual meeting",
            "ru": "Личная встреча",
            "cs": "Osobní pohovor",
        }
    },
    "group_meeting": {
        "name": {"zh": "会议", "en": "Group meeting", "ru": "Совещание", "cs": "Porada"}
    },
    "technical": {
        "name": {
            "zh": "技术故障",
            "en": "Technical problems",
            "ru": "Технические проблемы",
            "cs": "Technické potíže",
        }
    },
}
"""Of a branch that writes none (OPR-20 to OPR-22)."""
