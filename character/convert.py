"""Any human clip as a reference clip: canonical joints to poses of the simulated body.

Bones keep their directions. A knee and an elbow are hinges, so thigh and upper arm turn about
themselves until the hinge stands square to the plane of the limb; a limb that is nearly
straight turns as its parent carries it along.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from motion import quat
from motion.bvh import read_bvh
from motion.canonical import ANKLE_HEIGHT, INDEX, LEG_LENGTH, OFFSETS
from motion.clip import Clip
from motion.retarget import retarget
from motion.rigs import NotHuman
from motion.vec import cross, frame, unit

from .anatomy import HINGES, NAMES, POSE_SIZE, POSE_START, ROOT_ROTATION
from .canonical import BODY_ANKLE, BODY_LEG, from_canonical_axes
from .reference import ClipError, ReferenceClip, read_clip, smooth

_DOWN = np.array([0.0, -1.0, 0.0])
_RIGHT = np.array([0.0, 0.0, 1.0])
_STRAIGHT, _BENT = 0.1, 0.35  # sines of the hinge's angle between which its plane takes over


def read_motion(path: Path) -> ReferenceClip:
    """The reference clip in a DeepMimic motion file, or made of any human BVH.

    Raises ClipError, BvhError, and OSError when unreadable.
    """
    return reference_clip(read_bvh(path)) if path.suffix.lower() == ".bvh" else read_clip(path)


def reference_clip(clip: Clip, loop: bool = False) -> ReferenceClip:
    """``clip`` as a reference clip at its own frame rate.

    loop: whether it goes on from its first frame. Raises ClipError for a clip of one frame and
    for a rig that is not human.
    """
    if clip.frame_count < 2:
        raise ClipError(f"{clip.name}: one frame, expected at least two.")
    try:
        poses = poses_of(retarget(clip))
    except NotHuman as error:
        first = ", ".join(error.missing[:3])
        more = f" and {len(error.missing) - 3} more" if len(error.missing) > 3 else ""
        raise ClipError(
            f"{clip.name}: the character needs a human rig; this one has no joint to serve as "
            f"{first}{more}."
        ) from error
    times = np.arange(clip.frame_count) * float(clip.frame_time)
    return ReferenceClip(clip.name, loop, times, poses)


def poses_of(positions: np.ndarray) -> np.ndarray:
    """Poses (T, 43) of the simulated body that follow canonical ``positions`` (T, 22, 3)."""
    at = from_canonical_axes(positions.astype(np.float64))

    def bone(start: str, end: str) -> np.ndarray:
        """From joint to joint, (T, 3)."""
        return at[:, INDEX[end]] - at[:, INDEX[start]]

    hips = (at[:, INDEX["LeftUpLeg"]] + at[:, INDEX["RightUpLeg"]]) / 2
    world = {
        "root": _turn("Z", bone("LeftUpLeg", "RightUpLeg"), "Y", at[:, INDEX["Spine2"]] - hips),
        "chest": _turn("Y", bone("Spine2", "Neck"), "Z", bone("LeftArm", "RightArm")),
    }
    world["neck"] = _swing(world["chest"], -_DOWN, bone("Neck", "Head"))
    bends = {}
    for side in ("right", "left"):
        limb = side.title()
        for upper, lower, parent, sign, joints in (
            ("hip", "knee", "root", -1, ("UpLeg", "Leg", "Foot")),
            ("shoulder", "elbow", "chest", 1, ("Arm", "ForeArm", "Hand")),
        ):
            top, middle, end = (f"{limb}{joint}" for joint in joints)
            world[f"{side}_{upper}"], bends[f"{side}_{lower}"] = _limb(
                world[parent], bone(top, middle), bone(middle, end), sign
            )
        bend = quat.from_axis_angle(_RIGHT, bends[f"{side}_knee"])
        shin = quat.mul(world[f"{side}_hip"], bend)
        world[f"{side}_ankle"] = _foot(shin, bone(f"{limb}Foot", f"{limb}ToeBase"))
        world[f"{side}_knee"] = shin

    poses = np.zeros((len(at), POSE_SIZE))
    scale = BODY_LEG / LEG_LENGTH
    poses[:, :3] = hips * scale
    poses[:, 1] = (hips[:, 1] - ANKLE_HEIGHT) * scale + BODY_ANKLE
    poses[:, ROOT_ROTATION] = world["root"]
    parents = {"chest": "root", "neck": "chest"}
    for side in ("right", "left"):
        parents |= {f"{side}_hip": "root", f"{side}_shoulder": "chest"}
        parents |= {f"{side}_ankle": f"{side}_knee"}
    for name, parent in parents.items():
        first = POSE_START[NAMES.index(name)]
        poses[:, first : first + 4] = quat.mul(quat.conjugate(world[parent]), world[name])
    for hinge in HINGES:
        poses[:, POSE_START[hinge]] = bends[NAMES[hinge]]
    return smooth(poses)


def _limb(
    parent: np.ndarray, upper: np.ndarray, lower: np.ndarray, sign: int
) -> tuple[np.ndarray, np.ndarray]:
    """World rotation (T, 4) of a thigh or upper arm, and the angle (T,) of the hinge below it.

    sign: of that angle, -1 for a knee, 1 for an elbow.
    """
    carried = quat.rotate(_swing(parent, _DOWN, upper), _RIGHT)
    normal = sign * cross(unit(upper), unit(lower))
    sine = np.linalg.norm(normal, axis=-1, keepdims=True)
    share = np.clip((sine - _STRAIGHT) / (_BENT - _STRAIGHT), 0, 1)
    axis = (1 - share) * carried + share * normal / np.maximum(sine, 1e-9)
    rotation = _turn("Y", -upper, "Z", axis)
    local = quat.rotate(quat.conjugate(rotation), unit(lower))
    angle = np.arctan2(local[:, 0], -local[:, 1])
    return rotation, sign * np.maximum(sign * angle, 0)


def _foot(shin: np.ndarray, bone: np.ndarray) -> np.ndarray:
    """World rotation (T, 4) of a foot from its ankle-to-toe bone; level when the sole is flat."""
    rest = OFFSETS[INDEX["LeftToeBase"]]
    pitch = np.arctan2(rest[1], rest[2])
    ahead = unit(bone)
    across = quat.rotate(shin, _RIGHT)
    along = _turn("X", ahead, "Z", across)
    return quat.mul(along, quat.from_axis_angle(_RIGHT, np.full(len(bone), -pitch)))


def _turn(exact: str, along: np.ndarray, near: str, towards: np.ndarray) -> np.ndarray:
    """``vec.frame`` as rotations (T, 4)."""
    return quat.from_matrix(frame(exact, along, near, towards))


def _swing(parent: np.ndarray, axis: np.ndarray, bone: np.ndarray) -> np.ndarray:
    """``parent`` (T, 4) turned the shortest way until its ``axis`` points along ``bone``."""
    return quat.mul(quat.between(quat.rotate(parent, axis), bone), parent)
