"""Who may import whom, held over every import in the tree: at the top, in functions, for types
only, and of what a string starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.source_tree import (
    ROOT,
    chain,
    circles,
    imports,
    inner_imports,
    modules,
    parse,
    show,
    strings,
)

MAY_IMPORT = {
    "motion": set(),
    "kernels": set(),
    "render": {"motion"},
    "inference": {"kernels"},
    "character": {"motion"},
    "training": {"motion", "character", "inference"},
    "viewer": {"motion", "kernels", "render", "inference", "character"},
    "main": {"viewer"},
}
MAY_START = {"viewer": {"training"}}
"""What a package runs in a process of its own beside what it may import."""
FLOORS = {
    "motion": (
        "restyling",
        "bvh phase planting retarget",
        "features footfalls",
        "contacts glb measure pose rigs",
        "canonical clip",
        "resample skeleton",
        "npz quat",
        "blocks conventions curves files vec",
    ),
    "kernels": (
        "packaging",
        "prebuild",
        "build",
        "cache",
        "host prebuilt",
    ),
    "render": (
        "headless",
        "renderer",
        "frame",
        "carried_mannequin",
        "camera character mannequin",
        "egl gl heat mannequin_parts scene",
        "color_schemes errors mesh platform png",
    ),
    "inference": (
        "bench deepmimic",
        "worker",
        "gradients load",
        "engines",
        "lowering onnx runner",
        "graph models protocol",
        "errors mlp sources stamp stored",
    ),
    "character": (
        "live",
        "drive",
        "recording simulation",
        "controller contact moments step",
        "body box convert reward skeleton state",
        "action canonical deeds instant push reference steering",
        "anatomy shapes",
    ),
    "training": (
        "__main__",
        "stylevae deepphase policy rival",
        "manifest",
        "data run teacher",
        "cluster curves export takes",
    ),
    "viewer": (
        "commands",
        "bench gallery",
        "serving",
        "window",
        "library style phase distance network character performance sessions inspect compare"
        " export",
        "workbench",
        "stage timeline",
        "studio",
        "ui",
        "model",
    ),
}
"""The floors of each package, the top one first. A room (a module, or a folder with all in it)
imports from floors below its own and from itself: never upwards, and no room beside it."""
OPENED = {
    "window": "viewer.window",
    "bench": "viewer.bench",
    "measurements": "viewer.bench",
    "models_bench": "viewer.bench",
    "models_validate": "viewer.bench",
    "gallery": "viewer.gallery",
    "picture": "viewer.ui",
    "serve": "viewer.serving",
}
"""The commands that stand on more than the model, and what they open."""
ONLY_IN = {
    "PySide6": {"viewer"},
    "shiboken6": {"viewer"},
    "pyqtgraph": {"viewer"},
    "OpenGL": {"render"},
    "starlette": {"viewer"},
    "uvicorn": {"viewer"},
    "prometheus_client": {"viewer"},
    "opentelemetry": {"viewer"},
    "max": {"inference"},
    "mojo": {"inference"},
    "torch": {"training"},
    "mujoco": {"character", "training"},
    "matplotlib": {"training"},
    "sklearn": {"training"},
}
PHYSICS = {"body", "simulation", "controller", "contact"}
"""The modules of character that import MuJoCo."""
QT = ("PySide6", "shiboken6", "pyqtgraph")
WEB = ("starlette", "uvicorn", "anyio", "h11", "prometheus_client")
LOADS_WITHOUT = {
    "motion": (*QT, "torch"),
    "render": (*QT, "torch"),
    "inference": (*QT, "torch"),
    "inference.protocol.*": WEB,
    "kernels": (*QT, "torch"),
    "character": (*QT, "torch"),
    "character.anatomy": ("mujoco",),
    "character.deeds": ("mujoco",),
    "viewer.model.*": QT,
    "viewer.commands.*": (*QT, *WEB, "OpenGL", "onnx"),
    "viewer.serving.*": (*QT, "OpenGL", "onnx", "torch"),
}
"""Modules, all of them where a star stands, and the libraries that do not load with them."""


def package(module: str) -> str:
    return module.partition(".")[0]


def floor_of() -> dict[str, int]:
    """The floor of every room by its module name, counted from the top; packages above all."""
    found = dict.fromkeys(FLOORS, -1)
    for name, floors in FLOORS.items():
        for floor, rooms in enumerate(floors):
            found |= {f"{name}.{room}": floor for room in rooms.split()}
    return found


def room_of(module: str, rooms: dict[str, int]) -> str:
    """The innermost room that ``module`` is or lies in; "" where none is drawn."""
    while module and module not in rooms:
        module = module.rpartition(".")[0]
    return module


def fails(wrong: list[str]) -> str:
    return "\n  " + "\n  ".join(wrong)


def test_there_is_no_import_circle() -> None:
    wrong = [chain(circle) for circle in circles(inner_imports())]
    assert not wrong, fails(wrong)


def test_packages_import_only_what_the_design_allows() -> None:
    wrong = []
    for each in inner_imports():
        here, there = package(each.source), package(each.target)
        allowed = MAY_IMPORT[here] | (MAY_START.get(here, set()) if each.by_string else set())
        if there not in {here, *allowed}:
            wrong.append(str(each))
    assert not wrong, fails(wrong)


def test_every_room_is_drawn() -> None:
    rooms = floor_of()
    inside = {".".join(name.split(".")[:2]) for name in modules() if package(name) in FLOORS}
    assert inside == {name for name in rooms if name.count(".") < 2}


@pytest.mark.parametrize("name", FLOORS)
def test_imports_run_downwards(name: str) -> None:
    rooms = floor_of()
    wrong = []
    for each in inner_imports():
        if package(each.source) == package(each.target) == name:
            here, there = (room_of(name, rooms) for name in (each.source, each.target))
            if here != there and rooms[here] >= rooms[there]:
                how = "beside" if rooms[here] == rooms[there] else "above"
                wrong.append(f"{each}, {how} it")
    assert not wrong, fails(wrong)


def test_commands_stand_on_the_model() -> None:
    """But for those whose purpose stands elsewhere: the window, the benchmarks, the gallery."""
    rooms = floor_of()
    wrong = [
        str(each)
        for each in inner_imports()
        if room_of(each.source, rooms) == "viewer.commands" and package(each.target) == "viewer"
        if room_of(each.target, rooms)
        not in {"viewer.model", "viewer.commands", OPENED.get(each.source.rpartition(".")[2])}
    ]
    assert not wrong, fails(wrong)


def test_libraries_stay_in_their_package() -> None:
    wrong = [
        str(each)
        for each in imports()
        if package(each.source) not in ONLY_IN.get(package(each.target), {package(each.source)})
    ]
    assert not wrong, fails(wrong)


def test_only_the_physics_of_the_character_imports_mujoco() -> None:
    importers = {
        each.source
        for each in imports()
        if package(each.target) == "mujoco" and package(each.source) == "character"
    }
    assert importers == {f"character.{name}" for name in PHYSICS}


def test_inference_never_names_what_stands_on_it() -> None:
    """Nor does a string that is started."""
    name = re.compile(r"\b(training|viewer)\.\w|(?:^|-m\s+)(training|viewer)$")
    wrong = [
        f"{show(path)}:{text.lineno} names {text.value!r}"
        for module, path in modules().items()
        if package(module) == "inference"
        for text in strings(parse(path))
        if name.search(str(text.value))
    ]
    assert not wrong, fails(wrong)


@pytest.mark.parametrize("name", LOADS_WITHOUT)
def test_it_loads_without(name: str) -> None:
    """Run, not read: also through the modules that are imported at the top."""
    folder = name.removesuffix("*")
    names = [known for known in modules() if known.startswith(folder)] if folder != name else [name]
    lines = [f"import {each}" for each in names]
    loaded = run_python("\n".join(["import sys", *lines, "print(*sys.modules)"])).split()
    assert set(names) <= set(loaded)
    assert [each for each in loaded if package(each) in LOADS_WITHOUT[name]] == []


def test_telemetry_is_off_before_max_can_be_imported() -> None:
    code = "import inference, os; print(os.environ['MODULAR_TELEMETRY_ENABLED'])"
    assert run_python(code).strip() == "0"


def run_python(code: str) -> str:
    environ = {k: v for k, v in os.environ.items() if k != "MODULAR_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
