"""`manyhands invite`: what to type on another machine, so that it works for this lab."""

import os
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import click

from producer.errors import BadInputError
from workers.settings import given_broker_url

# How compose.yaml publishes the broker: at which address of this machine, and at which ports.
PUBLISH_VARIABLE = "MANYHANDS_PUBLISH"
PORT_VARIABLE = "MANYHANDS_REDIS_PORT"
TLS_PORT_VARIABLE = "MANYHANDS_REDIS_TLS_PORT"


@click.command("invite")
def command() -> int:
    """What to type on another machine, so that it becomes a worker of this lab. It tells the password."""
    url = given_broker_url()
    if url is None:
        raise BadInputError("invite", "belongs to a lab", "In its folder: docker compose run --rm producer invite")
    publish = os.environ.get(PUBLISH_VARIABLE, "127.0.0.1")
    password = urlsplit(url).password or ""
    click.echo("\n".join(invitation(password, publish, *(os.environ.get(name) for name in (PORT_VARIABLE, TLS_PORT_VARIABLE)))))
    return 0


def invitation(password: str, publish: str, port: str | None, tls_port: str | None) -> list[str]:
    """The lines that invite, or that say why nobody from elsewhere can come yet.

    Raises:
        BadInputError: `publish` is no IP address.
    """
    address = _address(publish)
    if address.is_loopback:
        return [
            "This lab is open to this machine alone. To open it to your network, type here, with this machine's address:",
            "",
            f"    echo {PUBLISH_VARIABLE}=192.168.1.5 >> .env",
            "    docker compose up -d redis",
            "    docker compose run --rm producer invite",
            "",
            "Whoever has the password can then fill the queue and read it: give it to the class, and close the lab after it,",
            "by deleting that line of .env and another docker compose up -d redis.",
        ]
    host = "HOST" if address.is_unspecified else f"[{address}]" if address.version == 6 else str(address)
    plain, encrypted = f"redis://:{password}@{host}:{port or 6379}/0", f"rediss://:{password}@{host}:{tls_port or 6380}/0"
    return [
        *(["HOST is this machine's address in the network that you share.", ""] if address.is_unspecified else []),
        "Encrypted; the certificate is all that the other machine needs to know this one by:",
        "",
        "    docker compose cp collector:/keys/tls.crt lab.crt        (here; hand it over)",
        f"    scripts/lab join '{encrypted}' --ca lab.crt --pool threads --slots 8",
        f"    MANYHANDS_BROKER_URL='{encrypted}' MANYHANDS_CA=./lab.crt docker compose -f compose.worker.yaml up",
        "",
        "In a room whose network is yours alone:",
        "",
        f"    scripts/lab join '{plain}' --pool threads --slots 8",
    ]


def _address(publish: str) -> IPv4Address | IPv6Address:
    """An address with or without the brackets in which Compose and URLs have that of a newer kind."""
    try:
        return ip_address(publish.removeprefix("[").removesuffix("]"))
    except ValueError:
        cure = f"Give this machine's address in .env, such as {PUBLISH_VARIABLE}=192.168.1.5"
        raise BadInputError(PUBLISH_VARIABLE, f"is {publish!r}, which is no IP address", cure) from None
