"""The guards around every test. The first fixtures set up, so the last to look."""

import asyncio
import inspect
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import guards

# The first example of a test that runs alone may load a library, and others may have the processor.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def no_network_but_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    refused: list[str] = []
    guards.close_the_network(monkeypatch, refused)
    yield
    assert not refused, f"tried to reach {', '.join(refused)}"


@pytest.fixture(autouse=True)
def no_leaked_processes() -> Iterator[None]:
    before = guards.children()
    yield
    left = guards.lingering_children(before)
    assert not left, f"left running: {', '.join(left)}"


@pytest.fixture(autouse=True)
def no_leaked_tasks(request: pytest.FixtureRequest) -> None:
    # Only around asynchronous tests: a synchronous browser test has a loop of its own running.
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("_no_leaked_tasks")


@pytest.fixture
async def _no_leaked_tasks() -> AsyncIterator[None]:
    loop = type(asyncio.get_running_loop())
    assert loop.__module__.startswith("asyncio."), f"tests run on asyncio's own loop, not {loop}"
    before = asyncio.all_tasks()
    yield
    left = await guards.unfinished_tasks(before)
    assert not left, f"left running: {', '.join(sorted(task.get_name() for task in left))}"


@pytest.fixture(autouse=True)
def no_card_numbers(request: pytest.FixtureRequest) -> Iterator[None]:
    watch = guards.LogWatch()
    folder: Path | None = None
    if "tmp_path" in request.fixturenames:
        # Asked for here, before anything else of the test, so that it outlives this guard.
        folder = request.getfixturevalue("tmp_path")
    logging.getLogger().addHandler(watch)
    yield
    logging.getLogger().removeHandler(watch)
    found = watch.found
    if folder and request.node.get_closest_marker("card_numbers_in_fixture"):
        (folder / guards.FIXTURE).touch()
    elif folder:
        found += guards.card_numbers_under(folder)
    assert not found, f"card numbers written: {'; '.join(found)}"


def pytest_configure() -> None:
    """Begun in the background of a script, they'd ignore Ctrl-C, and so would what they begin."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave tests/browser to a process of its own: Playwright keeps an event loop running there.

    ``pytest tests/browser`` runs it.
    """
    asked_for = any("browser" in str(one) for one in config.invocation_params.args)
    return True if collection_path.name == "browser" and not asked_for else None
