"""Telling a pool's idle threads from busy ones."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from fakeamqp.world.pools import rests_in_its_pool
from tests.support.eventually import eventually


def test_a_pool_thread_rests_between_pieces_of_work():
    with ThreadPoolExecutor(1) as pool:
        thread = pool.submit(threading.current_thread).result()
        assert eventually(lambda: rests_in_its_pool(thread))


def test_a_pool_thread_at_work_does_not_rest():
    release, begun = threading.Event(), threading.Event()

    def work():
        begun.set()
        release.wait()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        assert begun.wait(5)
        (thread,) = pool._threads
        assert not rests_in_its_pool(thread)
        release.set()


def test_a_thread_of_its_own_never_rests():
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    assert not rests_in_its_pool(thread)
    release.set()
    thread.join()
    assert not rests_in_its_pool(thread)
