"""Run by Blender: opens a GLB, BVH or FBX and writes what it sees of it as JSON.

blender -b --python-exit-code 1 -P blender_read.py -- FILE OUT.json TIMES.json
"""

from __future__ import annotations

import builtins
import json
import sys

import bpy
import numpy as np


def use_old_names() -> None:
    """Importers of Blender 3.4 use names that Debian's newer Python and NumPy no longer have."""
    for name, kind in (("bool", bool), ("int", int), ("float", float), ("object", object)):
        if name not in np.__dict__:
            setattr(np, name, kind)
    plain = builtins.open

    def opened(file, mode="r", *args, **kwargs):
        return plain(file, mode.replace("U", ""), *args, **kwargs)

    builtins.open = opened


def opened_armature(file: str):
    """The armature that the file becomes."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if file.endswith(".bvh"):
        bpy.ops.import_anim.bvh(
            filepath=file, update_scene_fps=True, update_scene_duration=True, global_scale=0.01,
            axis_forward="-Z", axis_up="Y",
        )  # fmt: skip
    elif file.endswith(".fbx"):
        bpy.ops.import_scene.fbx(filepath=file)
    else:
        bpy.ops.import_scene.gltf(filepath=file)
    return next(each for each in bpy.data.objects if each.type == "ARMATURE")


def main(file: str, output: str, times: str) -> None:
    """At each of the times in s: where every bone's head is, in metres, Y up."""
    armature, scene = opened_armature(file), bpy.context.scene
    fps = scene.render.fps / scene.render.fps_base
    first = 0 if file.endswith(".glb") else 1
    with open(times) as source:
        asked = json.load(source)
    seen = []
    for time_s in asked:
        at = first + time_s * fps
        scene.frame_set(int(at + 1e-6), subframe=min(max(at - int(at + 1e-6), 0.0), 0.999999))
        bpy.context.view_layer.update()
        heads = {bone.name: armature.matrix_world @ bone.head for bone in armature.pose.bones}
        seen.append({name: [head.x, head.z, -head.y] for name, head in heads.items()})
    curve = max(armature.animation_data.action.fcurves, key=lambda each: len(each.keyframe_points))
    keys = [point.co.x for point in curve.keyframe_points]
    found = {
        "blender": bpy.app.version_string,
        "fps": fps,
        "keys": len(keys),
        "seconds": (keys[-1] - keys[0]) / fps,
        "seen": seen,
    }
    with open(output, "w") as target:
        json.dump(found, target)


if __name__ == "__main__":
    use_old_names()
    main(*sys.argv[sys.argv.index("--") + 1 :])
