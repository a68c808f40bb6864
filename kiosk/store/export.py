"""The log as text, for whoever wants to read or check it elsewhere."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pydantic_core import to_json

from kiosk.domain.ids import BranchId
from kiosk.shapes.cloudevents import CONTROLLER, cloud_event
from kiosk.store.dayrecords import SqliteDayRecords


def exported(log: Path, branch: BranchId, after: int = 0) -> Iterator[str]:
    """Every fact with a sequence above ``after`` as a CloudEvent in JSON, in order.

    Raises LogUnavailable.
    """
    source = f"/branch/{branch}/{CONTROLLER}"
    with closing(SqliteDayRecords(log)) as records:
        for fact in records.all(after):
            yield to_json(cloud_event(fact, source)).decode()


def latest(log: Path, branch: BranchId, most: int) -> Iterator[str]:
    """The latest facts, so many at the most. Raises LogUnavailable."""
    with closing(SqliteDayRecords(log)) as records:
        after = records.last_sequence() - most
    return exported(log, branch, max(after, 0))
