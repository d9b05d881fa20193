"""See it work on a machine that has nothing but Python: `python3 examples/try_it.py` (`py -3` on Windows).

It runs two ordinary pika programs, a worker and a publisher, against a RabbitMQ that exists only while they run.
"""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
sys.path.insert(0, str(EXAMPLES.parent / ".ci"))

from environment import python_with  # noqa: E402


def main():
    programs = [str(EXAMPLES / "orders_worker.py"), "--", str(EXAMPLES / "orders_publisher.py"), *sys.argv[1:]]
    command = [str(python_with()), "-m", "fakeamqp", "run", *programs]
    print("Running a worker and a publisher, unmodified, against RabbitMQ in memory:\n", flush=True)
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
