"""The sub-commands of ``main.py``: none needs a display, none imports Qt.

Each module has ``run(args) -> None``, prints one line per result (one JSON object per
line with ``--json``) and raises :class:`viewer.commands.console.Refused` with one sentence
for the person.
"""
