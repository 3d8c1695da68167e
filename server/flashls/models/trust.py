"""Trust: whose certificates a connection accepts."""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

from flashls.models.seam import Unusable
from flashls.settings import Network


def trust(network: Network) -> ssl.SSLContext:
    """TLS settings that accept what the system accepts, and what ``network.ca_bundle`` holds besides.

    ``$SSL_CERT_FILE`` and ``$SSL_CERT_DIR`` stand in for the system's list. Mozilla's list counts where Python finds
    no system list. Reading the lists takes about 20 ms: call it off the event loop, once for all connections. Raises
    ``Unusable`` for a bundle that cannot be used.
    """
    context = _system()
    if network.ca_bundle:
        _add(context, network.ca_bundle)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _system() -> ssl.SSLContext:
    """Windows and macOS judge certificates themselves. Elsewhere the list is a file, which truststore would read again
    for each connection, 23 ms with the interpreter's lock held; here it is read once."""
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if sys.platform in ("win32", "darwin") and not named:
        import truststore  # this and certifi take 17 ms to import, and most starts need neither

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    if not (named or context.cert_store_stats()["x509_ca"] or _has_folder()):
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _has_folder() -> bool:
    """Whether OpenSSL has a folder of certificates, which it reads as it needs them."""
    folder = ssl.get_default_verify_paths().capath
    return folder is not None and any(Path(folder).glob("*.0"))


def _add(context: ssl.SSLContext, bundle: str) -> None:
    path = Path(bundle).expanduser()
    if not path.is_absolute():  # else whatever folder the editor was started in would say whom to trust
        raise Unusable(f"[network] ca_bundle = {bundle!r}: give the file's whole path")
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        raise Unusable(f"[network] ca_bundle: {path} holds no certificates in PEM") from None
    except OSError as error:
        raise Unusable(f"[network] ca_bundle: {path} cannot be read ({error.strerror or error})") from None
