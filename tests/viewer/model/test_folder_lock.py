"""A folder has one holder at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.model.folder_lock import is_locked, lock_folder


def test_a_second_holder_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    assert not is_locked(tmp_path, "lock")
    with lock_folder(tmp_path, "lock"):
        assert is_locked(tmp_path, "lock")
        with pytest.raises(OSError):
            lock_folder(tmp_path, "lock")
    assert not is_locked(tmp_path, "lock")
    lock_folder(tmp_path, "lock").close()
