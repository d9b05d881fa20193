"""Which call of pika's a thread is waiting in, read off its stack.

pika's loop is not told why it is polled: `start_consuming()`, a question to the broker inside one of its callbacks, and
`sleep()` all end in the same place. The stack tells them apart, costs nothing until a wait begins, and knows the
caller's line.
"""

from __future__ import annotations

import opcode
import os.path
import sys
from types import CodeType, FrameType
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from fakeamqp.world.call import Budget, Call

_START_CONSUMING = BlockingChannel.start_consuming.__code__
_CONSUME = BlockingChannel.consume.__code__
_CONNECT = BlockingConnection._create_connection.__code__
_FOR_ITER = opcode.opmap["FOR_ITER"]
_CACHE = 0  # an opcode of Python 3.11 and newer
_OURS = ("pika.", "fakeamqp.")


def current(budget: Budget | None, start: CodeType) -> Call:
    """The call the current thread waits in.

    budget: of the `start_consuming()` or `ioloop.start()` that is running on this loop, if one is.
    start: the code of the loop's own `start`.
    """
    frame: FrameType | None = sys._getframe(1)
    outermost = frame
    name, returns, generator = "", False, None
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_OURS):
        outermost = frame
        code = frame.f_code
        if code is _START_CONSUMING:
            name, returns = "start_consuming()", True
        elif code is _CONSUME:
            name, generator = "consume()", frame.f_locals.get("self")
        elif code is _CONNECT:
            name = "connecting"
        elif code is start:
            name, returns = "ioloop.start()", True
        frame = frame.f_back
    if not name and outermost is not None:
        name = f"{outermost.f_code.co_name}()"
    where = "" if frame is None else f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
    if generator is not None:
        budget = _generator_budget(generator)
    elif not returns:
        budget = None
    loops = generator is not None and frame is not None and _is_in_loop(frame)
    return Call(
        name,
        where,
        returns,
        budget or Budget(),
        stays=returns or loops,
        takes_one=generator is not None and not loops,
    )


def _is_in_loop(frame: FrameType) -> bool:
    """True if a `for` asks for the next message, in the line of the program that is running; else `next()` does."""
    code, place = frame.f_code.co_code, frame.f_lasti
    while place and code[place] == _CACHE:  # Python 3.12 and newer stop behind the instruction, in its cache
        place -= 2
    return code[place] == _FOR_ITER


def _generator_budget(channel: Any) -> Budget:
    """The budget of a `consume()` generator: one for all the waits between its messages."""
    running = channel._queue_consumer_generator
    kept = channel.__dict__.get("_fakeamqp_budget")
    if kept is None or kept[0] is not running:
        kept = channel._fakeamqp_budget = (running, Budget())
    budget: Budget = kept[1]
    return budget
