"""How fast fakeamqp is, how that grows, and what a user would have instead: `python -m benchmarks`."""
