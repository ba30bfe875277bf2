"""The sub-commands of ``main.py``: none needs a display, none but the window's imports Qt.

The module of a sub-command has ``run(args)``, which prints one line per result (one JSON object
per line with ``--json``), raises :class:`viewer.model.notice.Refused` with one sentence for the
person, and returns the exit code, or None for 0. What it does lives in ``viewer/model``, which
the window shares.
"""
