"""Makes a connection to an SFTP server in which both sides have proved themselves."""

import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import paramiko

from printhub.core.model.errors import Misconfigured
from printhub.core.placing.config import SftpConfig

_RSA = ("rsa-sha2-512", "rsa-sha2-256")
"""The signatures that a host key of the type ssh-rsa makes now."""


def sign_in(config: SftpConfig, within: timedelta) -> paramiko.Transport:
    """Connect and sign in.

    Raises Misconfigured where the server is another than it should be, or does not know who signs in, and
    ConnectionError or another OSError where it cannot be spoken to.
    """
    known = _known(config)
    key = _private_key(config)
    seconds = max(within.total_seconds(), 0.05)
    transport = paramiko.Transport(socket.create_connection((config.host, config.port), timeout=seconds))
    try:
        transport.banner_timeout = transport.auth_timeout = seconds
        if known:
            _ask_for(transport, known)
        transport.start_client(timeout=seconds)
        _prove(config, transport.get_remote_server_key(), known)
        _authenticate(config, transport, key)
    except paramiko.AuthenticationException as error:
        # The library says so too of a server that fell silent or hung up, and has no other word for it.
        refused = transport.is_active() and "timeout" not in str(error).lower()
        transport.close()
        if not refused:
            raise ConnectionError("the SFTP server broke off the sign-in") from None
        raise Misconfigured(f"the SFTP server {config.host} does not let {config.user} in") from None
    except (paramiko.SSHException, EOFError) as error:
        transport.close()
        raise ConnectionError(f"the SFTP server broke off the sign-in ({type(error).__name__})") from None
    except BaseException:
        transport.close()
        raise
    return transport


def _known(config: SftpConfig) -> list[paramiko.PKey]:
    """The host keys that the server may have; empty where fingerprints are given instead."""
    if config.known_hosts is None:
        return []
    try:
        kept = paramiko.HostKeys(str(config.known_hosts))
    except (OSError, UnicodeError) as error:
        raise Misconfigured(f"known_hosts cannot be read: {_why(error)}") from None
    name = config.host if config.port == 22 else f"[{config.host}]:{config.port}"
    found = kept.lookup(name)
    if not found:
        raise Misconfigured(f"known_hosts has no key of {name}; add it once you have compared its fingerprint")
    return list(found.values())


def _ask_for(transport: paramiko.Transport, known: Sequence[paramiko.PKey]) -> None:
    """Have the server prove itself by a key of a type that is known, where it has several."""
    options = transport.get_security_options()
    wanted = {kind for key in known for kind in (_RSA if key.get_name() == "ssh-rsa" else (key.get_name(),))}
    options.key_types = [kind for kind in options.key_types if kind in wanted] or options.key_types


def _prove(config: SftpConfig, shown: paramiko.PKey, known: Sequence[paramiko.PKey]) -> None:
    if shown in known or shown.fingerprint in config.fingerprints:
        return
    where = "known_hosts" if known else "fingerprints"
    raise Misconfigured(
        f"the SFTP server {config.host} shows the host key {shown.fingerprint}, which is not in {where}; nothing was "
        "sent. Find out whether its key was changed, or who answers there"
    )


def _private_key(config: SftpConfig) -> paramiko.PKey | None:
    if config.key_file is None:
        return None
    # Bytes, whatever its annotation says: text is refused by the library beneath.
    passphrase: Any = config.passphrase.get_secret_value().encode() if config.passphrase else None
    try:
        return paramiko.PKey.from_path(Path(config.key_file), passphrase)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        raise Misconfigured(f"key_file cannot be used: {_why(error)}") from None


def _authenticate(config: SftpConfig, transport: paramiko.Transport, key: paramiko.PKey | None) -> None:
    asked_for: Sequence[str] = ()
    if key is not None:
        asked_for = transport.auth_publickey(config.user, key)
    if config.password is not None and (key is None or asked_for):
        transport.auth_password(config.user, config.password.get_secret_value())
    if not transport.is_authenticated():
        raise paramiko.AuthenticationException


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
