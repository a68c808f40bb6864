"""What may stand on a slip: the site's own lines and texts, and every fault that they can have."""

from pathlib import Path

import pytest

from kiosk.settings.file import load
from kiosk.settings.slip import SlipSection
from tests.settings.site import BRANCH, CONFIG, HALL, faults, settings

NUMBER = '[[slip.line]]\nshow = "number"\n'
COPY = '[[slip.line]]\nshow = "copy"\n'
NEEDED = NUMBER + COPY


def line(keys: str) -> str:
    return f"{NEEDED}[[slip.line]]\n{keys}\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[slip]\nnmaes = true", "[slip] nmaes: is not known here; did you mean 'names'?"),
        (
            '[slip]\nnames = "yes please"',
            "[slip] names: 'yes please': Input should be a valid bool",
        ),
        (
            '[slip]\nlogo = "logo.png"',
            "[slip] logo: 'logo.png' is no absolute path such as \"/etc/kiosk/logo.png",
        ),
        (line(""), "[[slip.line]] number 3 show: is missing, and so is text: the line is empty"),
        (
            line('show = "branch"\ntext = { en = "x" }'),
            "[[slip.line]] number 3 text: is one too many beside show",
        ),
        (
            line('show = "sevrice"'),
            "[[slip.line]] number 3 show: 'sevrice' is none of 'branch', 'copy'",
        ),
        (
            line('shwo = "service"'),
            "[[slip.line]] number 3 shwo: is not known here; did you mean 'show'?",
        ),
        (
            line('show = "wait"\nsize = "giant"'),
            "[[slip.line]] number 3 size: 'giant' is none of 'normal', 'large'",
        ),
        (
            line('show = "wait"\nspace = -1'),
            "[[slip.line]] number 3 space: -1: Input should be greater than or eq",
        ),
        (
            line('show = "rule"\nbold = true'),
            "[[slip.line]] number 3 bold: means nothing beside show = 'rule'",
        ),
        (
            line('show = "code"\nalign = "left"'),
            "[[slip.line]] number 3 align: means nothing beside show = 'code'",
        ),
        (line("text = {}"), "[[slip.line]] number 3 text: at least one is needed"),
        (
            line('text = { de = "Hallo" }'),
            "[[slip.line]] number 3 text.de: 'de' is none of 'zh', 'en', 'ru', 'cs'",
        ),
        (
            line('text = { en = "{nubmer}" }'),
            "which is none of {branch}, {number}, {service}, {time}",
        ),
        (line('text = { en = "{nubmer}" }'), "; did you mean 'number'?"),
        (line('text = { en = "{number!r}" }'), "has {number}, which is none of"),
        (line('text = { en = "{number:>9}" }'), "has {number}, which is none of"),
        (line('text = { en = "{number.real}" }'), "has {number.real}, which is none of"),
        (line('text = { en = "50 % {off" }'), "has a brace too many; one to be printed is written"),
        (line('text = { en = "\\u001b@" }'), "has a character that can't be printed"),
        (line(f'text = {{ en = "{"x" * 301}" }}'), "at most 300 characters"),
        (
            line('show = "wait"\nservices = ["chas"]'),
            "[[slip.line]] number 3 services: there is no 'chas'; did you",
        ),
        (
            line('show = "wait"\nclasses = ["vpi"]'),
            "[[slip.line]] number 3 classes: there is no 'vpi'; did you mea",
        ),
        (
            line('show = "wait"\nsegments = ["gold"]'),
            "[[slip.line]] number 3 segments: there is no 'gold'",
        ),
        (
            line('show = "wait"\nlanguages = ["ru"]'),
            "[[slip.line]] number 3 languages: there is no 'ru'",
        ),
        (COPY, "[slip] line: needs one with show = 'number' and no condition"),
        (NUMBER, "[slip] line: needs one with show = 'copy' and no condition"),
        (NUMBER + COPY + 'classes = ["vip"]', "needs one with show = 'copy' and no condition"),
        ('[slip]\nline = "number"', "[slip] line: 'number': Input should be a valid tuple"),
    ],
)
def test_slips_that_cannot_be(tmp_path: Path, more: str, expected: str) -> None:
    told = faults(tmp_path, BRANCH + HALL + more)
    assert any(expected in one for one in told), told
    assert all(one.startswith(("kiosk.toml: [slip]", "kiosk.toml: [[slip.line]]")) for one in told)


def test_a_slip_of_the_sites_own(tmp_path: Path) -> None:
    more = line('text = { zh = "请稍候", en = "Please wait, {number}" }\nclasses = ["vip"]')
    number, copy, text = settings(tmp_path, more).slip.lines
    assert (number.show, copy.show, text.show) == ("number", "copy", None)
    assert text.text == {"zh": "请稍候", "en": "Please wait, {number}"}
    assert (text.classes, text.services, text.space, text.size) == (("vip",), (), 2, "normal")


def test_the_example_writes_the_usual_slip_out() -> None:
    written = load(CONFIG / "kiosk.toml").slip
    assert written.line
    assert written.lines == SlipSection().lines


def test_names_are_greeted_only_where_the_site_wants_it() -> None:
    usual = [line.show for line in SlipSection().lines]
    naming = [line.show for line in SlipSection(names=True).lines]
    assert "greeting" not in usual
    assert [show for show in naming if show != "greeting"] == usual
