"""What is spoken, and whom the machine's own programs believe."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.certificates.kept import CertificateFiles
from kiosk.machine.tls import (
    client_context,
    first_certificate,
    load_files,
    pinned_context,
    server_context,
)
from tests.support.certificates import Authority

BANK = Authority()


@asynccontextmanager
async def served(files: CertificateFiles) -> AsyncIterator[int]:
    """Somebody who shakes hands and says goodbye; the port."""
    context = server_context()
    load_files(context, files.certificate, files.key)

    async def goodbye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(goodbye, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def visit(port: int, context: ssl.SSLContext, name: str = "localhost") -> tuple[str, str]:
    """The protocol and the cipher that both agreed on."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    cipher, version, _ = writer.get_extra_info("cipher")
    writer.close()
    return version, cipher


def old(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


async def test_old_protocols_and_ciphers_are_refused(tmp_path: Path) -> None:
    async with served(BANK.give(tmp_path)) as port:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await visit(port, old(ssl.TLSVersion.TLSv1_1))
        weak = old(ssl.TLSVersion.TLSv1_2)
        weak.set_ciphers("AES256-SHA:AES128-GCM-SHA256:ECDHE+AES256+SHA1")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await visit(port, weak)
        version, cipher = await visit(port, old(ssl.TLSVersion.TLSv1_2))
        assert version.startswith("TLSv1")
        assert cipher.startswith("ECDHE-")
        assert "GCM" in cipher or "CHACHA20" in cipher


async def test_a_caller_wants_a_name_and_somebody_who_vouches_for_it(tmp_path: Path) -> None:
    vouched = tmp_path / "authority.crt"
    vouched.write_text(BANK.pem)
    async with served(BANK.give(tmp_path)) as port:
        await visit(port, client_context(str(vouched)))
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            await visit(port, client_context(str(vouched)), "other.bank.example")
        with pytest.raises(ssl.SSLCertVerificationError, match="certificate in certificate chain"):
            await visit(port, client_context())


def test_a_file_of_authorities_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        client_context(str(tmp_path / "none.crt"))
    (tmp_path / "empty.crt").write_text("")
    with pytest.raises(ssl.SSLError):
        client_context(str(tmp_path / "empty.crt"))


async def test_own_programs_believe_the_very_certificate_also_when_it_has_ended(
    tmp_path: Path,
) -> None:
    files = BANK.give(tmp_path, ends=datetime(2025, 1, 1, tzinfo=UTC))
    async with served(files) as port:
        await visit(port, pinned_context(files.certificate.read_text()), "whatever.example")


async def test_and_no_other_one_of_the_same_authority(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = BANK.give(tmp_path / "other").certificate.read_text()
    async with served(BANK.give(tmp_path)) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            await visit(port, pinned_context(other))


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nhalf"])
def test_no_certificate_is_none(text: str) -> None:
    assert first_certificate(text) == ""
