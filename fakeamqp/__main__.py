"""`python -m fakeamqp`."""

import sys

from fakeamqp.cli import main

if __name__ == "__main__":
    sys.exit(main())
