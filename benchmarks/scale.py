"""SWIM-IR at its true size, of made-up texts of some 20 letters: opening, planning, loading and going on.

    python -m benchmarks.scale [--pairs 2800000] [--batch 256] [--rows 100000] [--folder FOLDER] [--seed 0]

Writes pairs in 33 languages and 45 directions in the layout of the three releases on the Hugging Face hub
(`benchmarks.swim_ir_like`). What follows is measured in processes of their own. "Memory" is what a process has beyond
the same process with all modules loaded and nothing opened: `private` is memory that only it has (RssAnon of
/proc/self/status, looked at every 5 ms), `resident` also counts the pages of mapped files that the kernel happens to
keep for it and takes back when it needs them (VmHWM, the peak). The whole release: --pairs 28000000, some 6 GB in
--folder and a quarter of an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ratios import Row, present, timed
