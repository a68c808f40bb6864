"""How native PADs connect to the broker: by the session of whoever signs in, else in client mode."""

import asyncio
from collections.abc import Callable

from kiosk.access import TOPICS, TopicRights
from kiosk.messaging.admission import Admission
from kiosk.messaging.credentials import token_hash
from kiosk.settings.listeners import MqttSection, host_of, is_loopback
from kiosk.store.brokerlogin import BrokerLogin
from kiosk.store.deviceregister import DeviceRegister
from kiosk.store.staffsessions import SignedIn
from kiosk.web.context import BrokerSignIn


class PadConnections:
    """The web's :class:`~kiosk.web.context.BrokerPort`.

    ``missing`` tells what is to be installed before there can be a broker; empty: nothing.
    """

    def __init__(
        self,
        settings: MqttSection,
        register: DeviceRegister,
        admission: Admission,
        missing: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._register = register
        self._admission = admission
        self._missing = missing

    async def sign_in(self, signed_in: SignedIn, caller: str, host: str) -> BrokerSignIn | None:
        """Let the session in at the broker. While that is down, what it is told is good later."""
        session, login = signed_in.session, signed_in.broker
        if login is None or session.device is None:
            return None
        rights = TOPICS[session.user.role].of(session.device, session.user.reference)
        url = self._url(caller, host)
        if rights == TopicRights() or url is None:
            return None
        return await self._introduced(login, url)

    async def client_mode(self, device: str, caller: str, host: str) -> BrokerSignIn | None:
        """Let a PAD in at which nobody is signed in, by a new token (LOB-11)."""
        url = self._url(caller, host)
        if url is None:
            return None
        login = await asyncio.to_thread(self._register.give_token, device, token_hash)
        return await self._introduced(login, url)

    def _url(self, caller: str, host: str) -> str | None:
        return None if self._missing() else broker_url(self._settings, caller, host)

    async def _introduced(self, login: BrokerLogin, url: str) -> BrokerSignIn | None:
        try:
            await self._admission.introduce(login.name, login.token)
        except OSError:
            return None
        return BrokerSignIn(
            url=url, client_id=login.name, username=login.name, password=login.token
        )


def broker_url(settings: MqttSection, caller: str, host: str) -> str | None:
    """Where somebody at the address ``caller``, who called this machine ``host``, finds the broker.

    None: nowhere, since it listens for this machine only.
    """
    outside = settings.broker != "embedded"
    if outside and not is_loopback(host_of(settings.broker)):
        return settings.broker
    if is_loopback(f"{_bracketed(caller)}:0"):
        return settings.broker if outside else f"mqtt://{settings.listen}"
    if not settings.tls_listen:
        return None
    address, _, port = settings.tls_listen.rpartition(":")
    name = _bracketed(host) if address in {"0.0.0.0", "[::]"} else address  # noqa: S104
    return f"mqtts://{name}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
