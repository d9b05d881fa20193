"""RabbitMQ's meaning as a pure state machine: a command and an instant go in, effects come out.

Nothing below this package does I/O, reads a clock or draws a random number: time and choice are arguments.
"""
