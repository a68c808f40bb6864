"""A native PAD in its smallest form: signs in, follows the hall, shows alerts, acts. See README.md.

    python examples/pad.py https://branch.example:8443 PAD-1 wang

The first line of standard input is the password; each further one a command: ``ack ALERT`` or
``move TICKET QUEUE``. What the PAD proves itself by is made at the first start, ``PAD-1.secret``.
KIOSK_CA names the branch's authority where the system doesn't know it.
"""

import asyncio
import json
import os
import random
import secrets
import ssl
import sys
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


class Pad:
    """One person at one PAD; ``last`` is the newest sequence that was shown of each family."""

    def __init__(self, address: str, device: str) -> None:
        self.address, self.device, self.token = address, device, ""
        self.last: dict[str, int] = {}
        self.tls = ssl.create_default_context(cafile=os.environ.get("KIOSK_CA"))

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request. Repeated it has the same key, so that nothing is done twice."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}
        headers |= {"Content-Type": "application/json", "Accept-Language": "en"}
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.address}/api/v1{path}"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
        for left in range(4, -1, -1):
            try:
                with urllib.request.urlopen(request, timeout=10, context=self.tls) as answer:  # noqa: S310
                    return json.loads(answer.read() or b"null")
            except HTTPError as refusal:
                problem = json.load(refusal)
                raise RuntimeError(f"{problem['detail']} {problem.get('code', '')}") from None
            except OSError:
                if not left:
                    raise

    def take(self, event: dict[str, Any]) -> None:
        """Show an event once; first those before it that were missed."""
        family, sequence = event["type"].split(".")[1], event["sequence"]
        last = self.last.get(family)
        if last is not None and sequence <= last:
            return
        # Of alerts only those for this PAD come: what is missing of them stands in GET /alerts.
        if last is not None and family != "alert" and event["prev"] != last:
            for missed in self.ask("GET", f"/events?after={last}&limit=1000")["events"]:
                if missed["type"].split(".")[1] == family and missed["sequence"] < sequence:
                    self.show(missed)
        self.last[family] = sequence
        self.show(event)

    def show(self, event: dict[str, Any]) -> None:
        """Where a real PAD draws."""
        data = event["data"]
        what = data["kind"] if "kind" in data else data.get("number", "")
        print(event["sequence"], event["type"], data.get("id", ""), what, flush=True)

    def presence(self) -> tuple[str, str]:
        """What monitoring is told while this connection lasts, and by the broker once it is lost."""
        since = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {"node": self.device, "session": str(uuid.uuid4()), "since": since}
        return json.dumps(told | {"status": "online"}), json.dumps(told | {"status": "offline"})

    async def follow(self, signed_in: dict[str, Any]) -> None:
        """Subscribe, and again whenever the connection is lost; the broker keeps what comes meanwhile."""
        at, root = signed_in["mqtt"], f"kiosk/v1/{self.ask('GET', '/state')['branch']['id']}"
        mine = (f"role/{signed_in['role']}", f"pad/{self.device}", f"user/{signed_in['user']}")
        topics = [f"{root}/event/ticket/#", *(f"{root}/alert/{one}" for one in mine)]
        url, session = urlsplit(at["url"]), Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = 3600
        while True:
            online, offline = self.presence()
            client = aiomqtt.Client(
                url.hostname or "",
                url.port or 8883,
                username=at["username"],
                password=at["password"],
                identifier=at["client_id"],
                protocol=aiomqtt.ProtocolVersion.V5,
                clean_start=False,
                properties=session,
                will=aiomqtt.Will(f"{root}/presence/{self.device}", offline, qos=1, retain=True),
                tls_context=self.tls if url.scheme == "mqtts" else None,
            )
            try:
                async with client:
                    await client.subscribe([(topic, 1) for topic in topics])
                    await client.publish(f"{root}/presence/{self.device}", online, 1, True)
                    async for message in client.messages:
                        await asyncio.to_thread(self.take, json.loads(bytes(message.payload)))
            except aiomqtt.MqttError as lost:
                print(f"- {lost}", flush=True)
                await asyncio.sleep(random.uniform(0.5, 2))  # noqa: S311 - not all PADs at once


def secret(device: str) -> str:
    """Made by the PAD itself, and known to it alone."""
    file = Path(f"{device}.secret")
    if not file.exists():
        file.touch(0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


async def main(address: str, device: str, user: str) -> None:
    """Until standard input ends."""
    pad = Pad(address, device)
    password = (await asyncio.to_thread(sys.stdin.readline)).strip()
    me = {"user": user, "password": password, "device": device, "device_secret": secret(device)}
    try:
        signed_in = pad.ask("POST", "/login", me)
    except RuntimeError as refusal:  # an administrator compares the code and approves the PAD
        raise SystemExit(str(refusal)) from None
    pad.token = signed_in["token"]
    for alert in pad.ask("GET", "/alerts")["alerts"]:
        print("open", alert["id"], alert["title"], flush=True)
    following = asyncio.create_task(pad.follow(signed_in))
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            match line.split():
                case ["ack", alert]:
                    await asyncio.to_thread(pad.ask, "POST", f"/alerts/{alert}/acknowledge", {})
                case ["move", ticket, queue]:
                    moved = {"queue": queue}
                    await asyncio.to_thread(pad.ask, "POST", f"/tickets/{ticket}/move", moved)
        except RuntimeError as refusal:
            print(f"! {refusal}", flush=True)
    following.cancel()
    await asyncio.to_thread(pad.ask, "POST", "/logout", {})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
