"""Tokens and the key that makes them."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import KEY_BYTES, KeyUnusable, card_token, load_key
from tests.cardreader.cards import EVERYDAY, GOLD, VISA


def test_a_token_is_the_keyed_hash_of_the_digits() -> None:
    """The expected value was made with ``openssl dgst -sha256 -hmac``."""
    number = Pan("6200123456789010")
    assert card_token(number, b"k" * KEY_BYTES) == (
        "d0c0bbb6c1d144f464c4697b0704fb26c3b3e2770bc3acfd1a991449f73f061e"
    )


def test_the_same_card_has_one_token_and_others_have_others() -> None:
    key, other = b"1" * KEY_BYTES, b"2" * KEY_BYTES
    tokens = {card_token(Pan(number), key) for number in (GOLD, EVERYDAY, VISA)}
    assert len(tokens) == 3
    assert card_token(Pan(GOLD), key) in tokens
    assert card_token(Pan(GOLD), other) not in tokens


def test_the_first_use_makes_a_key_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "card.key"
    key = load_key(path)
    assert len(key) == KEY_BYTES
    assert key != load_key(tmp_path / "another.key")
    assert load_key(path) == key == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o601])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "card.key"
    load_key(path)
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"chmod 600 {path}"):
        load_key(path)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_a_wrong_length_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "card.key"
    path.touch(0o600)
    path.write_bytes(b"\xff" * length)
    with pytest.raises(KeyUnusable, match="32 bytes") as refused:
        load_key(path)
    assert "ff" not in str(refused.value).replace(str(path), "")


def test_a_key_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        KeyUnusable, match=r"card key .*/file/card\.key: (Not a directory|File exists)"
    ):
        load_key(tmp_path / "file" / "card.key")


def test_programs_that_start_together_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "card.key"
    program = (
        "import pathlib, sys; from kiosk.cardreader.token import load_key;"
        "sys.stdin.read(); print(load_key(pathlib.Path(sys.argv[1])).hex())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
    keys = set()
    for one in started:
        assert one.stdout is not None
        with one.stdout:
            keys.add(one.stdout.read().strip())
        assert one.wait() == 0
    assert keys == {path.read_bytes().hex()}
    assert list(tmp_path.iterdir()) == [path]
