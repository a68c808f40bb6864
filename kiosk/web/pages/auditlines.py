"""Lines of the audit trail: who did what to whom, each as the page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.alert import AlertKind
from kiosk.domain.auditevents import KnownBy
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.device import TrialOutcome
from kiosk.domain.ids import CounterId, QueueId
from kiosk.flow.state import named
from kiosk.locale import say, say_count
from kiosk.store.audit import Deed
from kiosk.web.alertwords import alert_name
from kiosk.web.pages.auditwords import deed_name, known_by_name, outcome_name, role_name

DIGEST_SHOWN = 12
"""Digits of a digest that tell settings apart."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A deed as the page shows it."""

    sequence: int
    time: datetime
    """Of the branch."""
    who: str
    role: str
    device: str
    what: str
    about: str
    details: str


class AuditLines:
    """Lines in one language. What has left the settings since is called by its id."""

    def __init__(self, plan: BranchPlan, language: str) -> None:
        self._plan = plan
        self._language = language
        self._reasons = {
            code: names for reasons in plan.reasons.values() for code, names in reasons.items()
        }

    def line(self, deed: Deed) -> AuditLine:
        """The deed in words."""
        return AuditLine(
            deed.sequence,
            datetime.fromisoformat(deed.time).astimezone(self._plan.zone),
            deed.name or deed.user or "",
            role_name(deed.role, self._language),
            deed.device or "",
            deed_name(deed, self._language),
            self._about(deed),
            " · ".join(self._details(deed)),
        )

    def _about(self, deed: Deed) -> str:
        told = deed.details
        match deed.what.partition(".")[0]:
            case "ticket":
                return str(told["number"])
            case "alert":
                return str(told.get("number") or self._counter(told.get("counter")))
            case "settings" | "key" | "session":
                return ""
            case "signin" if deed.about == "unknown":
                return say(self._language, "Names that nobody has")
            case _:
                return deed.about

    def _details(self, deed: Deed) -> Iterator[str]:
        told, language = deed.details, self._language
        if deed.what == "ticket.called":
            yield self._counter(told["counter"])
        elif reason := told.get("reason"):
            yield named(self._reasons.get(reason, {}), language) or reason
        if deed.what == "ticket.transferred":
            yield self._queue(told["queue"])
        if deed.what == "ticket.reclassified":
            yield say(language, "Class {name}", name=told["class"])
        if deed.what == "account.changed":
            yield role_name(told["role"], language)
        if known_by := told.get("known_by"):
            yield known_by_name(KnownBy(known_by), language)
        if outcome := told.get("outcome"):
            yield outcome_name(TrialOutcome(outcome), language)
        if kind := told.get("kind"):
            yield alert_name(AlertKind(kind), language)
        if (times := told.get("times", 1)) > 1:
            yield say_count(language, "{count} time", "{count} times", times)
        if people := told.get("tickets"):
            yield say_count(language, "{count} ticket", "{count} tickets", people)
        if digest := told.get("digest"):
            yield f"{told['program']} · {digest[:DIGEST_SHOWN]}"
        if seal := told.get("seal"):
            yield seal

    def _counter(self, counter: str | None) -> str:
        if counter is None:
            return ""
        known = self._plan.counters.get(CounterId(counter))
        given = named(known.names, self._language) if known else ""
        return given or say(self._language, "Counter {number}", number=counter)

    def _queue(self, queue: str) -> str:
        known = self._plan.queues.get(QueueId(queue))
        return (known and named(known.names, self._language)) or queue
