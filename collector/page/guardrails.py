"""Guardrails: who may look, and who may start something: decisions on a request's headers, and the layer that asks them."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.page import early

TOKEN_HEADER = "x-manyhands-token"  # noqa: S105  # the name of one
HEALTH_PATH = "/healthz"
LEAST_PASSWORD = 8
MOST_BODY_BYTES = 16_384

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {early.SOURCE}",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# A report is a file that opens anywhere, with its own styles and script in it: it is given no right over the page.
REPORT_POLICY = "; ".join(
    (
        "sandbox allow-scripts allow-downloads allow-popups",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "script-src 'unsafe-inline'",
        "img-src data:",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may do what. With `password` None everybody who reaches the page by a name of this machine may look.

    `token` is the page's own: it comes with the page, and with everything that starts or stops a run.
    """

    password: str | None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def is_known_host(self, host: str) -> bool:
        """Whether a page at this name is ours: a stranger's name that points here (DNS rebinding) is not.

        A browser gives the password to the name that it was typed for, so with one any name will do.
        """
        return self.password is not None or name_of(host) in LOCAL_NAMES

    def knows_password(self, authorization: str) -> bool:
        """Whether HTTP basic credentials hold the password; the user's name does not matter."""
        if self.password is None:
            return True
        return secrets.compare_digest(password_of(authorization).encode(), self.password.encode())

    def may_act(self, headers: Mapping[str, str], scheme: str) -> bool:
        """Whether our own page asks to start or stop something: its token, and its origin."""
        has_token = secrets.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode())
        return has_token and is_same_origin(headers, scheme)


def name_of(host: str) -> str:
    """The name in a `Host` header, without the port; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def password_of(authorization: str) -> str:
    """The password of HTTP basic credentials; empty where there is none."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def is_same_origin(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether a page of the same scheme, host and port asks. Browsers say the origin with every POST."""
    is_of_site = headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return is_of_site and headers.get("origin") == f"{scheme}://{headers.get('host', '')}"


def refused(what: str, cure: str, status: int, where: str = "") -> JSONResponse:
    """An answer that says what is wrong, where, and what to do."""
    return JSONResponse({"error": {"what": what, "where": where, "cure": cure}}, status)


class Guarded:
    """An app behind the rules, whose answers carry the policy."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(scope) or self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["path"] == HEALTH_PATH:
            return None
        if not self._rules.is_known_host(headers.get("host", "")):
            return PlainTextResponse("The page is at http://127.0.0.1 or http://localhost.", 421)
        if not self._rules.knows_password(headers.get("authorization", "")):
            asks = {"WWW-Authenticate": 'Basic realm="Many Hands", charset="UTF-8"'}
            return PlainTextResponse("The password, please.", 401, asks)
        if scope["method"] == "POST" and not self._rules.may_act(headers, scope["scheme"]):
            return refused("This page is not the lab's own, or an old one", "Load the page again", 403)
        return None
