import os
from pathlib import Path

from flashls.index.folder import clear, size, sweep
from flashls.index.schema import version, writing
from flashls.store.locks import held

_DAY = 86_400.0


def _made(folder: Path, name: str, days_ago: float, now: float = 1e9, made_by: str = "") -> Path:
    db = folder / f"{name}-{made_by or version()}.db"
    writing(db).close()
    db.with_suffix(".log").write_text("log")
    os.utime(db, (now - days_ago * _DAY,) * 2)
    return db


def test_what_nobody_used_for_long_goes(tmp_path: Path) -> None:
    old, used, fresh = _made(tmp_path, "old", 31), _made(tmp_path, "used", 31), _made(tmp_path, "fresh", 29)
    with held(used.with_suffix(".lock")):
        assert sweep(tmp_path, now=1e9) == 1
    assert [p.exists() for p in (old, used, fresh)] == [False, True, True]
    assert not old.with_suffix(".log").exists()


def test_what_another_version_made_goes_at_once_unless_a_process_keeps_it(tmp_path: Path) -> None:
    made = [_made(tmp_path, name, 0, made_by=by) for name, by in (("a", ""), ("a", "00000000"), ("b", "00000000"))]
    with held(made[2].with_suffix(".lock")):
        assert sweep(tmp_path, now=1e9) == 1
    assert [db.exists() for db in made] == [True, False, True]
    assert sweep(tmp_path, now=1e9) == 1


def test_all_can_be_removed(tmp_path: Path) -> None:
    made = [_made(tmp_path, name, 0) for name in ("a", "b")]
    assert size(tmp_path) == sum(db.stat().st_size for db in made)
    assert clear(tmp_path) == 2
    assert (size(tmp_path), clear(tmp_path)) == (0, 0)


def test_there_may_be_no_folder(tmp_path: Path) -> None:
    missing = tmp_path / "no"
    assert (size(missing), clear(missing), sweep(missing)) == (0, 0, 0)
