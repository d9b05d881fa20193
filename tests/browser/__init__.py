"""Pages in a real browser: `python3 tests/run.py --browser`; Chromium has to be installed (Debian: chromium)."""
