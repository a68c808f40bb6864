"""A native PAD in its smallest form; README.md tells how to run it."""

import asyncio
import json
import os
import ssl
import sys
from typing import Any

import httpx
from aiomqtt import Client, MqttError, ProtocolVersion
from paho.mqtt import packettypes, properties

ENGLISH = {"Accept-Language": "en"}
TLS = ssl.create_default_context(cafile=os.environ.get("KIOSK_CA"))
HOUR = properties.Properties(packettypes.PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
HOUR.SessionExpiryInterval = 3600  # so long the broker keeps what comes while the PAD is away


async def ask(http: httpx.AsyncClient, method: str, path: str, body: object = None) -> Any:
    key = {"Idempotency-Key": os.urandom(16).hex()}  # with it a command may be repeated
    answer = await http.request(method, path, json=body, headers=key)
    told = answer.json() if answer.content else {}
    if answer.is_error:
        print("!", told["detail"], told.get("code", ""), flush=True)
    return told


async def follow(http: httpx.AsyncClient, device: str, me: dict[str, Any]) -> None:
    state = await ask(http, "GET", "/state")
    root, newest = f"kiosk/v1/{state['branch']['id']}", state["sequence"]
    mine = (f"role/{me['role']}", f"pad/{device}", f"user/{me['user']}")
    topics = [f"{root}/event/ticket/#", *(f"{root}/alert/{one}" for one in mine)]
    at, url = me["mqtt"], httpx.URL(me["mqtt"]["url"])
    how: dict[str, Any] = {"identifier": at["client_id"], "clean_start": False, "properties": HOUR}
    how |= {"username": at["username"], "password": at["password"], "protocol": ProtocolVersion.V5}
    how |= {"port": url.port, "tls_context": TLS if url.scheme == "mqtts" else None}

    def show(event: dict[str, Any]) -> None:
        nonlocal newest
        if event["sequence"] > newest:  # else it comes a second time
            newest, what = event["sequence"], event["data"]
            print(newest, event["type"], what["id"], what.get("number"), flush=True)

    while True:
        try:
            async with Client(url.host, **how) as broker:
                await broker.subscribe([(topic, 1) for topic in topics])
                missed = await ask(http, "GET", f"/events?after={newest}&limit=1000")
                for event in missed.get("events", []):  # of a session that is known not all may be
                    if event["type"].startswith("kiosk.ticket."):
                        show(event)
                for alert in (await ask(http, "GET", "/alerts"))["alerts"]:
                    print("open", alert["id"], alert["title"], flush=True)
                async for message in broker.messages:
                    show(json.loads(bytes(message.payload)))
        except (MqttError, httpx.TransportError) as lost:
            print(f"- {lost}", flush=True)
            await asyncio.sleep(1)


async def main(api: str, device: str, user: str) -> None:
    me = {"user": user, "device": device, "device_secret": os.environ["PAD_SECRET"]}
    me["password"] = sys.stdin.readline().strip()
    async with httpx.AsyncClient(base_url=api, verify=TLS, headers=ENGLISH) as http:
        if "token" not in (signed_in := await ask(http, "POST", "/login", me)):
            sys.exit(1)  # until an administrator has compared the code and approved the PAD
        http.headers["Authorization"] = f"Bearer {signed_in['token']}"
        following = asyncio.create_task(follow(http, device, signed_in))
        while line := await asyncio.to_thread(sys.stdin.readline):
            match line.split():
                case ["ack", alert]:
                    await ask(http, "POST", f"/alerts/{alert}/acknowledge", {})
                case ["move", ticket, queue]:
                    await ask(http, "POST", f"/tickets/{ticket}/move", {"queue": queue})
        following.cancel()
        await ask(http, "POST", "/logout", {})


asyncio.run(main(*sys.argv[1:4]))
