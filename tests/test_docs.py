"""What the documents name is there: what they link to, files, commands with their options."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk.cli import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "*/README.md", "config/kiosk.toml")
    for path in ROOT.glob(pattern)
)
HOMES = (ROOT, ROOT / "kiosk")
"""Where a path in the text begins; ARCHITECTURE.md leaves ``kiosk/`` out."""
QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)|\bsrc=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`|^ {4}([^#\n]+)", re.MULTILINE)
COMMAND = re.compile(r"(?:^|sudo |/)kiosk ((?:[a-z][a-z-]* ?)+)([^|<>]*)")


class Named(NamedTuple):
    """A command as a document tells of it."""

    document: str
    words: tuple[str, ...]
    options: tuple[str, ...]


def paths(text: str) -> Iterator[str]:
    """Files and folders of ours that a text names."""
    ours = {path.name for home in HOMES for path in home.iterdir() if path.is_dir()}
    for quoted in QUOTED.findall(text):
        first, *rest = quoted.split("/")
        in_house = rest and first in ours and " " not in quoted and rest[0] != "v1"
        if in_house or re.fullmatch(r"[\w./-]+\.py", quoted):  # kiosk/v1/… are topics
            yield quoted


def is_there(path: str, beside: Path) -> bool:
    """A name without a folder may stand in any room, or beside the document."""
    if "/" in path:
        return any(list(home.glob(path)) for home in (*HOMES, beside))
    return any(any(ROOT.glob(f"{home}/**/{path}")) for home in ("kiosk", "tests", "examples"))


def commands() -> Iterator[Named]:
    for document in DOCUMENTS:
        for quoted, indented in CODE.findall(document.read_text()):
            for words, rest in COMMAND.findall(quoted or indented):
                options = re.findall(r"--[a-z][a-z-]+", rest)
                yield Named(document.name, tuple(words.split()), tuple(options))


def help_of(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str | None:
    """What a command says of itself; None where there is none of this name."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    told = capsys.readouterr().out
    return told if ended.value.code == 0 else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    links = [one or other for one, other in LINK.findall(text)]
    assert [link for link in links if not (document.parent / link).exists()] == []
    assert [path for path in paths(text) if not is_there(path, document.parent)] == []


def test_every_command_that_a_document_names_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    named = set(commands())
    assert len(named) > 30, "no commands were found"
    helps: dict[tuple[str, ...], str | None] = {}
    wrong = []
    for document, words, options in sorted(named):
        for begin in (words[:1], words[:2]):
            if begin not in helps:
                helps[begin] = help_of(begin, capsys)
        told = helps[words[:2]] or helps[words[:1]]
        if told is None or [option for option in options if option not in told]:
            wrong.append(f"{document}: kiosk {' '.join((*words, *options))}")
    assert wrong == []
