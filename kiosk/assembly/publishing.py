"""What others are told of the branch, and for how long it is kept to be told."""

from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.assembly.core import Core
from kiosk.assembly.padconnections import PadConnections
from kiosk.certificates.kept import KeptCertificate
from kiosk.keys.keyring import Keyring
from kiosk.messaging.admission import Admission
from kiosk.messaging.broker import EmbeddedBroker, PadListener
from kiosk.messaging.credentials import BrokerClient, NewTokens
from kiosk.messaging.mqtt import BrokerAddress
from kiosk.messaging.telling import Telling, run_embedded
from kiosk.messaging.topics import Topics
from kiosk.settings import Settings
from kiosk.shapes.cloudevents import CONTROLLER
from kiosk.store.accounts import Accounts
from kiosk.store.retention import LogRetention
from kiosk.web.sessions import Sessions


def tell_others(
    settings: Settings,
    var: Path,
    core: Core,
    accounts: Accounts,
    sessions: Sessions,
    *,
    certificate: KeptCertificate | None,
) -> tuple[Telling, PadConnections]:
    """Publish the hall at the broker of the settings, or at one of its own, until the end; and let
    those in who sign in at a PAD. ``certificate`` is presented to PADs outside the machine."""
    admission = _admission(core, var, accounts)
    sessions.callers.listen(admission.look)
    telling = _telling(settings, var, core, admission, certificate)
    return telling, PadConnections(
        settings.mqtt, accounts.devices, admission, lambda: telling.missing
    )


def broker_clients(accounts: Accounts, now: datetime) -> list[BrokerClient]:
    """Who may sign in at the broker: PADs in client mode, programs by their token, staff who are
    signed in at a PAD."""
    return [
        *(
            BrokerClient(one.name, one.password_hash, None, one.id)
            for one in accounts.devices.in_client_mode()
        ),
        *(
            BrokerClient(one.name, one.broker_hash, one.role, one.name)
            for one in accounts.programs()
        ),
        *(
            BrokerClient(one.name, one.password_hash, one.role, one.device, one.user)
            for one in accounts.sessions.broker_sessions(now)
            if one.device
        ),
    ]


def _admission(core: Core, var: Path, accounts: Accounts) -> Admission:
    def clients() -> list[BrokerClient]:
        return broker_clients(accounts, core.clock.now())

    return Admission(Topics(core.hall.branch.plan.id), clients, NewTokens.of(var), core.clock)


def _telling(
    settings: Settings,
    var: Path,
    core: Core,
    admission: Admission,
    certificate: KeptCertificate | None,
) -> Telling:
    plan = core.hall.branch.plan

    def tell(broker: BrokerAddress) -> Telling:
        return Telling(
            branch=plan.id,
            broker=broker,
            log=core.log,
            feed=core.feed,
            hall=core.desk.shown,
            clock=core.clock,
            book=core.estimates.book,
            report=core.conditions.report,
            admission=admission,
            folder=var,
        )

    if settings.mqtt.broker != "embedded":
        password = Keyring.of(settings, var).broker_password()
        outside = tell(
            BrokerAddress.of(settings.mqtt.broker, CONTROLLER, password, settings.mqtt.ca)
        )
        core.tasks.keep("telling", outside.run)
        return outside
    mqtt = settings.mqtt
    pads = (
        PadListener(mqtt.tls_listen, certificate.files.certificate, certificate.files.key)
        if certificate
        else None
    )
    broker = EmbeddedBroker(var / "broker", mqtt.listen, admission.now, pads)
    if certificate:
        certificate.listen(broker.take_certificate)
    telling = tell(broker.address)
    core.tasks.keep("broker", partial(run_embedded, broker, telling))
    return telling


def retain_log(settings: Settings, core: Core, telling: Telling) -> None:
    """Give up old days of the log, once everybody has been told of them."""
    retention = LogRetention(
        core.log.path,
        settings.retention.log,
        lambda: core.hall.branch.day,
        lambda: telling.outbox.published,
    )
    core.tasks.keep("retention", retention.run)
