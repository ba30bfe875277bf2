"""The language of the window: every text that a person reads goes through ``tr``.

English is what stands in the source. Another language is chosen once, before modules with tables
of texts are imported; commands without a window never choose, so what they print stays English.
"""

from __future__ import annotations

import gettext
import locale
import os
import sys
from collections.abc import Mapping
from typing import Any

from .demo import ASSETS

FOLDER = ASSETS / "language"
DOMAIN = "stridescope"
ENGLISH = "en"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class _Chosen:
    """What the process speaks."""

    name = ENGLISH
    texts = gettext.NullTranslations()


def tr(text: str, /, **values: Any) -> str:
    """``text`` in the chosen language, with ``values`` at its named places."""
    said = _Chosen.texts.gettext(text) if text else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, n: int, /, **values: Any) -> str:
    """``tr`` of one of two texts, as the number ``n`` asks for; they may name it ``{n}``."""
    return _Chosen.texts.ngettext(one, many, n).format(n=n, **values)


def mark(text: str) -> str:
    """``text`` as it is, for the catalogue: a key that is drawn by ``tr`` elsewhere."""
    return text


def within(text: str) -> str:
    """A title as it stands within a sentence: English begins it small, others leave it alone."""
    return text[:1].lower() + text[1:] if _Chosen.name == ENGLISH else text


def chosen() -> str:
    """The language in use, such as ``de``."""
    return _Chosen.name


def available() -> tuple[str, ...]:
    """The languages there are, English first."""
    found = sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


def of_system(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the system asks for; English where there is no catalogue of it."""
    asked = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    if not asked and sys.platform in ("win32", "darwin"):
        asked = locale.getlocale()[0] or ""
    language = asked.replace("-", "_").partition(".")[0].partition("_")[0].lower()
    language = {"german": "de"}.get(language, language)  # as Windows says it
    return language if language in available() else ENGLISH


def choose(name: str = "") -> str:
    """Speak ``name``, or as the system does; the language chosen.

    Raises ValueError for one that there is no catalogue of.
    """
    name = name or of_system()
    if name not in available():
        raise ValueError(f"There is no language {name!r}; there are {' and '.join(available())}.")
    _Chosen.name = name
    _Chosen.texts = (
        gettext.NullTranslations()
        if name == ENGLISH
        else gettext.translation(DOMAIN, FOLDER, [name])
    )
    return name
