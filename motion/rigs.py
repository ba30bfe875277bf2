"""Finding the canonical 22 joints in any human rig.

Names alone mislead ("Shoulder" is the clavicle in one rig and the upper arm in
another), so names only locate the ends of the limbs; the rest follows from the
tree: the elbow is what carries the hand, the hips are where both legs and the
trunk meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from . import quat
from .blocks import each_block
from .canonical import JOINTS
from .clip import Clip
from .skeleton import Skeleton, forward_kinematics

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_SIDES = {"l": "Left", "left": "Left", "lf": "Left", "r": "Right", "right": "Right", "rt": "Right"}
_HELPERS = {"twist", "roll", "helper", "share", "bone", "nub", "end", "effector"}
_MARKS = {"jnt", "joint", "jt", "bind", "skin"}
_CONTROLS = {"ik", "pole", "target"}
_SAME_PLACE = 1e-3


class NotHuman(ValueError):
    """The skeleton lacks joints that style and phase need.

    missing: canonical names that could not be found.
    """

    def __init__(self, missing: tuple[str, ...]):
        self.missing = missing
        super().__init__(
            "Style and phase need a human rig; this one has no joint to serve as "
            + ", ".join(missing)
            + ". The clip still plays."
        )


@dataclass(frozen=True)
class Point:
    """A place on a rig: ``(1 - mix) a + mix b``.

    Joints are indices; ``tip`` means the end site of joint ``a`` instead.
    """

    a: int
    b: int = -1
    mix: float = 0.0
    tip: bool = False


@dataclass(frozen=True)
class Rig:
    """How one skeleton realises the canonical joints, in canonical order."""

    points: tuple[Point, ...]

    def locate(self, clip: Clip) -> np.ndarray:
        """Canonical joint positions (T, 22, 3) in the rig's own proportions, metres."""
        skeleton = clip.skeleton
        out = np.empty((clip.frame_count, len(self.points), 3), np.float32)

        def place_points(block: slice) -> None:
            positions, rotations = forward_kinematics(
                skeleton, clip.rotations[block], clip.translations[block]
            )
            for j, point in enumerate(self.points):
                place = positions[:, point.a]
                if point.tip:
                    place = place + quat.rotate(rotations[:, point.a], skeleton.end_sites[point.a])
                if point.b >= 0:
                    place = (1 - point.mix) * place + point.mix * positions[:, point.b]
                out[block, j] = place

        each_block(place_points, clip.frame_count)
        return out


def _read_name(name: str) -> tuple[str, list[str]]:
    """Side ("Left", "Right" or "") and lower-case words of a joint name."""
    words = [w.lower() for w in _WORDS.findall(name.rsplit(":", 1)[-1])]
    side = ""
    kept = []
    for word in words:
        glued = re.match(r"(left|right)(\w+)", word) or re.match(
            r"(l|r)((?:hand|wrist|foot|ankle|toe|toes|thigh|shin|shldr|collar|forearm)$)", word
        )
        if word in _SIDES and not side:
            side = _SIDES[word]
        elif glued and not side:
            side = _SIDES[glued[1]]
            kept.append(glued[2])
        else:
            kept.append(word)
    return side, [word for word in kept if word not in _MARKS]


class _Tree:
    """A skeleton with its names read, asked for limbs."""

    def __init__(self, skeleton: Skeleton):
        self.skeleton = skeleton
        self.parents = [int(p) for p in skeleton.parents]
        self.read = [_read_name(name) for name in skeleton.names]
        self.depth = [0] * skeleton.joint_count
        for joint, parent in enumerate(self.parents):
            self.depth[joint] = self.depth[parent] + 1 if parent >= 0 else 0

    def find(self, side: str, ends: set[str], below: int = -1) -> int:
        """The joint nearest the root whose last word is one of ``ends``; -1 if none."""
        found = [
            j
            for j, (s, words) in enumerate(self.read)
            if s == side and words and words[-1] in ends and not _CONTROLS.intersection(words)
        ]
        if below >= 0:
            carried = self.descendants(below)
            found = [j for j in found if j in carried]
        return min(found, key=lambda j: (self.depth[j], j), default=-1)

    def crown(self, wrists: list[int]) -> int:
        """The unnamed head: where the trunk above the arms ends or branches; -1 if none."""
        arms = {joint for wrist in wrists for joint in self.ancestors(wrist)}
        joint, crown = self.meet(*wrists), -1
        while joint >= 0:
            above = [c for c in self.children(joint) if not self.read[c][0] and c not in arms]
            joint = above[0] if len(above) == 1 else -1
            crown = max(crown, joint)
        return crown

    def descendants(self, joint: int) -> set[int]:
        """The joints that ``joint`` carries."""
        carried = {joint}
        for child, parent in enumerate(self.parents):
            if parent in carried:
                carried.add(child)
        return carried - {joint}

    def ancestors(self, joint: int) -> list[int]:
        """Ancestors from the parent up to the root."""
        out = []
        while (joint := self.parents[joint]) >= 0:
            out.append(joint)
        return out

    def children(self, joint: int) -> list[int]:
        """The joints whose parent is ``joint``."""
        return [j for j, p in enumerate(self.parents) if p == joint]

    def meet(self, *joints: int) -> int:
        """The lowest joint that carries all of ``joints``; -1 if none."""
        paths = [[j, *self.ancestors(j)] for j in joints]
        shared = set(paths[0]).intersection(*paths[1:])
        return max(shared, key=lambda j: self.depth[j], default=-1)

    def between(self, top: int, bottom: int) -> list[int]:
        """Joints strictly between an ancestor and a descendant, from the ancestor on."""
        path = self.ancestors(bottom)
        return path[: path.index(top)][::-1] if top in path else []

    def limb(self, end: int, stop: int) -> list[int]:
        """Joints from ``end``'s parent up to ``stop`` (exclusive), helpers skipped."""
        out, child = [], end
        for joint in self.ancestors(end):
            if joint == stop:
                break
            coincident = np.linalg.norm(self.skeleton.offsets[child]) < _SAME_PLACE
            if not coincident and not _HELPERS.intersection(self.read[joint][1][-1:]):
                out.append(joint)
            child = joint
        return out


def match_rig(skeleton: Skeleton) -> Rig:
    """Recognise a human rig by its limb ends and its tree.

    Raises NotHuman naming the canonical joints that could not be found.
    """
    tree = _Tree(skeleton)
    points: dict[str, Point] = {}
    ankles = {s: tree.find(s, {"foot", "ankle"}) for s in ("Left", "Right")}
    wrists = {s: tree.find(s, {"hand", "wrist"}) for s in ("Left", "Right")}
    head = tree.find("", {"head"})
    neck_named = tree.find("", {"neck"})
    if head < 0 and neck_named < 0 and min(wrists.values()) >= 0:
        head = tree.crown(list(wrists.values()))
    crown = head if head >= 0 else neck_named

    ends = [j for j in (*ankles.values(), *wrists.values(), crown) if j >= 0]
    hips = tree.meet(*ends) if ends else -1
    arms = [j for j in (*wrists.values(), crown) if j >= 0]
    chest = tree.meet(*arms) if len(arms) > 1 else -1
    if chest == crown and chest >= 0:
        chest = tree.parents[chest]

    if hips >= 0:
        points["Hips"] = Point(hips)
    for side in ("Left", "Right"):
        _leg(tree, points, side, ankles[side], hips)
        _arm(tree, points, side, wrists[side], chest)
    _trunk(tree, points, hips, chest, head, neck_named)
    for side in ("Left", "Right"):
        clavicle, shoulder = f"{side}Shoulder", points.get(f"{side}Arm")
        if clavicle not in points and shoulder and "Neck" in points and points["Neck"].b < 0:
            points[clavicle] = Point(points["Neck"].a, shoulder.a, 0.3)
    missing = tuple(name for name in JOINTS if name not in points)
    if missing:
        raise NotHuman(missing)
    return Rig(tuple(points[name] for name in JOINTS))


def _leg(tree: _Tree, points: dict[str, Point], side: str, ankle: int, hips: int) -> None:
    if ankle < 0:
        return
    points[f"{side}Foot"] = Point(ankle)
    limb = tree.limb(ankle, hips)
    if len(limb) >= 2:
        points[f"{side}Leg"], points[f"{side}UpLeg"] = Point(limb[0]), Point(limb[1])
    toe = tree.find(side, {"toe", "toes", "base", "ball", "foot"}, below=ankle)
    children = tree.children(ankle)
    if toe >= 0 or children:
        points[f"{side}ToeBase"] = Point(toe if toe >= 0 else children[0])
    elif ankle in tree.skeleton.end_sites:
        points[f"{side}ToeBase"] = Point(ankle, tip=True)


def _arm(tree: _Tree, points: dict[str, Point], side: str, wrist: int, chest: int) -> None:
    if wrist < 0:
        return
    points[f"{side}Hand"] = Point(wrist)
    limb = tree.limb(wrist, chest)
    for name, joint in zip(("ForeArm", "Arm", "Shoulder"), limb, strict=False):
        points[f"{side}{name}"] = Point(joint)


def _trunk(
    tree: _Tree, points: dict[str, Point], hips: int, chest: int, head: int, neck: int
) -> None:
    if head >= 0 and chest >= 0:
        path = tree.between(chest, head)
        apart = [j for j in path if np.linalg.norm(tree.skeleton.offsets[j]) > _SAME_PLACE]
        if apart:
            points["Neck"] = Point(apart[0])
        else:
            points["Neck"] = Point(chest, head, 0.5)
        points["Head"] = Point(head)
    elif neck >= 0:
        points["Neck"] = Point(neck)
        children = tree.children(neck)
        if neck in tree.skeleton.end_sites:
            points["Head"] = Point(neck, tip=True)
        elif children:
            points["Head"] = Point(children[0])
    if hips < 0 or chest < 0 or "Neck" not in points:
        return
    top = points["Neck"].a
    spine = [*tree.between(hips, chest), chest] if chest != hips else []
    if len(spine) >= 3:
        names = (spine[0], spine[(len(spine) - 1) // 2], spine[-1])
        recipe = [Point(j) for j in names]
    elif len(spine) == 2:
        recipe = [Point(spine[0]), Point(spine[1]), Point(spine[1], top, 0.5)]
    elif len(spine) == 1:
        recipe = [Point(hips, spine[0], 0.5), Point(spine[0]), Point(spine[0], top, 0.5)]
    else:
        recipe = [Point(hips, top, mix) for mix in (0.25, 0.5, 0.75)]
    points["Spine"], points["Spine1"], points["Spine2"] = recipe
