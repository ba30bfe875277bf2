"""Qt's own texts in the language of the window, and its numbers as ours are written."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from viewer.model.language import ENGLISH, chosen


def speak(app: QCoreApplication) -> None:
    """Let Qt's dialogs and keys speak the chosen language.

    Numbers have a point in every language, also where one is typed: files, plots, the command line
    and the numbers beside a field have it, and a number read here can be typed there.
    """
    QLocale.setDefault(QLocale.c())
    if chosen() == ENGLISH:
        return
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{chosen()}", folder):
        app.installTranslator(translator)
