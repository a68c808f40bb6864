"""The settings: what is accepted, every fault at once with file and key, every key explained."""

import re
from datetime import time
from pathlib import Path

import pytest

from kiosk.domain.ids import ServiceId
from kiosk.domain.service import Hours
from kiosk.settings import SettingsFault
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from tests.settings.site import BRANCH, HALL, PUBLIC, faults, settings


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


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('[http]\ntls = { key = "c.key" }', "[http] tls: key goes with a certificate"),
        (
            '[mqtt]\ntls_listen = "0.0.0.0:8883"\ntls = { certificate = "c.pem" }',
            "[mqtt] tls: certificate and key go together",
        ),
        ('[http]\npublic_listen = "127.0.0.1:8081"', "[http] public_url: is needed with public_l"),
        (
            PUBLIC.replace("127.0.0.1:8081", "0.0.0.0:443").replace("https:", "http:"),
            "[http] public_url: begins with http:, and public_listen speaks TLS",
        ),
        ('[http]\ntls = { names = ["a b"] }', "[http] tls.names.0: 'a b' is no name or address"),
        ('[mqtt]\nca = "ca.crt"', "[mqtt] ca: is for an outside broker such as"),
        ('[mqtt]\ntls_listen = "127.0.0.1:1883"', "[mqtt] tls_listen: '127.0.0.1:1883' is t"),
        ('[mqtt]\ntls = { certificate = "c.crt", key = "c.key" }', "[mqtt] tls: is for tls_listen"),
        ('[mqtt]\nlisten = "127.0.0.1:8080"', "8080' is taken by [http] listen"),
        ('[mqtt]\ntls_listen = "127.0.0.1:8080"', "is taken by [http] listen; it"),
        (
            '[mqtt]\nbroker = "mqtts://broker:8883"\ntls_listen = "0.0.0.0:8883"',
            "[mqtt] tls_listen: is for a broker on this machine",
        ),
        (
            '[mqtt]\nbroker = "mqtt://127.0.0.1"\ntls = { certificate = "c", key = "k" }',
            "[mqtt] tls: is for the embedded broker",
        ),
        ('[mqtt]\nbroker = "mqtt://broker"\nca = "ca.crt"', "[mqtt] ca: goes with TLS"),
        (PUBLIC.replace("8081", "8080"), "[http] public_listen: '127.0.0.1:8080' is t"),
        ('[http]\nlisten = "0.0.0.0:1883"', "[mqtt] listen: '127.0.0.1:1883' is taken by [http] l"),
        (PUBLIC + '[mqtt]\nlisten = "localhost:8081"', "is taken by [http] public_listen; it has"),
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
