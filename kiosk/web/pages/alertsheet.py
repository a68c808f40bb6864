"""The sheet of alerts on a page: what somebody of a role should look at, each with its button."""

from datetime import datetime

from kiosk.domain.alert import AlertLevel, for_role
from kiosk.domain.branch import Branch
from kiosk.domain.role import Role
from kiosk.web.alertwords import alert_words
from kiosk.web.pages.templates import draw

_LOOKS = {AlertLevel.URGENT: "wrong", AlertLevel.WARNING: "complaint", AlertLevel.INFO: ""}


def alert_sheet(branch: Branch, role: Role, now: datetime, language: str) -> str:
    """The open alerts of a role as HTML, the oldest first; ``now`` is local (LOB-52)."""
    mine = [one for one in branch.alerts.open.values() if for_role(role) in one.recipients]
    rows = []
    for alert in mine:
        title, advice = alert_words(alert, branch, language)
        since = alert.raised_at.astimezone(now.tzinfo).strftime("%H:%M")
        rows.append((alert.id, _LOOKS[alert.level], title, advice, since))
    return draw("alertsheet.html", language, alerts=rows)
