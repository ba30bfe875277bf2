import csv
import json
from pathlib import Path

import numpy as np
import pytest

from motion.canonical import JOINTS
from motion.rigs import NotHuman, Point, match_rig
from motion.skeleton import Skeleton


def rig(tree: str, tips: tuple[str, ...] = ()) -> Skeleton:
    """A skeleton from lines ``child < parent``, each bone 0.3 m along its own direction."""
    names, parents = [], []
    for line in tree.strip().splitlines():
        child, _, parent = (part.strip() for part in line.partition("<"))
        names.append(child)
        parents.append(names.index(parent) if parent else -1)
    rng = np.random.default_rng(0)
    offsets = rng.normal(size=(len(names), 3)).astype(np.float32)
    offsets *= 0.3 / np.linalg.norm(offsets, axis=-1, keepdims=True)
    ends = {names.index(t): np.array([0, 0, 0.1], np.float32) for t in tips}
    return Skeleton(tuple(names), np.array(parents, np.int32), offsets, ends)


def limbs(template: str, sides: tuple[str, str]) -> str:
    return "\n".join(template.replace("#", side) for side in sides)


UNREAL = (
    "root\npelvis < root\nspine_01 < pelvis\nspine_02 < spine_01\nspine_03 < spine_02\n"
    "neck_01 < spine_03\nhead < neck_01\n"
    + limbs(
        "clavicle_# < spine_03\nupperarm_# < clavicle_#\nlowerarm_# < upperarm_#\n"
        "lowerarm_twist_01_# < lowerarm_#\nhand_# < lowerarm_#\nindex_01_# < hand_#\n"
        "thigh_# < pelvis\nthigh_twist_01_# < thigh_#\ncalf_# < thigh_#\nfoot_# < calf_#\n"
        "ball_# < foot_#",
        ("l", "r"),
    )
)
SMPL = (
    "pelvis\nspine1 < pelvis\nspine2 < spine1\nspine3 < spine2\nneck < spine3\nhead < neck\n"
    + limbs(
        "#_hip < pelvis\n#_knee < #_hip\n#_ankle < #_knee\n#_foot < #_ankle\n"
        "#_collar < spine3\n#_shoulder < #_collar\n#_elbow < #_shoulder\n#_wrist < #_elbow\n"
        "#_hand < #_wrist",
        ("left", "right"),
    )
)
MIXAMO = (
    "mixamorig:Hips\nmixamorig:Spine < mixamorig:Hips\nmixamorig:Spine1 < mixamorig:Spine\n"
    "mixamorig:Spine2 < mixamorig:Spine1\nmixamorig:Neck < mixamorig:Spine2\n"
    "mixamorig:Head < mixamorig:Neck\nmixamorig:HeadTop_End < mixamorig:Head\n"
    + limbs(
        "mixamorig:#Shoulder < mixamorig:Spine2\nmixamorig:#Arm < mixamorig:#Shoulder\n"
        "mixamorig:#ForeArm < mixamorig:#Arm\nmixamorig:#Hand < mixamorig:#ForeArm\n"
        "mixamorig:#HandThumb1 < mixamorig:#Hand\nmixamorig:#UpLeg < mixamorig:Hips\n"
        "mixamorig:#Leg < mixamorig:#UpLeg\nmixamorig:#Foot < mixamorig:#Leg\n"
        "mixamorig:#ToeBase < mixamorig:#Foot",
        ("Left", "Right"),
    )
)
UNREAL_IK = (
    UNREAL
    + "\nik_foot_root < root\nik_hand_root < root\nik_hand_gun < ik_hand_root\n"
    + limbs("ik_foot_# < ik_foot_root\nik_hand_# < ik_hand_gun", ("l", "r"))
)
RIGIFY = (
    "spine\nspine.001 < spine\nspine.002 < spine.001\nspine.003 < spine.002\n"
    "spine.004 < spine.003\nspine.005 < spine.004\nspine.006 < spine.005\n"
    "nose < spine.006\nchin < spine.006\n"
    + limbs(
        "breast.# < spine.003\nshoulder.# < spine.003\nupper_arm.# < shoulder.#\n"
        "forearm.# < upper_arm.#\nhand.# < forearm.#\npelvis.# < spine\nthigh.# < spine\n"
        "shin.# < thigh.#\nfoot.# < shin.#\ntoe.# < foot.#",
        ("L", "R"),
    )
)
SUFFIXED = (
    "hips_JNT\nspine_JNT < hips_JNT\nspine1_JNT < spine_JNT\nspine2_JNT < spine1_JNT\n"
    "neck_JNT < spine2_JNT\nhead_JNT < neck_JNT\n"
    + limbs(
        "#_shoulder_JNT < spine2_JNT\n#_arm_JNT < #_shoulder_JNT\n#_forearm_JNT < #_arm_JNT\n"
        "#_hand_JNT < #_forearm_JNT\n#_upleg_JNT < hips_JNT\n#_leg_JNT < #_upleg_JNT\n"
        "#_foot_JNT < #_leg_JNT\n#_toebase_JNT < #_foot_JNT",
        ("l", "r"),
    )
)
BIPED = (
    "Bip01\nBip01 Pelvis < Bip01\nBip01 Spine < Bip01 Pelvis\nBip01 Spine1 < Bip01 Spine\n"
    "Bip01 Neck < Bip01 Spine1\nBip01 Head < Bip01 Neck\n"
    + limbs(
        "Bip01 # Clavicle < Bip01 Neck\nBip01 # UpperArm < Bip01 # Clavicle\n"
        "Bip01 # Forearm < Bip01 # UpperArm\nBip01 # Hand < Bip01 # Forearm\n"
        "Bip01 # Thigh < Bip01 Spine\nBip01 # Calf < Bip01 # Thigh\n"
        "Bip01 # Foot < Bip01 # Calf\nBip01 # Toe0 < Bip01 # Foot",
        ("L", "R"),
    )
)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (UNREAL, {"Hips": "pelvis", "LeftArm": "upperarm_l", "RightToeBase": "ball_r"}),
        (SMPL, {"LeftUpLeg": "left_hip", "LeftHand": "left_wrist", "RightToeBase": "right_foot"}),
        (MIXAMO, {"LeftShoulder": "mixamorig:LeftShoulder", "Spine2": "mixamorig:Spine2"}),
        (BIPED, {"LeftForeArm": "Bip01 L Forearm", "LeftLeg": "Bip01 L Calf"}),
        (UNREAL_IK, {"Hips": "pelvis", "LeftFoot": "foot_l", "RightHand": "hand_r"}),
        (RIGIFY, {"Hips": "spine", "Neck": "spine.004", "Head": "spine.006", "LeftHand": "hand.L"}),
        (SUFFIXED, {"Head": "head_JNT", "RightArm": "r_arm_JNT", "LeftToeBase": "l_toebase_JNT"}),
    ],
    ids=["unreal", "smpl", "mixamo", "biped", "unreal with ik", "rigify", "suffixed"],
)
def test_common_rigs_are_recognised(tree, expected):
    skeleton = rig(tree)
    points = dict(zip(JOINTS, match_rig(skeleton).points, strict=True))
    assert {name: skeleton.names[points[name].a] for name in expected} == expected


def test_a_dog_is_not_human_and_the_sentence_names_what_is_missing():
    with pytest.raises(NotHuman) as caught:
        match_rig(rig("body\nneck < body\nhead < neck\ntail < body\nLeftPaw < body"))
    assert "LeftHand" in caught.value.missing and "LeftFoot" in str(caught.value)


def test_a_single_joint_is_not_human():
    with pytest.raises(NotHuman) as caught:
        match_rig(rig("lamp"))
    assert len(caught.value.missing) == 22


def test_a_missing_arm_is_named():
    tree = "\n".join(line for line in SMPL.splitlines() if "right_wrist" not in line)
    with pytest.raises(NotHuman) as caught:
        match_rig(rig(tree.replace("right_hand", "right_stump < right_elbow\n#").split("#")[0]))
    assert "RightHand" in caught.value.missing and "LeftHand" not in caught.value.missing


def spell(point: Point, names: tuple[str, ...]) -> str:
    if point.tip:
        return f"end site of {names[point.a]}"
    if point.b < 0:
        return names[point.a]
    a, b = names[point.a], names[point.b]
    return f"{a}+({b}-{a})*{point.mix}"


def test_every_mocap_rig_maps_as_documented(mocap: Path):
    from motion.bvh import read_bvh

    documented = json.loads((mocap / "joint_mapping.json").read_text())["sources"]
    seen = set()
    for row in csv.DictReader((mocap / "MANIFEST.csv").read_text().splitlines()):
        folder = row["file"].split("/")[0]
        if (folder, row["skeleton"]) in seen:
            continue
        seen.add((folder, row["skeleton"]))
        older = row["skeleton"].startswith("CMU-29")
        key = next(k for k in documented if k.startswith("cmu29" if older else folder))
        skeleton = read_bvh(mocap / row["file"]).skeleton
        spelled = [spell(point, skeleton.names) for point in match_rig(skeleton).points]
        assert dict(zip(JOINTS, spelled, strict=True)) == documented[key], row["file"]
    assert len(seen) == 8
