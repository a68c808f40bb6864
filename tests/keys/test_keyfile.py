"""Keys in files: made once, whole, for the owner alone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.keys.keyfile import KEY_BYTES, KeyUnusable, load_key, private_text


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
        "import pathlib, sys; from kiosk.keys.keyfile import load_key;"
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


def test_a_key_that_somebody_else_brings_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"card key .*none\.key: No such file"):
        load_key(tmp_path / "none.key", make=False)
    assert not list(tmp_path.iterdir())


def test_a_secret_text_is_read_without_its_lines_end(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text("four secret words\n")
    assert private_text(file, "broker password") == "four secret words"
    file.chmod(0o644)
    with pytest.raises(KeyUnusable, match=f"broker password {file}: others can read it"):
        private_text(file, "broker password")
    file.chmod(0o600)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyUnusable, match="is no UTF-8 text"):
        private_text(file, "broker password")
    with pytest.raises(KeyUnusable, match="No such file"):
        private_text(tmp_path / "none", "broker password")
