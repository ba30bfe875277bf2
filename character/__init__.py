"""The physics character: body, state, action, controller, clips, simulation, live with memory.

The humanoid and the contract of DeepMimic (Peng et al., SIGGRAPH 2018, first release) in
MuJoCo. Metres, kilograms, seconds, newtons, radians; Y up, the character faces +X and has
+Z to its right; quaternions ``(..., 4)`` with w first. Bodies are numbered 0-14 as in
``anatomy.NAMES``; a body and the joint that carries it share a number. Two vectors describe
an instant everywhere:

pose (43,): root position 3 and rotation 4 in the world, then for bodies 1-14 the rotation
relative to the parent, 4 for a ball joint, 1 for a hinge, none for a fixed wrist.
rates (34,): root velocity 3 and angular velocity 3 in the world, then for bodies 1-14 the
angular velocity relative to the parent in the body's own frame, 3 for a ball joint, 1 for
a hinge.
"""
