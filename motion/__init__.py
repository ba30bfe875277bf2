"""What motion is: quaternions, skeletons, clips, files and features.

Conventions everywhere: metres, radians, seconds, Y up, right-handed;
quaternions ``(..., 4)`` with w first; batch axes lead.
"""
