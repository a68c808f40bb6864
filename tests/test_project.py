"""The promises of the checkout itself: what is locked, what is named, what may be run."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = sorted(path.name for path in ROOT.glob("requirements*"))


def tracked(*patterns: str) -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout: nobody tells which files are the project's")
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--", *patterns],
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def lines_with(pattern: str, files: list[Path]) -> Iterator[str]:
    for path in files:
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if re.search(pattern.encode(), line):
                yield f"{path.relative_to(ROOT)}:{number}"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_name_no_index_and_no_file(name: str) -> None:
    addresses = r"://|file:/|index-url|find-links|trusted-host| @ |-[erc] +/"
    assert not list(lines_with(addresses, [ROOT / name]))


@pytest.mark.parametrize("name", [name for name in REQUIREMENTS if name.endswith(".txt")])
def test_every_locked_requirement_has_a_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    locked = [line for line in text.splitlines() if line and line.lstrip()[0] != "#"]
    assert locked
    assert not [line for line in locked if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line)]


def test_the_maintained_pygame_is_the_only_one() -> None:
    names = re.findall(r"^(pygame\S*)==", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert names == ["pygame-ce"]


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    # A unit may well say what it protects.
    files = tracked(":!systemd")
    assert not list(lines_with(r"(?<![\w.)}*-])/(?:root|home|work|farm)/", files))


def test_no_file_names_a_package_index() -> None:
    assert not list(lines_with(r"(?:pypi|pythonhosted)\.org|registry\.npmjs", tracked()))


def test_every_script_can_be_run() -> None:
    scripts = tracked("scripts", ".ci")
    assert scripts
    for script in scripts:
        assert script.stat().st_mode & 0o111, f"{script} is not executable"
        assert script.read_bytes().startswith(b"#!"), f"{script} doesn't say what runs it"


def test_every_room_has_its_floor_in_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [c["layers"] for c in contracts["contracts"] if c["type"] == "layers"]
    named = set(re.findall(r"kiosk\.\w+", " ".join(layers)))
    rooms = {
        f"kiosk.{path.stem}"
        for path in (ROOT / "kiosk").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"kiosk.__init__", "kiosk.__main__"}
    assert rooms - named == set()


def test_nothing_is_raised_anew_where_groups_are_taken_apart() -> None:
    """Up to Python 3.11.3, Debian 12's, it comes out in a group again and its own name is lost."""
    raising = [
        f"{path.relative_to(ROOT)}:{raised.lineno}"
        for path in tracked("*.py")
        for apart in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(apart, ast.TryStar)
        for handler in apart.handlers
        for raised in ast.walk(handler)
        if isinstance(raised, ast.Raise) and raised.exc
    ]
    assert not raising
