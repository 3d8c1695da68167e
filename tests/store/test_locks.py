import subprocess
import sys
import threading
from pathlib import Path

from flashls.store.locks import held, is_held

_HOLD = "import sys; from pathlib import Path; from flashls.store.locks import held\n"
_HOLD += "with held(Path(sys.argv[1])) as ours: print(ours, flush=True); sys.stdin.read()"


def test_only_one_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock) as first, held(lock) as second:
        assert (first, second) == (True, False)
    with held(lock) as again:
        assert again


def test_nobody_holds_a_lock_that_was_never_made_or_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not is_held(lock)
    assert not lock.exists()
    with held(lock):
        assert is_held(lock)
    assert not is_held(lock)


def test_looking_disturbs_nobody_who_has_patience(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    stop = threading.Event()
    looker = threading.Thread(target=lambda: [is_held(lock) for _ in iter(stop.is_set, True)])
    looker.start()
    try:
        with held(lock, patience=5) as ours:
            assert ours
    finally:
        stop.set()
        looker.join()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", _HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert is_held(lock)
        other.kill()
        other.wait()
        assert not is_held(lock)


def test_waits_for_the_other_to_finish(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    first = held(lock)
    assert first.__enter__()
    threading.Timer(0.2, first.__exit__, (None, None, None)).start()
    with held(lock, patience=10) as ours:
        assert ours
