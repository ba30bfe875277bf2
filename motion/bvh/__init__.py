"""Reading and writing BioVision Hierarchy (BVH) motion files.

Format: Meredith & Maddock, "Motion capture file formats explained", 2001.
"""

from .errors import BvhError
from .reader import read_bvh
from .writer import write_bvh

__all__ = ["BvhError", "read_bvh", "write_bvh"]
