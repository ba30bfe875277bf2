"""The window by keyboard: every command is reached."""

from __future__ import annotations

from tests.viewer.panel_fixtures import Bench


def test_every_command_has_a_key_or_stands_in_a_menu(shared_bench: Bench) -> None:
    entries = list(shared_bench.window.actions_)
    assert [entry.id for entry in entries if not (entry.keys or entry.menu)] == []
    assert [entry.id for entry in entries if not entry.tip] == []
