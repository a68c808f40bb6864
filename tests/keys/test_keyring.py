"""Where secrets are found, what is made, and that the card key is never quietly another one."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.keys.changing import ChangingKey
from kiosk.keys.keyfile import KeyUnusable
from kiosk.keys.keyring import Keyring, Place, Secret, Source, tls_key
from kiosk.settings import SecretsSection
from kiosk.settings.listeners import HttpTlsSection

SOON = datetime.now(UTC) + timedelta(days=9)


def laid(file: Path, content: bytes, mode: int = 0o600) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)
    file.chmod(mode)
    return file


def keyring(var: Path, *, credentials: Path | None = None, **files: Path) -> Keyring:
    environment = {"CREDENTIALS_DIRECTORY": str(credentials)} if credentials else {}
    secrets = SecretsSection(**{name: str(file) for name, file in files.items()})
    return Keyring(secrets, var, environment, var / "no service")


def test_a_credential_goes_before_the_settings_and_these_before_the_machines_own(
    tmp_path: Path,
) -> None:
    own = keyring(tmp_path / "var").card_key().present
    named = laid(tmp_path / "named.key", b"n" * 32)
    credential = laid(tmp_path / "credentials" / "code-key", b"c" * 32, 0o400).parent
    keys = keyring(tmp_path / "var", credentials=credential, code_key=named, card_key=named)
    assert keys.code_key() == b"c" * 32
    assert [keys.place(one).source for one in Secret] == [
        Source.SETTINGS,
        Source.OWN,
        Source.CREDENTIAL,
        Source.OWN,
    ]
    assert keyring(tmp_path / "other", code_key=named).code_key() == b"n" * 32
    assert keyring(tmp_path / "var").card_key() == ChangingKey(own)


def test_a_command_beside_the_service_finds_its_credentials(tmp_path: Path) -> None:
    laid(tmp_path / "service" / "code-key", b"s" * 32)
    beside = Keyring(SecretsSection(), tmp_path / "var", {}, tmp_path / "service")
    assert beside.code_key() == b"s" * 32


def test_what_others_have_to_bring_is_never_made(tmp_path: Path) -> None:
    missing = tmp_path / "not mounted" / "card.key"
    with pytest.raises(KeyUnusable, match="not mounted/card"):
        keyring(tmp_path / "var", card_key=missing).card_key()
    assert not missing.exists()


def test_an_own_key_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    """Every client would be a stranger, and nobody would know why."""
    keyring(tmp_path).card_key()
    (tmp_path / "secrets" / "card.key").unlink()
    with pytest.raises(KeyUnusable, match=r"is gone; restore it from a backup") as fault:
        keyring(tmp_path).card_key()
    known = tmp_path / "secrets" / "card.key.known"
    assert str(known) in str(fault.value)
    known.unlink()
    keyring(tmp_path).card_key()


def test_another_card_key_than_cards_were_enrolled_under_is_refused(tmp_path: Path) -> None:
    keyring(tmp_path / "var", card_key=laid(tmp_path / "card.key", b"1" * 32)).card_key()
    laid(tmp_path / "card.key", b"2" * 32)
    with pytest.raises(KeyUnusable, match="isn't the one that this branch's cards were enrolled"):
        keyring(tmp_path / "var", card_key=tmp_path / "card.key").card_key()


def test_what_marks_a_key_says_nothing_of_it(tmp_path: Path) -> None:
    key = keyring(tmp_path).card_key().present
    mark = (tmp_path / "secrets" / "card.key.known").read_text().strip()
    assert len(mark) == 16
    assert mark not in key.hex()


def test_keys_are_not_shown_by_accident(tmp_path: Path) -> None:
    key = keyring(tmp_path).card_key()
    assert key.present.hex() not in repr(key)
    assert repr(key.present) not in repr(key)


def test_the_brokers_password(tmp_path: Path) -> None:
    password = laid(tmp_path / "password", b"four words\n")
    assert keyring(tmp_path, broker_password=password).broker_password() == "four words"
    assert keyring(tmp_path).broker_password() == ""
    password.chmod(0o644)
    with pytest.raises(KeyUnusable, match="others can read it"):
        keyring(tmp_path, broker_password=password).broker_password()


def test_the_key_of_a_given_certificate_may_be_a_credential(tmp_path: Path) -> None:
    """systemd.exec(5): a folder that the unit's environment names, or the unit's own beside it."""
    given = HttpTlsSection(certificate="c.crt", key="c.key")
    assert tls_key(HttpTlsSection(), {}, tmp_path) is None
    assert tls_key(given, {}, tmp_path) == Place(Source.SETTINGS, Path("c.key"))
    sealed = Place(Source.CREDENTIAL, tmp_path / "tls-key")
    assert tls_key(HttpTlsSection(certificate="c.crt"), {}, tmp_path) == sealed
    laid(tmp_path / "tls-key", b"key")
    named = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert tls_key(given, named, tmp_path / "elsewhere") == sealed
    assert tls_key(given, {}, tmp_path) == sealed


def test_a_change_is_seen_by_a_branch_that_runs(tmp_path: Path) -> None:
    keys, command = keyring(tmp_path), keyring(tmp_path)
    first = keys.card_key()
    command.rotation.begin_with_own(SOON)
    second = keys.card_key()
    assert second.former == first.present != second.present
    command.rotation.end()
    assert keys.card_key() == ChangingKey(second.present)
    assert keyring(tmp_path).card_key() == ChangingKey(second.present)
    kept = {file.name for file in (tmp_path / "secrets").iterdir()}
    assert kept == {"card.key", "card.key.known"}


def test_keys_that_the_bank_gives_are_changed_by_files_and_a_day(tmp_path: Path) -> None:
    old, new = laid(tmp_path / "old", b"o" * 32), laid(tmp_path / "new", b"n" * 32)
    keyring(tmp_path / "var", card_key=old).card_key()
    keys = keyring(tmp_path / "var", card_key=new, former_card_key=old)
    with pytest.raises(KeyUnusable):  # without a day the former one counts for nothing
        keys.card_key()
    keys.rotation.begin_with_given(SOON)
    assert keys.card_key() == ChangingKey(b"n" * 32, b"o" * 32)
    keys.rotation.end()
    assert keys.card_key() == ChangingKey(b"n" * 32)
    assert old.read_bytes() == b"o" * 32  # what isn't the machine's it doesn't destroy


def test_the_former_key_counts_until_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keyring(tmp_path)
    keys.card_key()
    keys.rotation.begin_with_own(SOON)
    assert keys.card_key().former
    keys.rotation.begin_with_given(datetime.now(UTC) - timedelta(seconds=1))
    assert keys.card_key().former is None


@pytest.mark.parametrize("at", ["draft", "former", "file", "whole"])
def test_wherever_a_change_is_cut_short_no_key_is_lost_and_it_can_be_begun_again(
    tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keyring(tmp_path)
    old = keys.card_key().present
    step = {"draft": "os.link", "former": "kiosk.keys.rotation.write_private"}
    step |= {"file": "pathlib.Path.replace"}

    class PowerLoss(Exception):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerLoss

    if at in step:
        with monkeypatch.context() as patch:
            patch.setattr(step[at], cut)
            with pytest.raises(PowerLoss):
                keys.rotation.begin_with_own(SOON)
        after = keyring(tmp_path).card_key()
        assert after.present == old
        assert after.former in {None, old}
    keyring(tmp_path).rotation.begin_with_own(SOON)
    changed = keyring(tmp_path).card_key()
    assert changed.former == old != changed.present
    if at != "whole":
        return
    with pytest.raises(KeyUnusable, match="is of the last change"):
        keyring(tmp_path).rotation.begin_with_own(SOON)


def test_a_change_that_was_cut_short_can_be_ended_without_losing_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keyring(tmp_path)
    old = keys.card_key().present
    os.link(tmp_path / "secrets" / "card.key", tmp_path / "secrets" / "former-card.key")
    keys.rotation.end()
    assert keyring(tmp_path).card_key().present == old


def test_a_branch_at_work_goes_on_with_the_key_it_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys = keyring(tmp_path)
    key = keys.card_key()
    (tmp_path / "secrets" / "card.key").chmod(0o644)
    (tmp_path / "secrets" / "card.key").write_bytes(b"short")
    assert [keys.card_key() for _ in range(3)] == [key] * 3
    assert sum("the card key stays as it is" in one.message for one in caplog.records) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"ends": 3}', '{"ends": "soon"}', "\udcff"])
def test_a_damaged_change_is_told_and_keeps_no_branch_closed(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys = keyring(tmp_path)
    keys.card_key()
    keys.rotation.begin_with_own(SOON)
    keys.card_key()
    keys.rotation.file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(KeyUnusable, match=r"is damaged; kiosk cards rotate-key end"):
        print(keys.rotation.ends)
    present = keyring(tmp_path).card_key()
    assert present.former is None
    assert "the card key's change is at a stand" in caplog.text
    keys.rotation.end()
    assert keyring(tmp_path).card_key() == present
