"""``python -m tests.inference.bench.copy_file FROM TO``: a rival's own kind of file is a copy."""

import shutil
import sys

shutil.copyfile(*sys.argv[1:])
