"""Run the tests on a machine that has nothing but Python: `python3 tests/run.py [arguments of pytest]`.

On Windows: `py -3 tests/run.py`.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".ci"))

from environment import python_with  # noqa: E402


def main():
    return subprocess.run([str(python_with("test")), "-m", "pytest", *sys.argv[1:]], cwd=str(ROOT)).returncode


if __name__ == "__main__":
    sys.exit(main())
