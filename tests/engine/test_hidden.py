"""Which documents no model may see, wherever they are and however an editor names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.engine.hidden import Hiding, hidden, placed


@pytest.mark.parametrize(
    "uri",
    [
        "file:///w/.env",
        "file:///w/deep/down/.env.local",
        "file:///elsewhere/.env",
        "file:///home/me/.aws/credentials",
        "file:///w/.docker/config.json",
        "file:///w/tls/server.pem",
        "file:///home/me/.ssh/id_ed25519",
        "file:///c%3A/Users/me/.npmrc",
        "vscode-remote://ssh-remote%2Bhost/w/.env",
        "git:/w/.env?%7B%22path%22%3A%22/w/.env%22%2C%22ref%22%3A%22HEAD%22%7D",
        "untitled:.env",
        "file:///w/prod.env",
        "file:///w/.envrc",
        "file:///w/.ENV",
        "file:///home/me/.ssh/ID_RSA",
        "file:///w/key.ppk",
        "file:///w/credentials.json",
        "file:///w/service-account-prod.json",
        "file:///w/prod.tfvars",
        "file:///home/me/.kube/config",
        "file:///home/me/.cargo/credentials.toml",
        "foo://[half/.env",
        "file:///w/terraform.tfstate.backup",
        "file:///w/prod.tfvars.json",
        "file:///w/service_account.json",
        "file:///w/.dockercfg",
        "file:///w/home/.my.cnf",
        "file:///w/.s3cfg",
        "file:///w/.env-prod",
        "file:///w/.env_local",
        "file:///w/AuthKey_1.p8",
        "file:///w/server.pem.bak",
        "file:///w/server.key.old",
        "file:///w/auth.json",
        "file:///w/.boto",
        "file:///w/.terraformrc",
        "file:///w/_netrc",
    ],
)
@pytest.mark.parametrize("patterns", [(), ("!.env", "!*"), ("docs/",)])
@pytest.mark.parametrize("root", [None, "/w", "/w/", "C:\\w"])
def test_files_of_secrets_are_hidden_and_no_setting_shows_them(
    uri: str, patterns: tuple[str, ...], root: str | None
) -> None:
    assert hidden(uri, root, patterns)


@pytest.mark.parametrize(
    "uri",
    [
        "file:///w/a.py",
        "file:///w/.env.example",
        "file:///w/.env.template",
        "file:///w/credentials.py",
        "untitled:Untitled-1",
        "file:///w/environment.py",
        "file:///w/keys.py",
        "file:///w/env_local.py",
        "file:///w/vite.env.d.ts",
        "file:///w/registry.key.ts",
        "file:///w/.env-example",
        "file:///w/.env_template",
        "file:///w/auth.py",
        "file:///w/main.tf",
        "file:///w/variables.tf.json",
        "file:///w/p8.py",
        "file:///w/service_account.py",
        "file:///w/boto.py",
        "",
    ],
)
def test_other_files_are_not(uri: str) -> None:
    assert not hidden(uri, "/w", ())


@pytest.mark.parametrize(
    ("uri", "root", "pattern", "expected"),
    [
        ("file:///w/secret/a.py", "/w", "secret/", True),
        ("file:///w/secret/a.py", "/w/", "/secret/", True),
        ("file:///w/x/secret/a.py", "/w", "/secret/", False),
        ("file:///w/x/secret/a.py", "/w", "secret/", True),
        ("file:///wider/secret/a.py", "/w", "secret/", True),
        ("file:///elsewhere/secret/a.py", None, "secret/", True),
        ("file:///c%3A/w/secret/a.py", "c:\\w", "/secret/", True),
        ("file:///w/a%20b.sql", "/w", "a b.sql", True),
        ("vscode-notebook-cell:/w/n.ipynb#W0", "/w", "/n.ipynb", True),
        ("file:///w/.env.example", "/w", ".env*", True),
        ("file:///w/a.py", "/w", "*.sql", False),
    ],
)
def test_patterns_are_gitignores_below_the_workspace(uri: str, root: str | None, pattern: str, expected: bool) -> None:
    assert hidden(uri, root, (pattern,)) is expected


def test_a_later_pattern_of_ones_own_makes_an_exception() -> None:
    assert hidden("file:///w/a.sql", "/w", ("*.sql", "!schema.sql"))
    assert not hidden("file:///w/schema.sql", "/w", ("*.sql", "!schema.sql"))


@pytest.mark.parametrize("scheme", ["file://", "vscode-remote://ssh-remote%2Bhost", "git:"])
def test_files_of_patterns_for_models_hide_too(scheme: str, tmp_path: Path) -> None:
    (tmp_path / ".aiexclude").write_text("a.sql")
    (tmp_path / ".gitignore").write_text("open.sql")
    root = str(tmp_path)
    assert hidden(f"{scheme}{root}/deep/a.sql", root, ())
    assert not hidden(f"{scheme}{root}/open.sql", root, ())
    (tmp_path / ".aiexclude").write_text("b.sql")
    assert not hidden(f"{scheme}{root}/deep/a.sql", root, ())


@pytest.mark.parametrize(
    ("link", "to", "uri"),
    [
        ("conf.sh", ".env", "conf.sh"),
        ("shown", "private", "shown/a.py"),
        ("deep/shown", "../private", "deep/shown/below/a.py"),
        ("a.py", "private/a.py", "a.py"),
        ("a.py", "../elsewhere/off.py", "a.py"),
        ("elsewhere.py", "../elsewhere/.env", "elsewhere.py"),
    ],
)
def test_a_link_is_hidden_where_what_it_leads_to_is(link: str, to: str, uri: str, tmp_path: Path) -> None:
    root = tmp_path / "w"
    for folder in (root / "deep", root / "private" / "below", tmp_path / "elsewhere"):
        folder.mkdir(parents=True)
    (root / ".aiexclude").write_text("/private/")
    (root / link).symlink_to(to)
    assert hidden((root / uri).as_uri(), str(root), ("off.py",))
    (tmp_path / "named").symlink_to(root)
    assert hidden((tmp_path / "named" / uri).as_uri(), str(tmp_path / "named"), ("off.py",))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".env", True),
        ("deep/.ENV", True),
        ("private/a.py", True),
        ("off.py", True),
        ("conf.sh", True),
        ("shown/a.py", True),
        ("deep/open.py", False),
        ("deep/same/open.py", False),
        ("a b/ü%20.py", False),
    ],
)
@pytest.mark.parametrize("named", ["w", "link"])
def test_by_its_path_below_the_root_a_file_is_hidden_as_by_its_uri(
    path: str, expected: bool, named: str, tmp_path: Path
) -> None:
    root = tmp_path / "w"
    for folder in (root / "deep", root / "private"):
        folder.mkdir(parents=True)
    (root / ".aiexclude").write_text("/private/")
    for link, to in ((root / "conf.sh", ".env"), (root / "shown", "private"), (root / "deep/same", ".")):
        link.symlink_to(to)
    (tmp_path / "link").symlink_to(root)
    top = tmp_path / named
    assert Hiding(str(top), ("off.py",)).hides_below(path) is expected
    assert hidden((top / path).as_uri(), str(top), ("off.py",)) is expected


def test_a_path_of_very_many_folders_is_judged_like_any_other() -> None:
    assert not hidden("file:///w/" + "a/" * 1500 + "x.py", "/w", ())
    assert hidden("file:///w/" + "a/" * 1500 + ".env", "/w", ())


def test_a_link_to_what_is_shown_is_shown(tmp_path: Path) -> None:
    (tmp_path / "real.py").touch()
    (tmp_path / "link.py").symlink_to("real.py")
    assert not hidden((tmp_path / "link.py").as_uri(), str(tmp_path), ("private/",))


def test_outside_the_workspace_a_files_own_folder_counts(tmp_path: Path) -> None:
    (tmp_path / ".cursorignore").write_text("a.sql")
    assert hidden(f"file://{tmp_path}/a.sql", "/w", ())
    assert hidden(f"file://{tmp_path}/a.sql", None, ())
    assert not hidden(f"file://{tmp_path}/b.sql", None, ())


@pytest.mark.parametrize(
    ("root", "pattern", "uri", "wanted"),
    [
        ("/w/a", "/w/a/src/x.py", "file:///w/a/src/x.py", True),
        ("/w/a", "/w/a/src/", "file:///w/a/src/x.py", True),
        ("/w/a", "/w/a/src/x.py", "file:///w/a/lib/src/x.py", False),
        ("/w/a", "/w/b/src/x.py", "file:///w/a/src/x.py", False),
        ("/w/a", "/w/a/src/x.py", "file:///w/ab/src/x.py", False),
        ("/w/a b[1]", r"/w/a\ b\[1\]/x.py", "file:///w/a%20b%5B1%5D/x.py", True),
        ("C:\\w\\a", "/C:/w/a/x.py", "file:///C%3A/w/a/x.py", True),
        ("/w/a", "/w/a/src/x.py", "file:///w/b/x.py", False),
    ],
)
def test_a_pattern_that_is_a_whole_path_hides_the_file_in_its_folder(
    root: str, pattern: str, uri: str, wanted: bool
) -> None:
    assert hidden(uri, root, placed((pattern,), root)) is wanted


def test_whole_paths_keep_their_place_among_patterns() -> None:
    assert placed(("*.py", "!/w/a/x.py", "/w/a/y.py", "/w/a"), "/w/a/") == (
        "*.py", "!/w/a/x.py", "!/x.py", "/w/a/y.py", "/y.py", "/w/a",
    )  # fmt: skip
