"""The settings: what is accepted, every fault at once with file and key, every key explained."""

import re
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from kiosk.domain.counter import Help, WorkProfile
from kiosk.domain.ids import ClassId, CounterId, QueueId, SegmentId, ServiceId
from kiosk.domain.queue import NumberSeries, PriorityClass
from kiosk.domain.rules import CallingRules, ReasonFor
from kiosk.domain.service import Hours
from kiosk.settings import Settings, SettingsFault
from kiosk.settings.file import load
from kiosk.settings.listeners import is_loopback
from kiosk.settings.plan import branch_plan
from tests.support.branch import A, V

CONFIG = Path(__file__).parents[2] / "config"

BRANCH = """
[branch]
id = "0755"
name = { en = "Science Park" }
timezone = "Asia/Shanghai"
languages = ["zh", "en"]
"""
HALL = """
[[queue]]
id = "A"
name = { en = "Cash" }
[[service]]
id = "cash"
name = { en = "Cash" }
queue = "A"
[[counter]]
id = "1"
queues = ["A"]
"""


def faults(folder: Path, main: str, **included: str) -> list[str]:
    """What is said of a settings file and of those that lie beside it."""
    for name, text in included.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "kiosk.toml").write_text(main, encoding="utf-8")
    with pytest.raises(SettingsFault) as fault:
        load(folder / "kiosk.toml")
    assert str(fault.value) == "\n".join(fault.value.faults)
    return list(fault.value.faults)


def settings(folder: Path, more: str = "") -> Settings:
    (folder / "kiosk.toml").write_text(BRANCH + HALL + more, encoding="utf-8")
    return load(folder / "kiosk.toml")


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    main = """
include = ["hall.toml"]
colour = "red"
[branch]
id = "07 55"
name = { xx = "X" }
timezone = "Asia/Shangai"
languages = ["zh", "de"]
day_starts = 4
currency = "yuan"
[http]
listen = "0.0.0.0:8080"
lisen = "127.0.0.1:80"
[mqtt]
broker = "http://host"
[[queue]]
id = "A"
name = { en = "Cash" }
[[class]]
id = "vip"
target_wait = 0
max_wait = "soon"
[[counter]]
id = "1"
queues = []
help = [{ queue = "Z", when_wait_exceeds = 5 }]
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"
baud = "fast"
[[printer]]
id = "slip"
driver = "escpos-serail"
port = "sim"
[[printer]]
id = "swipe"
port = "sim"
[visit]
choose_within = 1
"""
    hall = """
[[queue]]
id = "A"
nmae = { en = "Cash" }
[[service]]
id = "cash"
name = { en = "Cash" }
queue = "B"
hours = ["mon-fri 9-17", "sat 16:00-09:00"]
[[service]]
id = "cash"
name = {}
queue = "A"
vip_queue = "V"
mean_minutes = 0
[[segment]]
id = "vip"
class = "vpi"
"""
    assert set(faults(tmp_path, main, hall=hall)) == {
        "kiosk.toml: [colour]: is not known here; did you mean 'counter'?",
        "kiosk.toml: [branch] id: '07 55' doesn't fit ^[A-Za-z0-9_-]{1,32}$",
        "kiosk.toml: [branch] name.xx: 'xx' is none of 'zh', 'en', 'ru', 'cs' or 'kk'",
        "kiosk.toml: [branch] timezone: 'Asia/Shangai' is no time zone such as 'Asia/Shanghai'",
        "kiosk.toml: [branch] languages.1: 'de' is none of 'zh', 'en', 'ru' or 'cs'",
        'kiosk.toml: [branch] day_starts: 4 is no time of day such as "04:00"',
        "kiosk.toml: [branch] currency: 'yuan' doesn't fit ^[A-Z]{3}$",
        "kiosk.toml: [http] lisen: is not known here; did you mean 'listen'?",
        "kiosk.toml: [mqtt] broker: 'http://host' is neither \"embedded\" nor an address"
        ' such as "mqtts://host:8883"',
        "kiosk.toml: [[class]] number 1 target_wait: 0: Input should be greater than 0",
        "kiosk.toml: [[class]] number 1 max_wait: 'soon': Input should be a valid number,"
        " unable to parse string as a number",
        "kiosk.toml: [[counter]] number 1 queues: at least one is needed",
        "kiosk.toml: [[counter]] number 1 help.0.queue: there is no 'Z'",
        "kiosk.toml: [[reader]] number 1 baud: 'fast': Input should be a valid integer,"
        " unable to parse string as an integer",
        "kiosk.toml: [[printer]] number 1: driver 'escpos-serail' is none of"
        " 'escpos-serial', 'escpos-tcp', 'escpos-usb'",
        "kiosk.toml: [[printer]] number 2: driver is missing",
        "kiosk.toml: [[printer]] number 2 id: 'swipe' is given already; each has one of its own",
        "kiosk.toml: [visit] choose_within: 1: Input should be greater than or equal to 5",
        "hall.toml: [[queue]] number 1 id: 'A' is given already; each has one of its own",
        "hall.toml: [[queue]] number 1 series: 'A' is given already; each has one of its own",
        "hall.toml: [[queue]] number 1 name: is missing",
        "hall.toml: [[queue]] number 1 nmae: is not known here; did you mean 'name'?",
        "hall.toml: [[service]] number 1 queue: there is no 'B'",
        "hall.toml: [[service]] number 1 hours.0: 'mon-fri 9-17' is no span of hours"
        ' such as "mon-fri 09:00-17:00"',
        "hall.toml: [[service]] number 1 hours.1: 'sat 16:00-09:00' is no span of hours"
        ' such as "mon-fri 09:00-17:00"',
        "hall.toml: [[service]] number 2 id: 'cash' is given already; each has one of its own",
        "hall.toml: [[service]] number 2 name: at least one is needed",
        "hall.toml: [[service]] number 2 vip_queue: there is no 'V'",
        "hall.toml: [[service]] number 2 mean_minutes: 0: Input should be greater than 0",
        "hall.toml: [[segment]] number 1 class: there is no 'vpi'; did you mean 'vip'?",
    }


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("", ["[branch]: is missing", "[queue]: is missing"]),
        ("[branch", ["is not TOML"]),
        ('include = "hall.toml"', ["include: is no list of files"]),
        ('include = ["a.toml", "b.toml"]', ["a.toml: there is no such file", "b.toml: there is"]),
        (
            'include = ["hall.toml"]\n[branch]\n',
            ["hall.toml: branch: is given in kiosk.toml already"],
        ),
        (
            'include = ["hall.toml"]\n[queue]\n',
            ["hall.toml: queue: is given in kiosk.toml already"],
        ),
        ('include = ["table.toml"]\n[[queue]]\n', ["table.toml: queue: is given in kiosk.toml"]),
        ('include = ["more.toml"]', ["more.toml: [[include]] number 1: is not known here"]),
    ],
)
def test_files_that_cannot_be_put_together(tmp_path: Path, main: str, expected: list[str]) -> None:
    told = faults(
        tmp_path, main, hall=BRANCH + HALL, table='[queue]\nid = "A"', more='include = ["x.toml"]'
    )
    for part in expected:
        assert any(part in line for line in told), told


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="there is no such file"):
        load(tmp_path / "gone.toml")


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_bytes('name = "科技园"'.encode("gb18030"))
    with pytest.raises(SettingsFault, match="save it as UTF-8"):
        load(tmp_path / "kiosk.toml")


SERVICE = '[[service]]\nid = "gold"\nname = { en = "Gold" }\nqueue = "A"\n'


PUBLIC = '[http]\npublic_listen = "127.0.0.1:8081"\npublic_url = "https://q.example"\n'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('[http]\ntls = { certificate = "c.pem" }', "[http] tls: certificate and key go together"),
        ('[http]\npublic_listen = "127.0.0.1:8081"', "[http] public_url: is needed with public_l"),
        (
            PUBLIC.replace("127.0.0.1:8081", "0.0.0.0:443").replace("https:", "http:"),
            "[http] public_url: begins with http:, and public_listen speaks TLS",
        ),
        ('[http]\ntls = { names = ["a b"] }', "[http] tls.names.0: 'a b' is no name or address"),
        ('[mqtt]\nca = "ca.crt"', "[mqtt] ca: is for an outside broker such as"),
        ('[mqtt]\ntls_listen = "127.0.0.1:1883"', "[mqtt] tls_listen: is the same as listen"),
        ('[mqtt]\ntls = { certificate = "c.crt", key = "c.key" }', "[mqtt] tls: is for tls_listen"),
        (
            '[mqtt]\nbroker = "mqtts://broker:8883"\ntls_listen = "0.0.0.0:8883"',
            "[mqtt] tls_listen: is for a broker on this machine",
        ),
        (
            '[mqtt]\nbroker = "mqtt://127.0.0.1"\ntls = { certificate = "c", key = "k" }',
            "[mqtt] tls: is for the embedded broker",
        ),
        ('[mqtt]\nbroker = "mqtt://broker"\nca = "ca.crt"', "[mqtt] ca: goes with TLS"),
        (PUBLIC.replace("8081", "8080"), "[http] public_listen: is the same as listen"),
        (PUBLIC.replace("127.0.0.1:8081", "8081"), "'8081' is not an address and port such as"),
        (PUBLIC.replace("https:", "ftp:"), "is no address such as"),
        ('[mqtt]\nlisten = "0.0.0.0:1883"', "[mqtt] listen: the embedded broker listens on loop"),
        ('[[counter]]\nid = "2"\nqueues = ["a"]', "[[counter]] number 2 queues: there is no 'a'"),
        ('[[queue]]\nid = "K"\nseries = "A"\nname = {en = "K"}', "number 2 series: 'A' is given"),
        ('[[queue]]\nid = "K"\nname = {en = "K"}\nfirst = 9\nlast = 5', "last: is smaller than"),
        (SERVICE + "cap_per_day = 2\ncap_per_person = 3", "cap_per_person: is more than cap_per"),
        (SERVICE + "last_tickets = 3", "last_tickets: needs cap_per_day"),
        ("[calling]\nrecall_limit = 1", "[calling] recalls_minimum: is more than recall_limit"),
        (
            '[[counter]]\nid = "2"\nqueues = ["A"]\nbreaks = ["noon"]',
            "[[counter]] number 2 breaks.0: 'noon' is no span of hours",
        ),
        ('[breaks]\nready = { name = { en = "R" } }', "[breaks] ready: is a status of its own"),
    ],
)
def test_keys_that_contradict_each_other(tmp_path: Path, more: str, expected: str) -> None:
    (line,) = faults(tmp_path, BRANCH + HALL + more)
    assert expected in line


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("usb:483:5740", "names no USB device such as"),
        ("usb:0483:5740:", "names no USB device such as"),
        ("", "is no port such as"),
    ],
)
def test_a_port_that_is_none(tmp_path: Path, port: str, expected: str) -> None:
    more = READER.replace("/dev/ttyUSB0", port)
    (line,) = faults(tmp_path, BRANCH + HALL + more)
    assert (
        line
        == f"kiosk.toml: [[reader]] number 1 port: {port!r} {expected}"
        + line.partition(expected)[2]
    )


@pytest.mark.parametrize(
    "port", ["/dev/serial/by-id/usb-x-if00", "usb:0483:5740", "usb:0483:5740:A1"]
)
def test_a_port_by_a_name_that_stays(tmp_path: Path, port: str) -> None:
    (tmp_path / "kiosk.toml").write_text(BRANCH + HALL + READER.replace("/dev/ttyUSB0", port))
    (reader,) = load(tmp_path / "kiosk.toml").reader
    assert reader.port == port


LED = '[[led]]\nid = "l"\ncounter = "1"\ntemplate = "bar-xor"\nport = "/dev/ttyUSB0"\naddress = 5\n'
PAD = LED.replace("[[led]]", "[[callpad]]").replace('"l"', '"p"').replace("bar-xor", "pad-xor")
OTHER_PAD = PAD.replace("= 5", "= 6")
READER = '[[reader]]\nid = "r"\ndriver = "magstripe-serial"\nport = "/dev/ttyUSB0"\n'
BAR = '[[led_template]]\nid = "our-bar"\ncells = 8\nshow = "address text 0D"\n'
KEYS = '[[callpad_template]]\nid = "our-pad"\ncells = 4\npoll = "address"\nkeys = { next = 1 }\n'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            LED + PAD,
            "[[callpad]] number 1 address: 5 at /dev/ttyUSB0 is the address of 'l' already",
        ),
        (
            LED + LED.replace('"l"', '"m"'),
            "[[led]] number 2 address: 5 at /dev/ttyUSB0 is the addr",
        ),
        (LED + LED.replace("= 5", "= 6"), "[[led]] number 2 id: 'l' is given already"),
        (LED + OTHER_PAD + "baud = 19200", "baud: 19200 differs from the 9600 of others at /dev/"),
        (LED + READER, "[[led]] number 1 port: '/dev/ttyUSB0' is the port of a [[reader]]"),
        (
            LED.replace("bar-xor", "bar-xro"),
            "template: there is no 'bar-xro'; did you mean 'bar-xor'",
        ),
        (PAD.replace("pad-xor", "bar-xor"), "[[callpad]] number 1 template: there is no 'bar-xor'"),
        (
            PAD.replace('"1"', '"11"'),
            "[[callpad]] number 1 counter: there is no '11'; did you mean '1'",
        ),
        (PAD + 'transfer_to = "Z"', "[[callpad]] number 1 transfer_to: there is no 'Z'"),
        (PAD.replace("= 5", "= 248"), "[[callpad]] number 1 address: 248: Input should be less"),
        (
            LED.replace("bar-xor", "line-ascii").replace("= 5", "= 100"),
            "[[led]] number 1 address: 100 is more than 'line-ascii' can write",
        ),
        (
            BAR.replace("our-bar", "bar-xor"),
            "[[led_template]] number 1 id: 'bar-xor' is given alre",
        ),
        (BAR.replace("address", "adress"), "show: 'adress text 0D' has 'adress', which is neither"),
        (BAR.replace("text ", ""), "show: 'address 0D' lacks the word text"),
        (
            BAR + 'poll = "05 address"\npolled = "05 address"',
            "polled: is the same as poll: an echo",
        ),
        (BAR + 'chimed = "06 address"', "chimed: answers nothing: chime is missing"),
        (BAR.replace("8", "2"), "[[led_template]] number 1 cells: 2: Input should be greater than"),
        (BAR + 'encoding = "utf-8"', "encoding: 'utf-8' is none of 'ascii', 'gb2312' or 'gbk'"),
        (KEYS, "[[callpad_template]] number 1 polled: is missing"),
        (KEYS + 'polled = "06 address"', "polled: '06 address' lacks the word key"),
    ],
)
def test_devices_on_a_bus_that_cannot_be(tmp_path: Path, more: str, expected: str) -> None:
    (line,) = faults(tmp_path, BRANCH + HALL + more)
    assert expected in line


WEDGE = '[[reader]]\nid = "r"\ndriver = "magstripe-evdev"\n'
SCANNER = WEDGE.replace("magstripe", "scanner")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", '[[reader]] number 1 device: is missing; for the hardware bench: port = "sim"'),
        ('device = "/dev/input/event7"', "device: '/dev/input/event7' is no name that stays the"),
        ('device = "/dev/ttyS1"', "[[reader]] number 1 device: '/dev/ttyS1' is no name that stays"),
        ('device = "/dev/input/kiosk-swipe"\nport = "sim"', "port: is one too many beside device"),
        ('device = "/dev/input/kiosk-swipe"\nbaud = 9600', "baud: is not known here"),
        (
            'device = "/dev/input/kiosk-swipe"\ndevcie = ""',
            "devcie: is not known here; did you mean",
        ),
        ('port = "/dev/ttyS1"\ndevice = "/dev/input/x"', "port: '/dev/ttyS1' is none of 'sim'"),
    ],
)
def test_readers_that_type_and_cannot_be(tmp_path: Path, keys: str, expected: str) -> None:
    for reader in (WEDGE, SCANNER):
        assert expected in faults(tmp_path, BRANCH + HALL + reader + keys)[0]


@pytest.mark.parametrize("keys", ['device = "/dev/input/by-id/usb-x-event-kbd"', 'port = "sim"'])
def test_readers_that_type(tmp_path: Path, keys: str) -> None:
    (reader,) = settings(tmp_path, WEDGE + keys).reader
    assert reader.driver == "magstripe-evdev"
    (scanner,) = settings(tmp_path, SCANNER + keys).reader
    assert scanner.driver == "scanner-evdev"


def test_a_scanner_on_a_serial_line(tmp_path: Path) -> None:
    scanner = '[[reader]]\nid = "r"\ndriver = "scanner-serial"\n'
    (line,) = faults(tmp_path, BRANCH + HALL + scanner)
    assert "[[reader]] number 1 port: is missing" in line
    (reader,) = settings(tmp_path, scanner + 'port = "/dev/ttyS4"').reader
    assert reader.driver == "scanner-serial"
    assert reader.baud == 9600


ID_READER = '[[reader]]\nid = "r"\ndriver = "idcard-sdt"\n'


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", "[[reader]] number 1 port: is missing"),
        (
            'port = "/dev/ttyS3"\nbaud = 4800',
            "[[reader]] number 1 baud: 4800 is none of 9600, 19200",
        ),
        ('port = "/dev/ttyS3"\nbuad = 9600', "buad: is not known here; did you mean 'baud'?"),
    ],
)
def test_readers_of_identity_cards_that_cannot_be(tmp_path: Path, keys: str, expected: str) -> None:
    assert expected in faults(tmp_path, BRANCH + HALL + ID_READER + keys)[0]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('reader = "ACS"\nport = "sim"', "[[reader]] number 1 port: is one too many beside reader"),
        ('port = "/dev/ttyS1"', "[[reader]] number 1 port: '/dev/ttyS1' is none of 'sim'"),
        ('raeder = "ACS"', "raeder: is not known here; did you mean 'reader'?"),
    ],
)
def test_readers_of_chip_cards_that_cannot_be(tmp_path: Path, keys: str, expected: str) -> None:
    chip = '[[reader]]\nid = "r"\ndriver = "pcsc"\n'
    assert expected in faults(tmp_path, BRANCH + HALL + chip + keys)[0]


def test_a_reader_with_a_driver_that_nobody_wrote(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, BRANCH + HALL + WEDGE.replace("evdev", "evdve"))
    assert "[[reader]] number 1: driver 'magstripe-evdve' is none of 'magstripe-serial'" in line


def test_a_key_that_no_pad_has(tmp_path: Path) -> None:
    (line,) = faults(
        tmp_path,
        BRANCH + HALL + KEYS.replace("next", "nxt") + 'polled = "06 address key"',
    )
    assert "keys.nxt" in line
    assert "'next', 'recall', 'start'" in line


def test_devices_on_a_bus_with_a_template_of_the_site(tmp_path: Path) -> None:
    told = settings(tmp_path, BAR + LED.replace("bar-xor", "our-bar") + OTHER_PAD)
    assert (told.led[0].address, told.callpad[0].address) == (5, 6)
    assert told.led[0].baud == told.callpad[0].baud == 9600


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('folder = "files"', "folder: 'files' is no absolute path such as \"/srv/kiosk/reports\""),
        ("folder = 7", "folder: 7: Input should be a valid string"),
        ("formats = []", 'formats: [] names no format such as "xlsx"'),
        ('formats = ["csv", "pdf"]', "formats.1: 'pdf' is none of 'xlsx', 'csv' or 'json'"),
        ('formats = "csv"', "formats: 'csv': Input should be a valid tuple"),
        ('folders = ""', "folders: is not known here; did you mean 'folder'?"),
    ],
)
def test_where_and_how_reports_are_dropped(tmp_path: Path, more: str, expected: str) -> None:
    (line,) = faults(tmp_path, f"{BRANCH}{HALL}[reports]\n{more}")
    assert f"[reports] {expected}" in line


@pytest.mark.parametrize(
    "more",
    [
        '[http]\nlisten = "0.0.0.0:8080"\ntls = { certificate = "c.pem", key = "k.pem" }',
        '[http]\nlisten = "[::1]:8080"',
        PUBLIC,
        PUBLIC.replace("127.0.0.1", "192.0.2.1") + 'tls = { certificate = "c.pem", key = "k.pem" }',
        '[mqtt]\nbroker = "mqtts://host:8883"\nlisten = "0.0.0.0:1883"',
    ],
)
def test_doors_that_may_be_open(tmp_path: Path, more: str) -> None:
    assert settings(tmp_path, more).branch.id == "0755"


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (
            '{ "86" = "3-4-5-6" }',
            ".86: '3-4-5-6' is no grouping of 4 to 12 digits such as \"3-4-4\"",
        ),
        ('{ "86" = "1-2" }', ".86: '1-2' is no grouping of 4 to 12 digits such as \"3-4-4\""),
        ('{ "86" = 11 }', '.86: 11 is no grouping of 4 to 12 digits such as "3-4-4"'),
        ('{ "+86" = "3-4-4" }', ".+86: '+86' doesn't fit ^[1-9][0-9]{0,2}$"),
    ],
)
def test_phone_numbers_that_nobody_can_type(tmp_path: Path, phone: str, expected: str) -> None:
    more = f"[visit]\nphone = {phone}\n"
    assert faults(tmp_path, BRANCH + HALL + more) == [f"kiosk.toml: [visit] phone{expected}"]


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ('["zh", "kk"]', "[branch] languages.1: 'kk' is none of 'zh', 'en', 'ru' or 'cs'"),
        ('["zh", "en", "zh"]', "names a language twice; it would have two buttons"),
        ("[]", "[branch] languages: at least one is needed"),
    ],
)
def test_languages_that_nobody_could_choose(tmp_path: Path, languages: str, expected: str) -> None:
    """OPR-37, OPR-38: whatever a customer may choose there are texts in."""
    main = re.sub(r"languages = .*", f"languages = {languages}", BRANCH) + HALL
    (line,) = faults(tmp_path, main)
    assert expected in line


def test_phone_numbers_that_may_be_typed(tmp_path: Path) -> None:
    more = '[visit]\nphone = { "7" = "3-3-2-2", "420" = "3-3-3" }\n'
    assert list(settings(tmp_path, more).visit.phone.items()) == [
        ("7", (3, 3, 2, 2)),
        ("420", (3, 3, 3)),
    ]
    assert settings(tmp_path).visit.phone == {}


def test_defaults(tmp_path: Path) -> None:
    told = settings(tmp_path)
    assert (told.http.listen, told.mqtt.broker) == ("127.0.0.1:8080", "embedded")
    assert (told.clients.budget_ms, told.branch.day_starts) == (800, time(4))
    assert (told.visit.choose_within, told.visit.warn_for, told.visit.thanks_for) == (30, 10, 6)


def test_a_language_without_texts_is_remarked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.settings.complete_languages", lambda: frozenset({"en", "zh"}))
    branch = BRANCH.replace('["zh", "en"]', '["en", "cs"]')
    (tmp_path / "kiosk.toml").write_text(branch + HALL, encoding="utf-8")
    told = load(tmp_path / "kiosk.toml")
    assert list(told.remarks()) == [
        "[branch] languages: there are no texts in 'cs' yet; 'en' is shown instead"
    ]


def test_customers_are_led_only_where_somebody_listens(tmp_path: Path) -> None:
    assert settings(tmp_path, PUBLIC).http.follow_url == "https://q.example"
    off = settings(tmp_path, '[http]\npublic_listen = ""\npublic_url = "https://q.example/"')
    assert off.http.follow_url == ""
    assert list(off.remarks()) == [
        "[http] public_url: customers are not led there while public_listen is empty"
    ]


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("127.0.0.1:80", True),
        ("127.8.8.8:80", True),
        ("localhost:80", True),
        ("[::1]:80", True),
        ("0.0.0.0:80", False),
        ("[::]:80", False),
        ("192.0.2.1:80", False),
        ("kiosk.example:80", False),
    ],
)
def test_loopback(address: str, stays: bool) -> None:
    assert is_loopback(address) is stays


class TestTheVoice:
    def test_without_its_table_there_is_none(self, tmp_path: Path) -> None:
        assert settings(tmp_path).voice is None

    def test_what_it_says_when_nothing_is_said(self, tmp_path: Path) -> None:
        voice = settings(tmp_path, "[voice]\n").voice
        assert voice
        assert (voice.output, voice.languages, voice.clips) == ("default", (), "")
        assert voice.volume == {time(0): 80}

    def test_the_volume_of_the_day(self, tmp_path: Path) -> None:
        voice = settings(tmp_path, '[voice]\nvolume = { "08:30" = 80, "18:00" = 0 }\n').voice
        assert voice
        assert voice.volume == {time(8, 30): 80, time(18): 0}

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            ('outptu = "default"', "[voice] outptu: is not known here; did you mean 'output'?"),
            ('output = ""', "[voice] output: '': String should have at least 1 character"),
            (
                'languages = ["zh", "de"]',
                "[voice] languages.1: 'de' is none of 'zh', 'en', 'ru', 'cs' or 'kk'",
            ),
            ("volume = {}", "[voice] volume: at least one is needed"),
            ('volume = { "8:30" = 80 }', "[voice] volume.8:30: '8:30' is no time of day such as"),
            ('volume = { "08:30" = 101 }', "[voice] volume.08:30: 101: Input should be less than"),
            ('volume = { "08:30" = "loud" }', "[voice] volume.08:30: 'loud': Input should be a"),
            ("volume = 80", "[voice] volume: 80: Input should be a valid dictionary"),
        ],
    )
    def test_a_bad_value_is_named(self, tmp_path: Path, line: str, fault: str) -> None:
        (told,) = faults(tmp_path, BRANCH + HALL + f"[voice]\n{line}\n")
        assert told.startswith(f"kiosk.toml: {fault}")


class TestTheExample:
    """``config/kiosk.toml`` has every key, commented."""

    def test_every_key_of_the_model_stands_there(self) -> None:
        example = _tables(CONFIG / "kiosk.toml") | _tables(CONFIG / "services.toml")
        missing = [key for key in _keys_of(Settings) if key not in example]
        # The two drivers of a printer share one table; the other one's keys stand in a comment.
        comments = (CONFIG / "kiosk.toml").read_text(encoding="utf-8")
        assert [key for key in missing if f"{key.rpartition('.')[2]} = " not in comments] == []

    def test_each_has_a_comment_the_first_time_it_stands_there(self) -> None:
        uncommented = [
            f"{file.name}: {line}"
            for file in (CONFIG / "kiosk.toml", CONFIG / "services.toml")
            for line in _uncommented(file.read_text(encoding="utf-8"))
        ]
        assert uncommented == []

    def test_its_rules_of_the_house_are_the_usual_ones(self, tmp_path: Path) -> None:
        told = branch_plan(load(CONFIG / "kiosk.toml"))
        usual = branch_plan(settings(tmp_path, ""))
        assert told.calling == usual.calling == CallingRules(2, timedelta(seconds=20), 3)
        assert told.reasons == usual.reasons
        assert set(usual.reasons[ReasonFor.DROP]) == {"left", "duplicate"}
        assert list(told.breaks) == ["lunch", "short_break"]
        assert len(usual.breaks) == 8
        lunch = usual.breaks["lunch"]
        assert (lunch.limit, lunch.times) == (timedelta(minutes=40), 1)
        cash = told.services[ServiceId("cash")]
        assert (cash.cap_per_day, cash.cap_per_person, cash.last_tickets) == (400, 3, 20)

    def test_it_makes_the_plan_it_tells_of(self) -> None:
        plan = branch_plan(load(CONFIG / "kiosk.toml"))
        assert (plan.id, plan.day_starts, plan.languages) == (
            "0755",
            time(4),
            ("zh", "en", "ru", "cs"),
        )
        assert str(plan.zone) == "Asia/Shanghai"
        assert plan.queues[A].series == NumberSeries("A", first=1, width=3, last=999)
        assert plan.classes == {
            ClassId("regular"): PriorityClass(ClassId("regular"), 15, 40),
            ClassId("vip"): PriorityClass(ClassId("vip"), 3, 12),
            ClassId("appointment"): PriorityClass(ClassId("appointment"), 3, 20),
        }
        cash = plan.services[ServiceId("cash")]
        assert (cash.queue, cash.vip_queue, cash.mean_minutes) == (A, V, 6)
        assert cash.hours == (
            Hours(frozenset(range(5)), time(9), time(17)),
            Hours(frozenset({5}), time(9, 30), time(16)),
        )
        assert plan.counters[CounterId("1")].profile == WorkProfile(
            frozenset({A, V}), frozenset(), (Help(QueueId("B"), 20),)
        )
        assert plan.hours == cash.hours
        lunch = Hours(frozenset(range(5)), time(12), time(12, 40))
        assert plan.counters[CounterId("1")].breaks == (lunch,)
        assert plan.counters[CounterId("2")].breaks == ()
        (segment,) = plan.segments
        assert (segment.id, segment.priority_class, segment.assets_at_least) == (
            SegmentId("vip"),
            "vip",
            500_000,
        )
        assert segment.grades == {"gold", "diamond"}


def test_the_demonstration_branch() -> None:
    told = load(CONFIG / "demo.toml")
    plan = branch_plan(told)
    assert list(told.remarks()) == []
    assert set(plan.queues) == {"A", "B", "C", "V"}
    assert set(plan.services) == {"cash", "account", "transfer", "business", "advice"}
    assert plan.counters[CounterId("4")].profile == WorkProfile(
        frozenset({V}), frozenset({QueueId("B")})
    )
    assert {device.port for device in (*told.reader, *told.printer)} == {"sim"}
    served = {queue for one in plan.counters.values() for queue in one.profile.queues}
    assert served == set(plan.queues)


@pytest.mark.parametrize(
    ("span", "days"),
    [
        ("mon 09:00-17:00", {0}),
        ("mon-fri 09:00-17:00", {0, 1, 2, 3, 4}),
        ("sat-mon 09:00-17:00", {5, 6, 0}),
        ("sun 09:00-17:00", {6}),
    ],
)
def test_hours_of_the_week(tmp_path: Path, span: str, days: set[int]) -> None:
    hall = HALL.replace('queue = "A"\n', f'queue = "A"\nhours = ["{span}"]\n')
    (tmp_path / "kiosk.toml").write_text(BRANCH + hall, encoding="utf-8")
    plan = branch_plan(load(tmp_path / "kiosk.toml"))
    assert plan.services[ServiceId("cash")].hours == (Hours(frozenset(days), time(9), time(17)),)


def _keys_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every key of the model, as ``service.hours``."""
    for name, field in model.model_fields.items():
        key = f"{path}{field.alias or name}"
        parts = list(_models_in(field.annotation))
        if not parts:
            yield key
        for part in parts:
            yield from _keys_of(part, f"{key}.")


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _tables(file: Path) -> set[str]:
    return set(_keys_in(tomllib.loads(file.read_text(encoding="utf-8"))))


def _keys_in(tree: Any, path: str = "") -> Iterator[str]:
    if isinstance(tree, list):
        for entry in tree:
            yield from _keys_in(entry, path)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield f"{path}{key}"
            yield from _keys_in(value, f"{path}{key}.")


SPEAK_FOR_THEMSELVES = {
    *("id", "name", "queue", "class", "kind", "driver", "baud", "source", "mean_minutes"),
}


def _uncommented(text: str) -> Iterator[str]:
    """Lines whose key has no comment where it stands first, beside or above it or at its table."""
    seen = set(SPEAK_FOR_THEMSELVES)
    explained = False
    for line in text.splitlines():
        if line.startswith("["):
            explained = explained or "#" in line
        elif line.startswith("#"):
            explained = True
        elif not line:
            explained = False
        elif (key := line.partition(" =")[0]) not in seen:
            seen.add(key)
            if "#" not in line and not explained:
                yield line


@pytest.mark.parametrize(
    ("listen", "public", "remarked"),
    [
        ("127.0.0.1:8080", "127.0.0.1:8081", []),
        ("10.0.0.9:8443", "127.0.0.1:8081", ["[http] tls"]),
        ("127.0.0.1:8080", "10.0.0.9:443", ["[http] public_listen"]),
        ("0.0.0.0:8443", "0.0.0.0:443", ["[http] tls", "[http] public_listen"]),
    ],
)
def test_what_leaves_the_machine_is_encrypted_without_being_asked_for(
    tmp_path: Path, listen: str, public: str, remarked: list[str]
) -> None:
    table = f'[http]\nlisten = "{listen}"\n' + PUBLIC.replace("127.0.0.1:8081", public)[7:]
    http = settings(tmp_path, table).http
    assert [http.encrypts(one) for one in (listen, public)] == [
        not is_loopback(one) for one in (listen, public)
    ]
    assert [one.partition(":")[0] for one in http.remarks()] == remarked
    given = settings(tmp_path, table + 'tls = { certificate = "c.crt", key = "c.key" }').http
    assert given.encrypts("127.0.0.1:8080")
    assert list(given.remarks()) == []
