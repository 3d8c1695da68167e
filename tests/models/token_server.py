"""A stand-in for Google's token endpoint, and key files of service accounts that it knows."""

from __future__ import annotations

import asyncio
import base64
import json
import urllib.parse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.models.exchange import pause, read, whole

ACCOUNT = "robot@made-up.iam.gserviceaccount.com"


@dataclass(slots=True)
class TokenServer:
    """Gives ``ya29.1``, ``ya29.2``, … for ``expires_in`` seconds each, to who proves to have the account's key.

    ``status`` other than 200 refuses; ``stall`` never answers. ``claims`` are those of each request that proved it.
    """

    key: rsa.RSAPrivateKey
    url: str = ""
    status: int = 200
    expires_in: int = 3600
    stall: bool = False
    claims: list[dict[str, Any]] = field(default_factory=list)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def key_file(self, path: Path) -> Path:
        """Writes the account's key as Google Cloud's console gives it."""
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        info = {
            "type": "service_account",
            "project_id": "made-up",
            "private_key_id": "k1",
            "private_key": private.decode(),
            "client_email": ACCOUNT,
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(info), encoding="utf-8")
        return path

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        self.writers.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                _, _, _, body = await read(reader)
                if self.stall:
                    await pause(reader, None)
                await whole(writer, *self._answer(dict(urllib.parse.parse_qsl(body.decode()))))
        self.writers.discard(writer)
        writer.close()

    def _answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return 400, {"error": "unsupported_grant_type"}
        signed, _, signature = form["assertion"].rpartition(".")
        self.key.public_key().verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        if self.status != 200:
            return self.status, {"error": "invalid_grant", "error_description": "Account disabled"}
        self.claims.append(json.loads(_bytes(signed.partition(".")[2])))
        token = f"ya29.{len(self.claims)}"
        return 200, {"access_token": token, "expires_in": self.expires_in, "token_type": "Bearer"}


@asynccontextmanager
async def serve() -> AsyncGenerator[TokenServer, None]:
    """A token endpoint on the loopback interface while the block runs."""
    server = TokenServer(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    async with await asyncio.start_server(server.handle, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            while server.writers:
                for writer in server.writers:
                    writer.transport.abort()
                await asyncio.sleep(0.001)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
