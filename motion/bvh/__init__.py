"""Reading and writing BioVision Hierarchy (BVH) motion files.

Format: Meredith & Maddock, "Motion capture file formats explained", 2001.
"""

from .errors import BvhError
from .glimpse import glimpse_bvh
from .reader import parse_bvh, read_bvh
from .writer import write_bvh

__all__ = ["BvhError", "glimpse_bvh", "parse_bvh", "read_bvh", "write_bvh"]
