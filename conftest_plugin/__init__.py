"""The pytest plugin of fakeamqp. pytest finds it through `fakeamqp.pytest_entry`; nothing here is for import."""
