"""The PADs that are let in: whether each of them proves that it is itself (LOB-99)."""

from collections.abc import Iterator

from kiosk.doctor.site import Site
from kiosk.finding import Finding, Subject, Symptom
from kiosk.locale import say
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.deviceregister import known_by_name


def examined(site: Site) -> Iterator[Finding]:
    """Nothing where all of them do, or where the accounts can't be read."""
    try:
        names = known_by_name(site.var / "accounts.db")
    except AccountsUnavailable:
        return
    if names:
        yield Subject("pads", ", ".join(names)).warn(
            Symptom.PAD_UNPROVEN,
            say(
                site.language,
                "Known by the name alone: who knows it, and a password, passes for the PAD.",
            ),
            say(
                site.language,
                "Sign in there once with an app that sends device_secret (docs/protocols.md): from"
                " then on nobody else passes. When all PADs have one, set pad_secret_required in"
                " [sign_in].",
            ),
        )
