"""Devices in the settings: what may stand together, and every fault with its table and key."""

from pathlib import Path

import pytest

from kiosk.settings.file import load
from tests.settings.site import BRANCH, HALL, faults, settings

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
