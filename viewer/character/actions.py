"""The commands of the Character menu, and the buttons of its panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from character.live.messages import CharacterFrame
from viewer.model.document import Looks
from viewer.model.language import tr, within
from viewer.workbench import Workbench

MENU = "Character"
COMMANDS = (
    ("start", tr("Start"), tr("Start or pause the character"),
     tr("Let the policy go on, or hold still; from a remembered frame, play what followed"), "P"),
    ("step", tr("Step"), tr("One decision"), tr("One decision of 1/30 s, then hold still"), "N"),
    ("reset", tr("Reset"), tr("Reset the character"),
     tr("Stand at the start of the motion, upright"),
     "Backspace"),
    ("here", tr("Start here"), tr("Start here"),
     tr("Start from the playhead: in the pose of the clip on stage, or of the motion imitated"),
     "H"),
    ("resume", tr("Resume from here"), tr("Resume from here"),
     tr("Go on from the remembered frame on display; what came after it is forgotten"), "Shift+H"),
    ("replay", tr("Replay"), tr("Replay"),
     tr("Simulate again what is remembered, pushes and all, from the frame on display"), "Y"),
    ("throw", tr("Throw box"), tr("Throw a box"),
     tr("Throw a box of 5 kg from where you look"), "K"),
    ("unthrow", tr("Remove"), tr("Remove the box"), tr("Take the box away"), "Shift+K"),
    ("open", tr("Open policy…"), tr("Open policy…"),
     tr("Open a policy (ONNX), together with the motion that it imitates"), "Ctrl+P"),
    ("keep", tr("Keep"), tr("Keep take"),
     tr("Save what is remembered among the takes of this program"),
     "Ctrl+Shift+K"),
    ("open_take", tr("Open…"), tr("Open take…"),
     tr("Go back to a take: its memory, its pushes, its settings"),
     "Ctrl+Shift+L"),
    ("export", tr("Export…"), tr("Export take…"), tr("Write what is remembered as NPZ, BVH or GLB"),
     "Ctrl+Shift+E"),
    ("clip", tr("As clip"), tr("Open the take as a clip"),
     tr("Open what is remembered as a clip, whose style can be changed like that of any other"),
     ""),
)  # fmt: skip
"""Name, words on the button, words in the menu, what it does, keys."""
LOOKS = (
    ("reference", tr("Reference motion"), tr("Show the motion that is imitated, as a ghost"), "J"),
    ("efforts", tr("Torques"), tr("Colour each joint by its torque, up to its limit"), "U"),
    ("forces", tr("Contact forces"), tr("Draw the forces of ground and box on the body"), "V"),
    ("balance", tr("Centre of mass"), tr("Mark the centre of mass and the ground below it"), "M"),
    (
        "bodies",
        tr("Collision bodies"),
        tr("Show what collides and the joints in the colours of their torques, not the mannequin"),
        "Shift+B",
    ),
    (
        "styled",
        tr("Worn style"),
        tr("Show the character in the style that is worn, its body as a ghost"),
        "Shift+J",
    ),
)
PLAIN = ("open", "step", "reset", "unthrow", "open_take")
"""Commands whose buttons need no words beside their icons."""


class CharacterActions:
    """Registers the commands; ``show_state`` says which make sense now.

    commands: what each does, by its name. push: switches pushing by dragging. look: shows more or
    less of the simulation, by the name of what is shown.
    """

    def __init__(
        self,
        bench: Workbench,
        commands: Mapping[str, Callable[[], object]],
        push: Callable[[bool], None],
        look: Callable[[str, bool], None],
    ) -> None:
        self._bench = bench
        self._add(commands, push, look)
        icons = {
            "start": "play", "step": "step-forward", "reset": "reset", "here": "range-in",
            "resume": "range-out", "replay": "loop", "open": "folder", "throw": "box",
            "unthrow": "close", "push": "push", "keep": "take", "export": "export",
            "open_take": "folder",
        }  # fmt: skip
        for name, icon in icons.items():
            bench.icons.bind(bench.actions[f"character.{name}"], icon)
        self._reset_button = self._button("reset")

    def buttons(self) -> dict[str, list[QToolButton]]:
        """Buttons for the panel by the name of their row."""
        return {
            "open": [self._button("open")],
            "run": [self._button("start"), self._button("step"), self._reset_button],
            "memory": [self._button(name) for name in ("here", "resume", "replay")],
            "push": [self._button(name) for name in ("push", "throw", "unthrow")],
            "look": [self._button(name) for name, *_ in LOOKS],
            "take": [self._button(name) for name in ("keep", "open_take", "export")],
        }

    def show_looks(self, looks: Looks) -> None:
        """The toggles stand as the document has them."""
        for name, *_ in LOOKS:
            self._bench.actions[f"character.{name}"].setChecked(getattr(looks, name))

    def show_state(self, frame: CharacterFrame | None, on_stage: bool) -> None:
        """Enable what can be done with what is on display."""
        there = frame is not None
        running = on_stage and frame is not None and frame.running
        past = frame is not None and frame.shown and frame.frame <= frame.memory.last
        fallen = frame is not None and frame.fell_at is not None
        if self._reset_button.property("offered") != fallen:
            self._offer_reset(fallen)
        start = self._bench.actions["character.start"]
        if (start.iconText() == "Pause") != running:
            start.setIconText(tr("Pause") if running else tr("Start"))
            self._bench.icons.bind(start, "pause" if running else "play")
        for name, enabled in {
            "step": there, "reset": there, "resume": past, "throw": there, "keep": there,
            "unthrow": frame is not None and frame.box is not None, "export": there,
            "clip": there,
            "replay": frame is not None and frame.memory.last > frame.memory.first,
        }.items():  # fmt: skip
            self._bench.actions[f"character.{name}"].setEnabled(enabled)

    def _add(
        self,
        commands: Mapping[str, Callable[[], object]],
        push: Callable[[bool], None],
        look: Callable[[str, bool], None],
    ) -> None:
        add = self._bench.actions.add
        for name, short, text, tip, keys in COMMANDS:
            action = add(f"character.{name}", text, tip, commands[name], keys=keys, menu=MENU)
            action.setIconText(short)
        pushing = add(
            "character.push", tr("Push by dragging"),
            tr("Drag a part of the body to push it for 0.2 s on release; Shift keeps the push "
               "level"),
            push, keys="Ctrl+D", menu=MENU, checkable=True, checked=True,
        )  # fmt: skip
        pushing.setIconText(tr("Push"))
        for name, text, tip, keys in LOOKS:
            action = add(
                f"character.{name}", tr("Show {text}", text=within(text)), tip, partial(look, name),
                keys=keys, menu=MENU, checkable=True, checked=getattr(Looks(), name),
            )  # fmt: skip
            action.setIconText(text)

    def _button(self, name: str) -> QToolButton:
        button = self._bench.actions.button(f"character.{name}")
        if name not in PLAIN:
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if name in {look for look, *_ in LOOKS}:
                style = Qt.ToolButtonStyle.ToolButtonTextOnly
            button.setToolButtonStyle(style)
        return button

    def _offer_reset(self, offered: bool) -> None:
        """Make the button stand out that helps a character up."""
        button = self._reset_button
        styles = Qt.ToolButtonStyle
        style = styles.ToolButtonTextBesideIcon if offered else styles.ToolButtonIconOnly
        button.setToolButtonStyle(style)
        button.setProperty("offered", offered)
        button.style().unpolish(button)
        button.style().polish(button)
