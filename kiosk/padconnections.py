"""How native PADs connect to the broker: by the session of whoever signs in at them."""

from collections.abc import Callable
from urllib.parse import urlsplit

from kiosk.access import TOPICS, TopicRights
from kiosk.messaging.admission import Admission
from kiosk.settingslisteners import MqttSection, is_loopback
from kiosk.store.staffsessions import SignedIn
from kiosk.web.context import BrokerSignIn


class PadConnections:
    """The web's :class:`~kiosk.web.context.BrokerPort`.

    ``missing`` tells what is to be installed before there can be a broker; empty: nothing.
    """

    def __init__(
        self, settings: MqttSection, admission: Admission, missing: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._admission = admission
        self._missing = missing

    async def sign_in(self, signed_in: SignedIn, caller: str) -> BrokerSignIn | None:
        """Let the session in at the broker. While that is down, what it is told is good later."""
        session, login = signed_in.session, signed_in.broker
        if login is None or session.device is None or self._missing():
            return None
        rights = TOPICS[session.user.role].of(session.device, session.user.reference)
        url = broker_url(self._settings, caller)
        if rights == TopicRights() or url is None:
            return None
        try:
            await self._admission.introduce(login.name, login.token)
        except OSError:
            return None
        return BrokerSignIn(
            url=url, client_id=login.name, username=login.name, password=login.token
        )


def broker_url(settings: MqttSection, caller: str) -> str | None:
    """Where somebody at the address ``caller`` finds the broker.

    None: nowhere, since it listens for this machine only.
    """
    outside = settings.broker != "embedded"
    here = urlsplit(settings.broker).netloc if outside else settings.listen
    if outside and not is_loopback(_with_port(here)):
        return settings.broker
    if is_loopback(f"{_bracketed(caller)}:0"):
        return settings.broker if outside else f"mqtt://{settings.listen}"
    return None


def _with_port(netloc: str) -> str:
    return netloc if urlsplit(f"//{netloc}").port else f"{netloc}:0"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
