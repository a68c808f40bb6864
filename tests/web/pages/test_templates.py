"""What every template and static file keeps to."""

import re
from pathlib import Path

import pytest

from kiosk.web.pages.templates import FOLDER

TEMPLATES = sorted(FOLDER.glob("*.html"))
STATIC = FOLDER.parent / "static"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_in_a_template_needs_the_policy_on_content_loosened(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|\shx-on|javascript:|\|\s*safe", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert 'src="/static/' in script


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*TEMPLATES, *STATIC.glob("*.css"), *STATIC.glob("*.js")]:
        assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", path.read_text("utf-8"))


def test_borrowed_files_say_their_version_and_their_licence() -> None:
    scripts = list((STATIC / "vendor").glob("*.js"))
    assert scripts
    for script in scripts:
        name = script.name.removesuffix(".js").removesuffix(".min")
        assert re.search(r"-\d+\.\d+\.\d+$", name)
        assert script.with_name(f"{name}.LICENSE.txt").exists()


def test_every_part_of_a_page_is_used() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(FOLDER.parent).rglob("*.py"))
    used = sources + "".join(path.read_text("utf-8") for path in TEMPLATES)
    assert [path.name for path in TEMPLATES if f'"{path.name}"' not in used] == []
