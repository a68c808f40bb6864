"""scripts/catalogues, on a checkout of two source files."""

import gettext
import os
import shutil
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/catalogues"

PYTHON = """
def greet(language, name, count, elsewhere):
    say(language, "Good morning, {name}.", name=name)
    say_count(language, "{count} person waits.", "{count} people wait.", count)
    elsewhere("Not a message")
"""
HTML = '<title>{{ say(language, "Counter {counter}", counter=counter) }}</title>\n'

TRANSLATED = """
msgid ""
msgstr ""
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Counter {counter}"
msgstr "{counter} 号窗口"

msgid "Good morning, {name}."
msgstr "{name}，早上好。"

msgid "{count} person waits."
msgid_plural "{count} people wait."
msgstr[0] "{count} 人等候"
"""

Run = Callable[..., int]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk/flow/greeting.py"
    path.parent.mkdir(parents=True)
    path.write_text(PYTHON)
    return path


@pytest.fixture
def run(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the script of a checkout in ``tmp_path``."""
    page = tmp_path / "kiosk/web/templates/counter/console.html"
    page.parent.mkdir(parents=True)
    page.write_text(HTML)
    script = tmp_path / "scripts/catalogues"
    script.parent.mkdir()
    shutil.copy(SCRIPT, script)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = spec_from_loader("catalogues", SourceFileLoader("catalogues", str(script)))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", [str(script), *arguments])
        return int(module.main())

    return run


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "kiosk/locale/kiosk.pot"


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk/locale/zh/LC_MESSAGES/kiosk.po"
    path.parent.mkdir(parents=True)
    path.write_text(TRANSLATED)
    return path


def test_messages_come_out_of_python_and_templates(run: Run, template: Path) -> None:
    assert run("extract") == 0
    text = template.read_text()
    assert '#: kiosk/flow/greeting.py\n#, python-brace-format\nmsgid "Good morning' in text
    assert 'msgid "{count} person waits."\nmsgid_plural "{count} people wait."' in text
    assert "#: kiosk/web/templates/counter/console.html\n" in text
    assert 'msgid "Counter {counter}"' in text
    assert "Not a message" not in text


def test_the_template_names_no_machine_and_no_date(
    run: Run, template: Path, source: Path, tmp_path: Path
) -> None:
    run("extract")
    before = template.read_bytes()
    assert str(tmp_path).encode() not in before
    assert b"Date" not in before
    source.write_text("\n\n\n" + PYTHON)
    run("extract")
    assert template.read_bytes() == before


def test_a_new_catalogue_is_asked_for_by_its_language(run: Run, tmp_path: Path) -> None:
    run("extract")
    run("update", "cs")
    text = (tmp_path / "kiosk/locale/cs/LC_MESSAGES/kiosk.po").read_text()
    assert "nplurals=3" in text
    assert 'msgstr[2] ""' in text


def test_an_update_keeps_what_is_translated(run: Run, chinese: Path, source: Path) -> None:
    source.write_text(PYTHON + '    say(language, "Please sit down")\n')
    run("extract")
    run("update")
    text = chinese.read_text()
    assert 'msgstr "{name}，早上好。"' in text
    assert 'msgid "Please sit down"\nmsgstr ""' in text


def test_a_compiled_catalogue_is_what_gettext_reads(run: Run, chinese: Path) -> None:
    run("compile")
    catalogue = gettext.translation("kiosk", chinese.parents[2], ["zh"])
    assert catalogue.gettext("Counter {counter}") == "{counter} 号窗口"
    assert (
        catalogue.ngettext("{count} person waits.", "{count} people wait.", 1) == "{count} 人等候"
    )
    assert [path.name for path in sorted(chinese.parent.iterdir())] == ["kiosk.mo", "kiosk.po"]


def test_compiling_again_does_nothing_until_the_catalogue_changes(
    run: Run, chinese: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("compile")
    assert capsys.readouterr().out == "catalogues: compiled zh\n"
    run("compile")
    assert capsys.readouterr().out == ""
    later = chinese.with_suffix(".mo").stat().st_mtime + 5
    os.utime(chinese, (later, later))
    run("compile")
    assert capsys.readouterr().out == "catalogues: compiled zh\n"


def test_complete_catalogues_pass(
    run: Run, chinese: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("extract")
    capsys.readouterr()
    assert run("check") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"{counter} 号窗口"', '""', "not translated: 'Counter {counter}'"),
        ('"{count} 人等候"', '""', "not translated: '{count} person waits.'"),
        ("{counter} 号", "{window} 号", "has the placeholders ['window'] instead of ['counter']"),
        ("{counter} 号", "号", "has the placeholders [] instead of ['counter']"),
        ("{counter} 号", "{counter 号", "expected '}' before end of string"),
        ("{count} 人", "{number} 人", "has the placeholders ['number'] instead of ['count']"),
        ('msgid "Counter', '#, fuzzy\nmsgid "Counter', "fuzzy: 'Counter {counter}'"),
        (
            "nplurals=1; plural=0",
            "nplurals=2; plural=(n != 1)",
            "Plural-Forms of zh are nplurals=1",
        ),
        ('"{count} 人等候"', '"{count} 人"\nmsgstr[1] "{count} 人"', "can't be read: msg has more"),
        ("Good morning", "Good evening", "missing, run scripts/catalogues update: 'Good morning"),
        ("Good morning", "Good evening", "not in the sources, run scripts/catalogues update"),
        ("{count} 人等候", "{count} 人\n等候", "can't be read"),
        ("{counter} 号窗口", "\u041ekno {counter}", "mixes scripts in '\u041ekno'"),
    ],
)
def test_faults_of_a_catalogue(  # noqa: PLR0917  # two fixtures are one too many
    run: Run, chinese: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, fault: str
) -> None:
    run("extract")
    assert TRANSLATED.count(old) == 1
    chinese.write_text(TRANSLATED.replace(old, new))
    assert run("check") == 1
    assert f"catalogues: kiosk/locale/zh/LC_MESSAGES/kiosk.po: {fault}" in capsys.readouterr().err


def test_a_plural_form_may_spell_its_count_out(run: Run, chinese: Path) -> None:
    run("extract")
    chinese.write_text(TRANSLATED.replace("{count} 人等候", "有人等候"))
    assert run("check") == 0


def test_a_template_that_is_behind_is_a_fault(
    run: Run, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check") == 1
    run("extract")
    source.write_text(PYTHON + '    say(language, "Please sit down")\n')
    assert run("check") == 1
    assert "kiosk.pot: doesn't match the sources" in capsys.readouterr().err


def test_a_text_that_is_not_written_out_is_a_fault(
    run: Run, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_text(PYTHON + "    say(language, name)\n    say_count(language, 'one', name, 2)\n")
    run("extract")
    assert run("check") == 1
    err = capsys.readouterr().err
    assert "kiosk/flow/greeting.py:6: say needs its text written out" in err
    assert "kiosk/flow/greeting.py:7: say_count needs its text written out" in err
