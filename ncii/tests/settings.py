"""The product's settings with a var folder of their own: tests leave the developer's alone."""

import atexit
import os
import shutil
import tempfile

if "NCII_VAR" not in os.environ:
    os.environ["NCII_VAR"] = tempfile.mkdtemp(prefix="ncii-test-")
    atexit.register(shutil.rmtree, os.environ["NCII_VAR"], ignore_errors=True)

from ncii.settings import *

# All tests come from one address, and at once.
INTAKE_PER_HOUR = INTAKE_CALM = 1_000_000
