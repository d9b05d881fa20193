"""The calls of a client library in which a thread can wait."""

from __future__ import annotations

import attrs


@attrs.define
class Budget:
    """How far the waits of one call may still move time.

    spent_us: virtual microseconds its endless waits have moved time so far.
    """

    spent_us: int = 0


@attrs.frozen
class Call:
    """The call of the client library that a thread waits in.

    name, where: for messages: `start_consuming()`, and the caller's file and line.
    returns: True if it returns when nothing can happen any more, as `start_consuming()` does.
    stays: True if programs are meant to stay in it until Ctrl-C.
    takes_one: True if it is for one message, so that a program in it waits for an answer.
    sleeps: True for `time.sleep()`: it ends by virtual time alone.
    budget: shared by all the waits of one call.
    """

    name: str
    where: str
    returns: bool
    budget: Budget
    stays: bool = False
    takes_one: bool = False
    sleeps: bool = False

    def __str__(self) -> str:
        return f"{self.name} at {self.where}" if self.where else self.name


SLEEP = Call("time.sleep()", "", returns=False, budget=Budget(), sleeps=True)
