"""Certificates for servers of a test, signed by themselves."""

import ssl
import subprocess
from pathlib import Path

import pytest


def self_signed(folder: Path, name: str) -> Path:
    """A certificate for `name`, such as DNS:files.example or IP:127.0.0.1, with its key in the same file."""
    try:
        subprocess.run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test "
            f"-addext subjectAltName={name} -keyout key.pem -out certificate.pem".split(),
            cwd=folder,
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("needs the openssl command")
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


def served_with(certificate: Path) -> ssl.SSLContext:
    """What a server needs to answer with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
