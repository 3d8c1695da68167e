"""Keys: whose wins, and a keyring that answers, refuses or hangs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flashls.keys import Kept, KeyringTrouble, log_in, log_out, logins, stated_key
from flashls.settings import Provider


class Memory:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        del self.held[service, username]


class Locked(Memory):
    """A keyring that waits for a password until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.unlocked = threading.Event()

    def get_password(self, service: str, username: str, /) -> str | None:
        self.unlocked.wait(30)
        return super().get_password(service, username)


class Broken(Memory):
    """A keyring whose every answer is an error that holds a key."""

    def get_password(self, service: str, username: str, /) -> str | None:
        raise OSError("no bus; sk-secret")

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise OSError(f"no bus; {password}")


@pytest.mark.parametrize(
    ("provider", "key_env", "environ", "editor", "key"),
    [
        ("gemini", "", {}, {}, ""),
        ("gemini", "", {"GEMINI_API_KEY": "a", "GOOGLE_API_KEY": "b"}, {}, "a"),
        ("gemini", "", {"GOOGLE_API_KEY": "b"}, {}, "b"),
        ("gemini", "", {"GEMINI_API_KEY": "a"}, {"gemini": "c"}, "c"),
        ("gemini", "", {"GEMINI_API_KEY": " a\n"}, {"gemini": " ", "openai": "d"}, "a"),
        ("gemini", "WORK_KEY", {"GEMINI_API_KEY": "a", "WORK_KEY": "w"}, {}, "w"),
        ("gemini", "WORK_KEY", {"GEMINI_API_KEY": "a"}, {}, ""),
        ("openai", "", {"OPENAI_API_KEY": "o"}, {}, "o"),
        ("anthropic", "", {"ANTHROPIC_API_KEY": "o"}, {}, "o"),
        ("xroute", "", {"XROUTE_API_KEY": "x", "OPENAI_API_KEY": "o"}, {}, "x"),
        ("ours", "", {"OPENAI_API_KEY": "o"}, {}, ""),
        ("ours", "OURS", {"OURS": "u"}, {}, "u"),
    ],
)
def test_the_editors_key_comes_before_the_environments(
    provider: str, key_env: str, environ: dict[str, str], editor: dict[str, str], key: str
) -> None:
    assert stated_key(provider, Provider(key_env=key_env), environ, editor) == key


async def test_a_key_is_kept_and_found_and_forgotten(tmp_path: Path) -> None:
    ring = Memory()
    log_in("openai", "sk-one", tmp_path / "new", ring)
    assert logins(tmp_path / "new") == ("openai",)
    kept = Kept(logins(tmp_path / "new"), ring)
    assert await kept.wait(5)
    assert (kept.get("openai"), kept.get("gemini")) == ("sk-one", "")
    assert "sk-one" not in repr(kept)
    assert "sk-one" not in (tmp_path / "new" / "logins.json").read_text()
    assert log_out("openai", tmp_path / "new", ring)
    assert not log_out("openai", tmp_path / "new", ring)
    assert (ring.held, logins(tmp_path / "new")) == ({}, ())


async def test_a_locked_keyring_holds_nobody_up_and_its_late_answer_counts() -> None:
    ring = Locked()
    ring.set_password("flashls", "gemini", "late")
    kept = Kept(["gemini"], ring)
    assert not await kept.wait(0.05)
    assert kept.get("gemini") == ""
    ring.unlocked.set()
    assert await kept.wait(10)
    assert kept.get("gemini") == "late"


async def test_only_what_the_keyring_holds_and_has_not_given_yet_is_awaited() -> None:
    ring = Locked()
    ring.set_password("flashls", "openai", "late")
    kept = Kept(["openai"], ring)
    assert (kept.awaits("openai"), kept.awaits("gemini")) == (True, False)
    ring.unlocked.set()
    assert await kept.wait(10)
    assert not kept.awaits("openai")


async def test_one_entry_that_cannot_be_read_hides_no_other() -> None:
    class Partly(Memory):
        def get_password(self, service: str, username: str, /) -> str | None:
            if username == "gemini":
                raise OSError("damaged")
            return super().get_password(service, username)

    ring = Partly()
    ring.set_password("flashls", "openai", "sk-one")
    kept = Kept(["gemini", "openai"], ring)
    assert await kept.wait(10)
    assert (kept.get("gemini"), kept.get("openai")) == ("", "sk-one")


async def test_a_broken_keyring_gives_no_key_and_says_so_without_one(tmp_path: Path) -> None:
    kept = Kept(["gemini"], Broken())
    assert await kept.wait(10)
    assert kept.get("gemini") == ""
    with pytest.raises(KeyringTrouble, match=r"cannot be used: it refused \(OSError\); set the environment"):
        log_in("gemini", "sk-secret", tmp_path, Broken())
    assert logins(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{", "3", '["a", 5]'])
def test_a_damaged_note_counts_for_what_it_says(tmp_path: Path, text: str) -> None:
    (tmp_path / "logins.json").write_text(text)
    assert logins(tmp_path) == (("a",) if "a" in text else ())
