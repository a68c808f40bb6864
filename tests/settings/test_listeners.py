"""Where the branch listens: which doors may be open, and what is encrypted there."""

from pathlib import Path

import pytest

from kiosk.settings.listeners import is_loopback, overlap
from tests.settings.site import BRANCH, HALL, PUBLIC, faults, settings


@pytest.mark.parametrize(
    "more",
    [
        '[http]\nlisten = "0.0.0.0:8080"\ntls = { certificate = "c.pem", key = "k.pem" }',
        '[http]\nlisten = "[::1]:8080"',
        PUBLIC,
        PUBLIC.replace("127.0.0.1", "192.0.2.1") + 'tls = { certificate = "c.pem", key = "k.pem" }',
        '[mqtt]\nbroker = "mqtts://host:8883"\nlisten = "0.0.0.0:1883"',
        '[mqtt]\nbroker = "mqtts://host:8883"\nlisten = "127.0.0.1:8080"',
        PUBLIC.replace("8081", "0") + 'listen = "127.0.0.1:0"\n[mqtt]\n'
        'listen = "127.0.0.1:0"\ntls_listen = "127.0.0.1:0"',
    ],
)
def test_doors_that_may_be_open(tmp_path: Path, more: str) -> None:
    assert settings(tmp_path, more).branch.id == "0755"


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


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("127.0.0.1:80", "127.0.0.1:80", True),
        ("127.0.0.1:80", "127.0.0.1:81", False),
        ("127.0.0.1:80", "127.0.0.2:80", False),
        ("127.0.0.1:0", "127.0.0.1:0", False),
        ("0.0.0.0:0", "127.0.0.1:0", False),
        ("0.0.0.0:80", "10.0.0.9:80", True),
        ("0.0.0.0:80", "10.0.0.9:81", False),
        ("0.0.0.0:80", "kiosk.example:80", True),
        ("[::]:80", "10.0.0.9:80", True),
        ("[::]:80", "[::1]:80", True),
        ("[0:0::0]:80", "[::1]:80", True),
        ("[::1]:80", "[0:0::1]:80", True),
        ("[::1]:80", "127.0.0.1:80", False),
        ("[::ffff:10.0.0.9]:80", "10.0.0.9:80", True),
        ("localhost:80", "127.0.0.1:80", True),
        ("localhost:80", "[::1]:80", True),
        ("localhost:80", "127.0.0.2:80", False),
        ("Kiosk.example:80", "kiosk.EXAMPLE:80", True),
        ("kiosk.example:80", "pages.example:80", False),
        ("127.0.0.1:080", "127.0.0.1:80", True),
    ],
)
def test_addresses_of_one_listener_alone(one: str, other: str, same: bool) -> None:
    assert overlap(one, other) is same
    assert overlap(other, one) is same


def test_a_port_that_is_taken_twice_is_told_once_for_each_that_comes_too_late(
    tmp_path: Path,
) -> None:
    main = BRANCH + HALL + PUBLIC.replace("8081", "8080") + '[mqtt]\nlisten = "localhost:8080"'
    assert faults(tmp_path, main) == [
        "kiosk.toml: [http] public_listen: '127.0.0.1:8080' is taken by [http] listen;"
        " it has a port of its own",
        "kiosk.toml: [mqtt] listen: 'localhost:8080' is taken by [http] listen;"
        " it has a port of its own",
    ]


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
