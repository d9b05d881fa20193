"""Bytes of AMQP 0-9-1 and what they mean: frames, methods, content headers, field tables. No I/O, no link's state."""
