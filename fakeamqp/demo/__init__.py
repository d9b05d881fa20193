"""A small order pipeline to watch: `python -m fakeamqp demo`."""
