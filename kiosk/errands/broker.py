"""What the command about a broker of the site's own does."""

import sys
from argparse import Namespace
from contextlib import closing

from kiosk.errands.options import WELL, folder_begun


def access(options: Namespace) -> int:
    """``kiosk broker access``: what its access plugin has to know, as JSON.

    The controller's password is made when there is none yet.
    """
    from pydantic_core import to_json

    from kiosk.assembly.publishing import broker_clients
    from kiosk.clock import SystemClock
    from kiosk.domain.ids import BranchId
    from kiosk.keys.keyring import Keyring, Secret, Source
    from kiosk.machine.privatefile import write_private
    from kiosk.messaging.credentials import new_token, token_hash
    from kiosk.messaging.dynamicsecurity import admitted
    from kiosk.messaging.topics import Topics
    from kiosk.settings.file import load
    from kiosk.store.accounts import Accounts

    settings = load(options.config)
    with folder_begun(options) as var:
        keyring = Keyring.of(settings, var)
        place = keyring.place(Secret.BROKER_PASSWORD)
        if place.source is Source.OWN and not place.file.exists():
            place.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(place.file, new_token())
        with closing(Accounts(var / "accounts.db")) as accounts:
            clients = broker_clients(accounts, SystemClock().now())
    wanted = admitted(clients, Topics(BranchId(settings.branch.id)))
    document = wanted.document(token_hash(keyring.broker_password()))
    sys.stdout.buffer.write(to_json(document, indent=1) + b"\n")
    return WELL
