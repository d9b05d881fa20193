"""What a program's error looks like: as Python would tell it, without the frames that are not the program's."""

from __future__ import annotations

import threading

from fakeamqp.world.telling import tell


def test_the_program_s_frames_are_kept_and_those_of_threads_are_not() -> None:
    caught: list[BaseException] = []

    def fail() -> None:
        raise ValueError("of a thread")

    hook, threading.excepthook = threading.excepthook, lambda args: caught.append(args.exc_value)  # type: ignore[arg-type, return-value]
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook
    told = tell(caught[0])
    assert told.endswith("ValueError: of a thread\n")
    assert "in fail" in told
    assert threading.__file__ not in told
