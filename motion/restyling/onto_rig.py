"""A restyled motion back on the rig that its content came from, at its frame rate.

Every bone of the rig turns as its canonical bone has turned from content to restyled motion,
on top of what the rig does at that frame; so fingers, twists and all that the canonical body
lacks stay. Then feet in contact are held where they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from motion import quat
from motion.canonical import (
    ANKLE_HEIGHT,
    CANONICAL,
    FOOT_JOINTS,
    INDEX,
    JOINTS,
    LEG_LENGTH,
    PARENTS,
    TOE_HEIGHT,
)
from motion.clip import Clip
from motion.contacts import contacts as found_contacts
from motion.curves import runs
from motion.features import FPS
from motion.planting import needed_drop, soft_reach
from motion.retarget import leg_length
from motion.rigs import Rig, match_rig
from motion.vec import frame, unit

_EASE_S = 0.15
_SHORTEST_S = 0.1
_REACH, _STRAIGHT = 0.99, 0.999
_LIFT, _MOST_DROP = 0.02, 0.06
_NOTHING = 1e-6
_SIDES = ("Left", "Right")
_FEET = {"Left": slice(0, 2), "Right": slice(2, 4)}
_LEG = ("UpLeg", "Leg", "Foot", "ToeBase")
_CHEST = INDEX["Spine2"]
_CHILD = {
    parent: next(j for j in range(len(JOINTS)) if PARENTS[j] == parent)
    for parent in range(1, len(JOINTS))
    if parent != _CHEST and parent in PARENTS
}
_LEVELS = CANONICAL.levels()[1:]


def onto_rig(
    clip: Clip,
    content: np.ndarray,
    restyled: np.ndarray,
    contacts: np.ndarray,
    share: float | np.ndarray = 1.0,
) -> Clip:
    """``clip``, of any human rig, moving as ``restyled`` where it moved as ``content``.

    content, restyled: (T, 22, 3), canonical, metres, 30 fps, from the clip's first frame to its
    last; content is the clip itself, retargeted. contacts: (T, 4) of ``restyled``, as
    FOOT_JOINTS. share: how firmly feet in contact are held, 0 to 1, also by frame (T,); with
    0 and ``restyled`` as ``content`` the clip stays as it is. Raises rigs.NotHuman.
    """
    rig = match_rig(clip.skeleton)
    times = np.arange(clip.frame_count) * clip.frame_time
    turned = _turns(np.asarray(content, np.float64), np.asarray(restyled, np.float64))
    turns = quat.normalize(_at(quat.continuous(turned), times))
    located = rig.locate(clip)
    scale = LEG_LENGTH / leg_length(located)
    moved = _at((restyled[:, 0] - content[:, 0]).astype(np.float64), times) / scale
    limbs = _Limbs(rig, clip)
    limbs.turn(turns, moved)
    held = np.clip(_at(np.broadcast_to(share, len(content)), times), 0.0, 1.0)
    down = _at(contacts.astype(np.float64), times) > 0.5
    standing = _at(found_contacts(content, 1 / FPS).astype(np.float64), times) > 0.5
    rests = _rests(located, content, scale, standing)
    limbs.plant({side: down[:, _FEET[side]] for side in _SIDES}, rests, held)
    return limbs.clip()


@dataclass(frozen=True)
class _Leg:
    """Joints of one leg of a rig."""

    hip: int
    knee: int
    ankle: int


class _Limbs:
    """A clip whose joints are turned in the world, each carrying what hangs on it."""

    def __init__(self, rig: Rig, clip: Clip) -> None:
        self._rig, self._clip = rig, clip
        self._translations = clip.translations.astype(np.float64)
        self._world = clip.world[1].astype(np.float64)
        self._rotations = clip.rotations.astype(np.float64)

    def turn(self, turns: np.ndarray, moved: np.ndarray) -> None:
        """Canonical bones by ``turns`` (T, 22, 4) in the world, the hips by ``moved`` (T, 3)."""
        owners = _owners(self._rig)
        parents = self._clip.skeleton.parents
        given: dict[int, np.ndarray | None] = {-1: None}
        world = self._world.copy()
        for joint, parent in enumerate(parents.tolist()):
            own = owners.get(joint)
            given[joint] = given[parent] if own is None else turns[:, own]
            by = given[joint]
            if by is not None:
                world[:, joint] = quat.mul(by, self._world[:, joint])
        self._set(world)
        self._translations[:, 0] += moved

    def plant(
        self, down: dict[str, np.ndarray], rests: dict[str, np.ndarray], share: np.ndarray
    ) -> None:
        """The feet held where they stand; the hips come down where a leg would not reach.

        down: (T, 2) by side, heel and toe. rests: heights (2,) by side of ankle and toe on the
        ground. share: (T,), how much of it.
        """
        located, goals, legs = self._located(), {}, []
        for side in _SIDES:
            hip, knee, ankle, toe = (located[:, INDEX[side + part]] for part in _LEG)
            goal, tip = _held(ankle, toe, down[side], rests[side], self._clip.frame_time)
            part = share[:, None]
            goals[side] = ankle + part * (goal - ankle), toe + part * (tip - toe)
            bones = (np.linalg.norm(bone[0]) for bone in (knee - hip, ankle - knee))
            legs.append((hip, goal, float(sum(bones)) * _REACH))
        drop = np.minimum(needed_drop(legs, self._clip.frame_time), _MOST_DROP)
        self._translations[:, 0, 1] -= share * drop
        for side, (goal, tip) in goals.items():
            self._bend(side, goal, tip)

    def _bend(self, side: str, goal: np.ndarray, tip: np.ndarray) -> None:
        """One leg so that its ankle meets ``goal`` (T, 3) and its toe ``tip`` (T, 3)."""
        leg = _Leg(*(self._rig.points[INDEX[side + part]].a for part in _LEG[:3]))
        located = self._located()
        hip, knee, ankle, toe = (located[:, INDEX[side + part]] for part in _LEG)
        bent, reached = _bent(hip, knee, ankle, goal)
        thigh = quat.between(knee - hip, bent - hip)
        shin_now = quat.rotate(thigh, ankle - knee)
        shin = quat.mul(quat.between(shin_now, reached - bent), thigh)
        foot = quat.between(toe - ankle, tip - goal)
        foot[np.linalg.norm(toe - ankle, axis=-1) < _NOTHING] = [1, 0, 0, 0]
        self._carry(leg, thigh, shin, foot)

    def clip(self) -> Clip:
        """The clip as it has become."""
        rotations = quat.continuous(self._rotations).astype(np.float32)
        translations = self._translations.astype(np.float32)
        return replace(self._clip, rotations=rotations, translations=translations)

    def _carry(self, leg: _Leg, thigh: np.ndarray, shin: np.ndarray, foot: np.ndarray) -> None:
        """World turns (T, 4) of a leg's bones; all between and below go with the nearest above."""
        turns = {leg.hip: thigh, leg.knee: shin, leg.ankle: foot}
        world, given = self._world.copy(), dict[int, np.ndarray]()
        for joint, parent in enumerate(self._clip.skeleton.parents.tolist()):
            by = turns.get(joint, given.get(parent))
            if by is not None:
                given[joint] = by
                world[:, joint] = quat.mul(by, self._world[:, joint])
        self._set(world)

    def _set(self, world: np.ndarray) -> None:
        """Takes world rotations (T, J, 4), and the local ones from them."""
        parents = self._clip.skeleton.parents
        self._world = world
        for joint, parent in enumerate(parents.tolist()):
            above = world[:, parent]
            self._rotations[:, joint] = (
                world[:, joint] if parent < 0 else quat.mul(quat.conjugate(above), world[:, joint])
            )

    def _located(self) -> np.ndarray:
        """Canonical joints (T, 22, 3) in the rig's proportions, float64."""
        return self._rig.locate(self.clip()).astype(np.float64)


def _turns(content: np.ndarray, restyled: np.ndarray) -> np.ndarray:
    """World turns (T, 22, 4) that take the bones of ``content`` to those of ``restyled``.

    Pelvis and chest follow two directions each; every other bone takes the shortest turn on
    top of that of its parent, and what ends a limb goes with it.
    """
    turns = np.empty((*content.shape[:2], 4))
    turns[:, 0] = _framed(content, restyled, _pelvis)
    for joints in _LEVELS:
        for joint in joints.tolist():
            above = turns[:, PARENTS[joint]]
            if joint == _CHEST:
                turns[:, joint] = _framed(content, restyled, _chest)
            elif joint in _CHILD:
                child = _CHILD[joint]
                was = quat.rotate(above, content[:, child] - content[:, joint])
                now = restyled[:, child] - restyled[:, joint]
                turns[:, joint] = quat.mul(quat.between(was, now), above)
            else:
                turns[:, joint] = above
    return quat.normalize(turns)


def _pelvis(p: np.ndarray) -> np.ndarray:
    across = p[:, INDEX["LeftUpLeg"]] - p[:, INDEX["RightUpLeg"]]
    return frame("X", across, "Y", p[:, INDEX["Spine"]] - p[:, 0])


def _chest(p: np.ndarray) -> np.ndarray:
    across = p[:, INDEX["LeftShoulder"]] - p[:, INDEX["RightShoulder"]]
    return frame("Y", p[:, INDEX["Neck"]] - p[:, _CHEST], "X", across)


def _owners(rig: Rig) -> dict[int, int]:
    """The canonical bone that each joint of the rig turns with; others go with their parent.

    A joint between which and the neck the canonical chest lies is the chest.
    """
    owners = {
        point.a: joint for joint, point in enumerate(rig.points) if point.b < 0 and not point.tip
    }
    chest = rig.points[_CHEST]
    if chest.a != rig.points[0].a:
        owners[chest.a] = _CHEST
    return owners


def _framed(
    content: np.ndarray, restyled: np.ndarray, axes: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """World turns (T, 4) that take the ``axes`` of the one to those of the other."""
    was, now = quat.from_matrix(axes(content)), quat.from_matrix(axes(restyled))
    return quat.mul(now, quat.conjugate(was))


def _at(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """``values`` (T, ...) of 30 a second at ``times`` (N,) s: splines of Catmull and Rom, 1974."""
    if len(values) < 2:
        return np.repeat(values, len(times), axis=0)
    begin, end = 2 * values[:1] - values[1:2], 2 * values[-1:] - values[-2:-1]
    longer = np.concatenate([begin, values, end, 2 * end - values[-1:]])
    place = np.minimum(times * FPS, len(values))
    low = np.minimum(np.floor(place + 1e-6).astype(int), len(values) - 1)
    t = np.clip(place - low, 0.0, 1.0).reshape(-1, *(1,) * (values.ndim - 1))
    a, b, c, d = (longer[low + k] for k in range(4))
    found: np.ndarray = b + 0.5 * t * (
        c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))
    )
    return found


def _rests(
    located: np.ndarray, content: np.ndarray, scale: float, standing: np.ndarray
) -> dict[str, np.ndarray]:
    """Heights (2,) by side of ankle and toe where the clip's own feet stand.

    Of a foot that never does it is the other's, and of neither that of the canonical body.
    located: (T, 22, 3), in the rig's proportions. standing: (T, 4).
    """
    floor = np.median(located[:, 0, 1]) - np.median(content[:, 0, 1]) / scale
    rests = floor + np.tile([ANKLE_HEIGHT, TOE_HEIGHT], 2) / scale
    for kind in range(2):
        feet = [kind, kind + 2]
        known = {
            foot: np.median(located[standing[:, foot], FOOT_JOINTS[foot], 1])
            for foot in feet
            if standing[:, foot].any()
        }
        for foot, other in (feet, feet[::-1]):
            rests[foot] = known.get(foot, known.get(other, rests[foot]))
    return {side: rests[_FEET[side]] for side in _SIDES}


def _held(
    ankle: np.ndarray, toe: np.ndarray, down: np.ndarray, rests: np.ndarray, frame_time: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where ankle and toe (T, 3) of one foot should be, its length kept.

    Each stance holds the toe where it stands on average, and the ankle while the heel is down;
    the way in and out is eased.
    """
    length = np.linalg.norm(ankle - toe, axis=-1, keepdims=True)
    shift = _shift(toe, down.max(axis=1), rests[1], frame_time)
    toe, ankle = toe + shift, ankle + shift
    ankle = ankle + _shift(ankle, down[:, 0], rests[0], frame_time)
    toe[:, 1] = np.maximum(toe[:, 1], rests[1])
    ankle[:, 1] = np.maximum(ankle[:, 1], np.minimum(rests[0], rests[1] + _LIFT))
    return toe + length * unit(ankle - toe), toe


def _shift(place: np.ndarray, down: np.ndarray, height: float, frame_time: float) -> np.ndarray:
    """What (T, 3) holds ``place`` (T, 3) still at ``height`` over each stretch of ``down`` (T,)."""
    ease = max(1, round(_EASE_S / frame_time))
    total, weight = np.zeros_like(place), np.full((len(place), 1), 1e-9)
    fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, ease + 1) / (ease + 1))[:, None]
    for first, last in runs(down, max(1, round(_SHORTEST_S / frame_time))):
        hold = place[first:last].mean(axis=0)
        hold[1] = height
        before, after = min(ease, first), min(ease, len(place) - last)
        total[first:last] += hold - place[first:last]
        weight[first:last] += 1
        total[first - before : first] += fade[:before][::-1] * (hold - place[first])
        weight[first - before : first] += fade[:before][::-1]
        total[last : last + after] += fade[:after] * (hold - place[last - 1])
        weight[last : last + after] += fade[:after]
    shift: np.ndarray = total / np.maximum(weight, 1.0)
    return shift


def _bent(
    hip: np.ndarray, knee: np.ndarray, ankle: np.ndarray, goal: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Knee and ankle (T, 3) of a leg that reaches for ``goal``, its knee kept in its plane."""
    thigh = np.linalg.norm(knee - hip, axis=-1)
    shin = np.linalg.norm(ankle - knee, axis=-1)
    line = goal - hip
    far = np.linalg.norm(line, axis=-1)
    length, own = thigh + shin, np.linalg.norm(ankle - hip, axis=-1)
    reach = own + soft_reach(far, length) - soft_reach(own, length)
    reach = np.clip(reach, np.abs(thigh - shin) + 1e-3, np.maximum(length * _STRAIGHT, own))
    axis = unit(line)
    aside = knee - hip
    pole = unit(aside - (aside * axis).sum(axis=-1, keepdims=True) * axis, 1e-6)
    along = (thigh**2 - shin**2 + reach**2) / (2 * reach)
    out = np.sqrt(np.maximum(thigh**2 - along**2, 0))
    bent = hip + along[:, None] * axis + out[:, None] * pole
    return bent, hip + reach[:, None] * axis
