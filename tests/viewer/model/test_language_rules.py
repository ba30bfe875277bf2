"""Every text of the window goes through tr(), and every one of them has its German."""

from __future__ import annotations

import ast
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.source_tree import modules, parse, show
from viewer.model.language import DOMAIN, ENGLISH, FOLDER, available

messages = pytest.importorskip("babel.messages", reason="needs Babel: reads the catalogues")
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po  # noqa: E402

OTHERS = ("bench", "commands", "gallery", "serving")
"""Rooms of the viewer whose texts no person reads in the window."""
HEADLESS = (
    "analysis", "body_mannequin", "bundle", "clip", "compared_subject", "desktop", "display",
    "drive", "export", "exports", "figure", "glimpse_process", "inside", "inspection",
    "joint_compare", "latency_report", "layers", "library", "library_process", "library_reading",
    "machine", "phase_beside", "phase_compare", "phase_reading", "phase_table", "pictures",
    "plot_files", "plot_svg", "policies", "quality", "saliency", "session_blob", "session_fields",
    "session_file", "session_inspect", "session_phase", "shipped", "skills", "sources",
    "style_cache", "style_keys", "style_names", "subject",
)  # fmt: skip
"""Modules of viewer/model that speak on the command line, of files, or in files: in English."""
KEYS = (
    "Real time", "Running on", "Worst joint", "dead amplitude", "strike off phase", "elbows out",
    "step width", "toes out", "hands up", "Helvetica, Arial, DejaVu Sans, sans-serif",
)  # fmt: skip
"""Texts that are keys beside the place where ``mark`` tells them, or no words."""
MENU = re.compile(r"[A-Z][a-z]+/[A-Z][a-z ]+")
TRANSLATED = {"tr", "trn", "mark"}
SHOWN = {
    "QLabel": (0,), "QPushButton": (0,), "QCheckBox": (0,), "QAction": (0,), "setText": (0,),
    "setToolTip": (0, 1), "setAccessibleName": (0,), "setAccessibleDescription": (0,),
    "setWindowTitle": (0,), "setStatusTip": (0,), "setPlaceholderText": (0,), "setIconText": (0,),
    "addItem": (0,), "addTab": (1,), "addAction": (0,), "addRow": (0,), "setLabelText": (0,),
    "drawText": (2, 3), "showMessage": (0,), "notify": (1,), "Notice": (1,), "Edit": (0,),
    "Segments": (0,), "ChoiceBox": (0, 1), "NumberSlider": (0, 1), "add": (1, 2),
    "value_readout": (2,), "QDockWidget": (0,), "QMenu": (0,), "setHint": (0,), "set_hint": (0,),
}  # fmt: skip
"""Calls that show text, and which of their arguments do."""
UNSEEN = {
    "Background", "cast", "compile", "sub", "warning", "error", "exception", "info", "execute",
    "executemany", "setStyleSheet", "from_bytes", "Formatter", "TypeVar", "glob", "strftime",
    "getLogger", "horizontalAdvance", "setProperty", "bind", "value", "add_argument",
}  # fmt: skip
"""Calls whose texts nobody reads: names of threads, patterns, logs, style sheets, queries."""
WORDS = re.compile(r"[A-Za-z]{2,}")
UNITS = {"ms", "fps", "px", "cm", "kB", "MB", "GB", "Hz", "kg", "mm", "qd"}
PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z(]{2,}|[A-Za-z]…$")
MARKUP = re.compile(r"<\w+ |;;|\*\.|\d px|%\(|://")
Text = ast.Constant | ast.JoinedStr


@cache
def shown_modules(all_of_model: bool = False) -> tuple[Path, ...]:
    """Those of the window; all_of_model: and all others that know no window."""
    found = []
    for name, path in modules().items():
        room, _, below = name.removeprefix("viewer.").partition(".")
        if not name.startswith("viewer.") or room in OTHERS:
            continue
        if room != "model" or all_of_model or below.partition(".")[0] not in HEADLESS:
            found.append(path)
    return tuple(found)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def literal(node: Text) -> str:
    """What stands in the source, without what is filled in."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "…".join(str(p.value) for p in parts if isinstance(p, ast.Constant))


def untranslated(node: ast.AST, shown: bool = False) -> Iterator[Text]:
    """Literals below ``node`` that a person may read; shown: it is an argument that is shown."""
    if isinstance(node, Text):
        text = literal(node)
        words = [word for word in WORDS.findall(text) if word not in UNITS]
        told = text not in KEYS and not MENU.fullmatch(text) and not MARKUP.search(text)
        if told and (PROSE.search(text) or (shown and words)):
            yield node
        return
    through = shown and isinstance(node, ast.IfExp | ast.BoolOp | ast.BinOp)
    for child, seen in read_in(node):
        yield from untranslated(child, seen or through)


def read_in(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The parts of ``node`` that may hold text, and whether that is shown."""
    match node:
        case ast.Raise() | ast.Compare() | ast.arg():
            return
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant():
            return
        case ast.Subscript(value=value) | ast.AnnAssign(value=ast.AST() as value):
            yield value, False
        case ast.Call():
            if called(node) not in TRANSLATED | UNSEEN:
                places = SHOWN.get(called(node), ())
                yield node.func, False
                yield from ((given, at in places) for at, given in enumerate(node.args))
                yield from ((keyword.value, False) for keyword in node.keywords)
        case ast.FunctionDef():
            yield from ((part, False) for part in [*node.decorator_list, node.args, *node.body])
        case _:
            yield from ((child, False) for child in ast.iter_child_nodes(node))


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of tr, trn or mark."""
    for path in shown_modules(all_of_model=True):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
                yield path, node


@cache
def texts() -> dict[str, str]:
    """What is to be translated, and the plural of what has one, "" for the others."""
    found: dict[str, str] = {}
    for name in TRANSLATED:
        for _, call in calls(name):
            given = [part.value for part in call.args[:2] if isinstance(part, ast.Constant)]
            if given:
                found[str(given[0])] = str(given[1]) if name == "trn" else ""
    return found


def catalogue_file(language: str, suffix: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """What is said for each text; of what has a plural, for one and for many."""
    with catalogue_file(language, "po").open("rb") as file:
        read = read_po(file)
    return {
        text: (message.string,) if isinstance(message.string, str) else tuple(message.string)
        for message in read
        if (text := message.id if isinstance(message.id, str) else message.id[0])
    }


def places(text: str) -> set[tuple[str, str, str]]:
    """What is filled in: name, format and conversion."""
    found = string.Formatter().parse(text)
    return {(name, spec or "", how or "") for _, name, spec, how in found if name is not None}


LANGUAGES = [name for name in available() if name != ENGLISH]


def test_texts_of_the_window_go_through_tr() -> None:
    wrong = [
        f"{show(path)}:{node.lineno} {literal(node)!r}"
        for path in shown_modules()
        for node in untranslated(parse(path))
    ]
    assert wrong == []


def test_texts_are_literals_that_can_be_extracted() -> None:
    """No f-string is translated, nor a text within one, which Babel does not see."""
    wrong = [
        f"{show(path)}:{call.lineno}"
        for name in TRANSLATED
        for path, call in calls(name)
        if any(isinstance(part, ast.JoinedStr) for part in call.args)
    ]
    wrong += [
        f"{show(path)}:{node.lineno}"
        for path in shown_modules()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in TRANSLATED
        if any(isinstance(part, ast.Constant) for part in call.args)
    ]
    assert wrong == []


def test_what_is_filled_in_is_given() -> None:
    wrong = []
    for name in ("tr", "trn"):
        for path, call in calls(name):
            given = {keyword.arg for keyword in call.keywords} | ({"n"} if name == "trn" else set())
            for part in call.args[: 1 + (name == "trn")]:
                if isinstance(part, ast.Constant) and call.keywords:
                    asked = {place for place, _, _ in places(str(part.value))}
                    if asked - given or given - asked - {"n"}:
                        wrong.append(f"{show(path)}:{call.lineno} {part.value!r}")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    """``make language`` takes new texts up; then their words are missing."""
    known = catalogue(language)
    assert sorted(set(texts()) ^ set(known)) == []
    assert [text for text, said in known.items() if not all(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places_and_ends(language: str) -> None:
    wrong = []
    for text, said in catalogue(language).items():
        whole = texts().get(text) or text
        edges = [(each[: len(each) - len(each.lstrip())], each[len(each.rstrip()) :])
                 for each in (whole, *said)]  # fmt: skip
        if any(places(each) != places(whole) for each in said[-1:]) or len(set(edges)) > 1:
            wrong.append(text)
        if whole.endswith("…") != said[-1].endswith("…"):
            wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with catalogue_file(language, "po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    assert catalogue_file(language, "mo").read_bytes() == compiled.getvalue(), "run make language"
