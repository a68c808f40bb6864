"""docs/access.md is what scripts/access makes of the table and the routes."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.access import WHO_MAY
from kiosk.domain.role import Role
from tests.support.doors import Entrance, entrances, open_branch

ROOT = Path(__file__).parents[1]


def _script() -> ModuleType:
    loader = SourceFileLoader("access_script", str(ROOT / "scripts/access"))
    spec = spec_from_loader("access_script", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


async def test_the_document_says_what_the_code_says(tmp_path: Path) -> None:
    async with open_branch(tmp_path) as branch:
        ways = entrances(branch.app)
    written = (ROOT / "docs/access.md").read_text()
    assert written == _script().document(ways), "run scripts/access write"
    assert {way.name for way in ways} == set(WHO_MAY), "a row without a route"


def test_a_way_in_without_a_row_is_an_error() -> None:
    with pytest.raises(KeyError, match="stray"):
        _script().document([Entrance("stray", "GET", "/api/v1/stray")])


def test_every_role_has_its_column_and_its_topics() -> None:
    text = _script().document([Entrance("hall-clear", "POST", "/api/v1/hall/clear")])
    assert "| `POST /api/v1/hall/clear` |  |  |  |  | ● |  |  |  |  |  |" in text
    for role in Role:
        assert f"\n| {role} | " in text
