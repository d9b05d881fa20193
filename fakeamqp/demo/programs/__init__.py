"""The programs of the demo: ordinary pika programs; nothing in them knows of fakeamqp."""
