"""Trust: whose certificates a connection accepts."""

from __future__ import annotations

import os
import ssl

import certifi


def trust() -> ssl.SSLContext:
    """TLS settings that accept what the system accepts, and Mozilla's list for Pythons that see no system list.

    ``$SSL_CERT_FILE`` and ``$SSL_CERT_DIR`` replace both. Reading the lists takes about 20 ms: call it off the event
    loop, once for all connections.
    """
    context = ssl.create_default_context()
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context
