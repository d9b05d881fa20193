"""`python -m fakeamqp run`: programs as they are, side by side on one broker."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import attrs
import pytest

from fakeamqp import cli

WORKER = """
    import sys, time, pika

    def work(channel, method, properties, body):
        print("works on", body.decode())
        time.sleep(body.count(b"."))
        channel.basic_ack(method.delivery_tag)

    channel = pika.BlockingConnection().channel()
    channel.queue_declare("tasks")
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("tasks", work)
    print("waits for tasks")
    channel.start_consuming()
"""

PUBLISHER = """
    import sys
    from pika import BlockingConnection

    connection = BlockingConnection()
    for task in sys.argv[1:]:
        connection.channel().basic_publish("", "tasks", task)
    print("published", len(sys.argv) - 1)
    connection.close()
"""

RPC_CLIENT = """
    import pika

    connection = pika.BlockingConnection()
    channel = connection.channel()
    callback_queue = channel.queue_declare("", exclusive=True).method.queue
    answers = []
    channel.basic_consume(callback_queue, lambda *message: answers.append(message[3]), auto_ack=True)
    for number in "234":
        channel.basic_publish("", "squares", number, pika.BasicProperties(reply_to=callback_queue))
        while not answers:
            connection.process_data_events({limit})
        print(number, "squared is", answers.pop().decode())
    connection.close()
"""

RPC_SERVER = """
    import time, pika

    def answer(channel, method, properties, body):
        time.sleep(2)
        channel.basic_publish("", properties.reply_to, str(int(body) ** 2))
        channel.basic_ack(method.delivery_tag)

    connection = pika.BlockingConnection()
    channel = connection.channel()
    channel.queue_declare("squares")
    channel.basic_consume("squares", answer)
    try:
        channel.start_consuming()
    except KeyboardInterrupt:
        print("bye")
    connection.close()
"""


@attrs.frozen
class Ran:
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What the programs printed."""
        return self.out.splitlines()


class Stage:
    """Writes programs into a folder and runs them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def write(self, name: str, source: str) -> str:
        """A program of this name; its path."""
        path = self.folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source))
        return str(path)

    def run(self, *arguments: str) -> Ran:
        """`python -m fakeamqp run …`"""
        threads = threading.active_count()
        status = cli.main(["run", *arguments])
        assert threading.active_count() == threads
        out, err = self._capsys.readouterr()
        return Ran(status, out, err)

    def run_source(self, source: str, *options: str) -> Ran:
        """One program, run by itself."""
        return self.run(*options, self.write("program", source))


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    return Stage(tmp_path, capsys)


def start(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """`python -m fakeamqp run …` in a process of its own."""
    command = [sys.executable, "-m", "fakeamqp", "run", *arguments]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **{**pipes, **options})  # type: ignore[call-overload, no-any-return]


# --- taking turns


def test_each_program_runs_until_it_waits_and_then_the_next_one_does(stage: Stage) -> None:
    ran = stage.run(stage.write("worker", WORKER), "--", stage.write("publisher", PUBLISHER), "a", "b")
    assert ran.lines == [
        "[worker] waits for tasks",
        "[publisher] published 2",
        "[worker] works on a",
        "[worker] works on b",
    ]
    assert ran.status == 0


def test_two_workers_share_the_work_by_how_long_it_takes(stage: Stage) -> None:
    worker = stage.write("worker", WORKER)
    ran = stage.run(worker, "--", worker, "--", stage.write("publisher", PUBLISHER), *["a....", "b.", "c.", "d.", "e."])
    assert ran.lines[2:] == [
        "[publisher] published 5",
        "[worker-1] works on a....",
        "[worker-2] works on b.",
        "[worker-2] works on c.",
        "[worker-2] works on d.",
        "[worker-2] works on e.",
    ]


def test_two_workers_take_turns_when_the_work_takes_no_time(stage: Stage) -> None:
    worker = stage.write("worker", WORKER)
    ran = stage.run(worker, "--", worker, "--", stage.write("publisher", PUBLISHER), *"abcd")
    assert ran.lines[3:] == [
        "[worker-1] works on a",
        "[worker-2] works on b",
        "[worker-1] works on c",
        "[worker-2] works on d",
    ]


@pytest.mark.parametrize("limit", ["0", "1", "None"])
def test_an_rpc_client_is_answered_however_it_waits(stage: Stage, limit: str) -> None:
    client = stage.write("client", RPC_CLIENT.replace("{limit}", limit))
    ran = stage.run(stage.write("server", RPC_SERVER), "--", client)
    assert ran.lines == [
        "[client] 2 squared is 4",
        "[client] 3 squared is 9",
        "[client] 4 squared is 16",
        "[server] bye",
    ]
    assert ran.status == 0


def test_a_client_of_a_server_that_is_not_there_is_told_what_is_missing(stage: Stage) -> None:
    for limit in ("0", "1", "None"):
        ran = stage.run_source(RPC_CLIENT.replace("{limit}", limit))
        assert "WouldBlockForever: " in ran.err
        assert "nothing is on its way to 'amq.gen-" in ran.err
        assert "reached no queue: exchange '', routing key 'squares'" in ran.err
        assert ran.status == 1


def test_who_asks_for_one_message_that_never_comes_is_told(stage: Stage) -> None:
    """A loop over `consume()` is a worker's, and ends as by Ctrl-C; `next()` waits for an answer."""
    ran = stage.run_source(
        """
        import pika
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("answers")
        method, properties, body = next(channel.consume("answers"))
        """
    )
    assert "WouldBlockForever: consume() at " in ran.err
    assert "nothing is on its way to 'answers'" in ran.err
    assert ran.status == 1


def test_a_program_that_comes_too_early_fails_as_in_production(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import pika
        pika.BlockingConnection().channel().basic_consume("tasks", print)
        """
    )
    assert ran.err.splitlines()[-3].endswith("(404, \"NOT_FOUND - no queue 'tasks' in vhost '/'\")")
    assert ran.status == 1


def test_work_that_a_broken_program_had_in_hand_goes_to_another(stage: Stage) -> None:
    clumsy = WORKER.replace("time.sleep(", "1 / 0; time.sleep(")
    programs = [stage.write("clumsy", clumsy), "--", stage.write("worker", WORKER)]
    ran = stage.run(*programs, "--", stage.write("publisher", PUBLISHER), "a", "b")
    assert ran.lines[3:] == ["[clumsy] works on a", "[worker] works on b", "[worker] works on a"]
    assert "[clumsy] ZeroDivisionError: division by zero" in ran.err
    assert ran.status == 1


def test_the_same_programs_do_the_same_every_time(stage: Stage) -> None:
    worker = stage.write("worker", WORKER)
    client = stage.write("client", RPC_CLIENT.replace("{limit}", "0"))
    programs = [worker, "--", worker, "--", stage.write("server", RPC_SERVER), "--", client, "--"]
    programs += [stage.write("publisher", PUBLISHER), "a..", "b.", "c", "d..."]
    runs = {stage.run(*programs) for _ in range(20)}
    assert len(runs) == 1


def test_the_seed_of_hashing_changes_nothing(stage: Stage) -> None:
    programs = [stage.write("worker", WORKER), "--", stage.write("publisher", PUBLISHER), "a..", "b.", "c"]
    outputs = {
        start(*programs, env={**os.environ, "PYTHONHASHSEED": seed}).communicate(timeout=60) for seed in ("0", "1")
    }
    assert len(outputs) == 1


# --- time


def test_time_passes_only_for_who_waits(stage: Stage) -> None:
    began = time.monotonic()
    ran = stage.run_source(
        """
        import time
        from time import monotonic, sleep
        began = time.time(), monotonic(), time.perf_counter_ns()
        sleep(3600)
        print(time.time() - began[0], monotonic() - began[1], time.perf_counter_ns() - began[2])
        print(time.strftime("%Y-%m-%d %H:%M", time.gmtime(time.time())))
        """
    )
    assert ran.lines == ["3600.0 3600.0 3600000000000", "2024-01-01 01:00"]
    assert "1 h of virtual time" in ran.err
    assert time.monotonic() - began < 60


def test_a_retry_ladder_of_thirty_days_is_climbed(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import time, pika

        channel = pika.BlockingConnection().channel()
        days = [1, 2, 4, 8, 15]
        channel.queue_declare("work")
        for step, day in enumerate(days):
            channel.queue_declare(f"retry.{step}", arguments={
                "x-message-ttl": day * 86_400_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"})

        def work(channel, method, properties, body):
            step = int(body)
            print("try", step, "on day", int(time.time() - began) // 86_400)
            channel.basic_ack(method.delivery_tag)
            if step == len(days):
                channel.stop_consuming()
            else:
                channel.basic_publish("", f"retry.{step}", str(step + 1))

        began = time.time()
        channel.basic_consume("work", work)
        channel.basic_publish("", "work", "0")
        channel.start_consuming()
        """
    )
    assert [line.split()[-1] for line in ran.lines] == ["0", "1", "3", "7", "15", "30"]
    assert "30 d of virtual time" in ran.err


def test_until_interrupts_what_would_go_on_for_ever(stage: Stage) -> None:
    ticker = """
        import time, pika
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("ticks")
        while True:
            channel.basic_publish("", "ticks", "tick")
            time.sleep(60)
    """
    ran = stage.run("--until", "3600.5", stage.write("ticker", ticker))
    assert "1 h of virtual time (stopped there by --until): 61 published" in ran.err
    assert "'ticks': 61 ready" in ran.err
    assert ran.status == 0


def test_a_program_interrupted_by_until_may_clean_up(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import time
        try:
            while True:
                time.sleep(7)
        except KeyboardInterrupt:
            time.sleep(5)
            print("clean at", time.time() - 1704067200)
        """,
        "--until",
        "20",
    )
    assert ran.lines == ["clean at 25.0"]


def test_a_loop_that_looks_at_the_clock_comes_to_its_end(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import time, pika
        connection = pika.BlockingConnection()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            connection.process_data_events()
        print("after", round(time.time() - 1704067200))
        """
    )
    assert ran.lines == ["after 60"]


# --- ends


@pytest.mark.parametrize(
    "waiting",
    [
        "channel.start_consuming()",
        "for message in channel.consume('tasks'): pass",
        "while True: connection.process_data_events(None)",
        "while True: connection.process_data_events(1)",
        "while True: connection.process_data_events()",
        "while True: time.sleep(1)",
        "while True: channel.basic_get('tasks')",
        "while True: channel.basic_get('tasks'); time.sleep(5)",
        "threading.Event().wait()",
        "connection.sleep(10); channel.start_consuming()",
    ],
)
def test_a_consumer_ends_when_nothing_can_happen_any_more(stage: Stage, waiting: str) -> None:
    consumer = f"""
        import threading, time, pika
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.queue_declare("tasks")
        if "start" in {waiting!r} or "process" in {waiting!r}:
            channel.basic_consume("tasks", lambda *message: print("got", message[3].decode()), auto_ack=True)
        try:
            {waiting}
        finally:
            print("ends")
    """
    ran = stage.run(stage.write("consumer", consumer), "--", stage.write("publisher", PUBLISHER), "a")
    assert ran.status == 0, ran.err
    assert ran.lines[-1] == "[consumer] ends"
    assert "Traceback" not in ran.err


def test_a_handler_of_sigint_is_called_in_place_of_the_interrupt(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import signal, pika
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.queue_declare("tasks")
        channel.basic_consume("tasks", print)

        def stop(number, frame):
            print("stops because of", signal.Signals(number).name)
            connection.add_callback_threadsafe(channel.stop_consuming)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        channel.start_consuming()
        print("stopped")
        """
    )
    assert ran.lines == ["stops because of SIGINT", "stopped"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_program_that_ignores_interrupts_is_ended_all_the_same(stage: Stage) -> None:
    for catch, ends in (("except KeyboardInterrupt: pass", "0 left alone"), ("except: pass", "could not be ended")):
        ran = cli_of_stubborn(stage, catch)
        assert ran.status == 1
        assert (ends in ran.err) == (ends == "could not be ended")


def cli_of_stubborn(stage: Stage, catch: str) -> Ran:
    source = f"""
        import pika
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("tasks")
        channel.basic_consume("tasks", print)
        while True:
            try:
                channel.start_consuming()
            {catch}
    """
    process = start(stage.write("stubborn", source))
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err)


def test_a_program_that_is_never_let_in_is_told_what_refuses_it(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import logging, time, pika
        logging.disable(logging.CRITICAL)
        tries = 0
        try:
            while True:
                try:
                    pika.BlockingConnection(pika.ConnectionParameters("localhost", 5673))
                except pika.exceptions.AMQPConnectionError:
                    tries += 1
                    time.sleep(5)
        finally:
            logging.disable(logging.NOTSET)
            print("tried", tries > 10)
        """
    )
    assert ran.lines == ["tried True"]
    assert "WouldBlockForever: 100 times in a row" in ran.err
    assert "a connection to localhost:5673 is refused, because the broker listens at any host at ports 5672" in ran.err
    assert ran.status == 1


def test_a_worker_that_begins_anew_whatever_it_is_told_ends_too(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import logging, time, pika
        logging.disable(logging.CRITICAL)
        try:
            while True:
                try:
                    channel = pika.BlockingConnection().channel()
                    channel.basic_consume("missing", print)
                    channel.start_consuming()
                except pika.exceptions.AMQPError:
                    time.sleep(5)
        finally:
            logging.disable(logging.NOTSET)
        """
    )
    assert "the broker says 404 NOT_FOUND - no queue 'missing' in vhost '/'. It will never be otherwise" in ran.err
    assert ran.status == 1


@pytest.mark.parametrize(
    ("last_line", "status"),
    [
        ("pass", 0),
        ("sys.exit()", 0),
        ("sys.exit(3)", 3),
        ("raise SystemExit('no')", 1),
        ("1 / 0", 1),
        ("raise KeyboardInterrupt", 130),
    ],
)
def test_the_exit_status_is_the_program_s(stage: Stage, last_line: str, status: int) -> None:
    assert stage.run_source(f"import sys\n{last_line}\n").status == status


def test_of_several_exit_statuses_the_worst_counts(stage: Stage) -> None:
    programs = [stage.write(f"exits_{status}", f"raise SystemExit({status})") for status in (0, 4, 1)]
    assert stage.run(programs[0], "--", programs[1], "--", programs[2]).status == 4


def test_functions_to_call_at_exit_are_called_last_first(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import atexit
        atexit.register(print, "first registered")
        atexit.register(print, "last registered")
        print("ends")
        """
    )
    assert ran.lines == ["ends", "last registered", "first registered"]


@pytest.mark.parametrize("busy", [False, True])
def test_a_ctrl_c_of_the_user_stops_all(stage: Stage, busy: bool) -> None:
    endless = """
        import sys, time, pika
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("ticks")
        print("begins", flush=True)
        try:
            while True:
                {}
                time.time()
        finally:
            print("cleans up")
    """.format("pass" if busy else 'channel.basic_publish("", "ticks", "t"); time.sleep(1); channel.basic_get("ticks")')
    process = start(stage.write("worker", WORKER), "--", stage.write("endless", endless))
    assert process.stdout is not None
    while "begins" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "[endless] cleans up" in out


# --- as under `python script.py`


def test_a_program_finds_the_world_as_python_would_show_it(stage: Stage) -> None:
    path = stage.write("program", "import sys; print(__name__, __file__, sys.argv, sys.path[0], __spec__, sep='\\n')")
    before = sys.argv, sys.path, sys.modules["__main__"]
    ran = stage.run(path, "-v", "--until", "x")
    assert ran.lines == ["__main__", path, str([path, "-v", "--until", "x"]), str(stage.folder.resolve()), "None"]
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before


def test_each_program_keeps_its_own_world(stage: Stage) -> None:
    main = """
        import logging, sys, time, settings, __main__
        mark = sys.argv[1]
        logging.basicConfig(format=f"{mark}: %(message)s")
        settings.value += mark
        for _ in range(2):
            time.sleep(1)
            logging.warning("warned")
            print(mark, sys.argv[1], settings.value, __main__.mark, sys.path[0][-1])
            import settings as again
            assert again is settings
    """
    one, two = stage.write("a/main", main), stage.write("b/main", main)
    for folder in "ab":
        stage.write(f"{folder}/settings", f"value = 'of {folder} '")
    ran = stage.run(one, "A", "--", two, "B")
    assert ran.lines == ["[main-1] A A of a A A a", "[main-2] B B of b B B b"] * 2
    assert ran.err.splitlines()[:4] == ["[main-1] A: warned", "[main-2] B: warned"] * 2
    assert "settings" not in sys.modules


def test_two_runs_of_one_program_share_nothing(stage: Stage) -> None:
    stage.write("state", "count = 0")
    path = stage.write("main", "import time, state\nstate.count += 1\ntime.sleep(1)\nprint(state.count)")
    assert stage.run(path, "--", path).lines == ["[main-1] 1", "[main-2] 1"]


def test_a_broken_program_shows_its_own_traceback(stage: Stage) -> None:
    source = """\
import pika

def work(channel, method, properties, body):
    raise ValueError("broken")

channel = pika.BlockingConnection().channel()
channel.queue_declare("tasks")
channel.basic_publish("", "tasks", "a")
channel.basic_consume("tasks", work)
channel.start_consuming()
"""
    ran = stage.run_source(source, "-q")
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert ran.err.endswith("ValueError: broken\n")
    files = [line.split('"')[1] for line in ran.err.splitlines() if line.startswith("  File ")]
    assert files[0] == files[-1] == str(stage.folder / "program.py")
    assert all(Path(file).name in ("program.py", "blocking_connection.py") for file in files)


@pytest.mark.parametrize(
    "source",
    [
        "def broken(:\n",
        "raise ValueError('no')",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error",
        "try:\n    1 / 0\nfinally:\n    {}['a']",
        "import time\ndef go():\n    time.sleep(-1)\ngo()",
        "raise SystemExit('the reason')",
    ],
)
def test_what_a_broken_program_tells_is_what_python_tells(stage: Stage, source: str) -> None:
    path = stage.write("program", source)
    python = subprocess.run([sys.executable, path], stderr=subprocess.PIPE, text=True, check=False)
    ran = stage.run("-q", path)
    assert ran.err == python.stderr
    assert ran.status == python.returncode


def test_a_line_in_pieces_is_one_line(stage: Stage) -> None:
    dots = """
        import sys, time
        for _ in range(3):
            print(".", end="", flush=True)
            time.sleep(1)
        sys.stdout.buffer.write(b" done")
    """
    ran = stage.run(stage.write("one", dots), "--", stage.write("two", dots))
    assert ran.lines == ["[one] ... done", "[two] ... done"]


def test_a_program_by_itself_prints_as_it_would(stage: Stage) -> None:
    assert stage.run_source("print('a', end=''); print('b')").out == "ab\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_program_that_asks_a_person_is_told_that_nobody_is_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("an answer\n"))
    ran = stage.run_source("answer = input('how many? ')")
    assert "EOFError" in ran.err
    assert "reads its standard input, which is empty" in ran.err


def test_what_is_piped_in_can_be_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\nthree\n"))
    ran = stage.run_source("import sys\nprint(input())\nprint(list(sys.stdin))")
    assert ran.lines == ["one", "['two\\n', 'three\\n']"]


def test_names_are_coloured_on_a_terminal_only(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stage.write("program", "print('a')")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    stage.run(path, "--", path)
    assert terminal.getvalue() == "\033[36m[program-1]\033[0m a\n\033[33m[program-2]\033[0m a\n"


# --- threads and loops of a program's own


def test_a_program_s_own_threads_take_turns_too(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import functools, threading, time, pika

        def work(connection, channel, tag, body):
            time.sleep(10)
            print("worked on", body.decode())
            connection.add_callback_threadsafe(functools.partial(channel.basic_ack, tag))

        def on_message(channel, method, properties, body, connection, threads):
            thread = threading.Thread(target=work, args=(connection, channel, method.delivery_tag, body))
            thread.start()
            threads.append(thread)

        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.queue_declare("tasks")
        channel.basic_qos(prefetch_count=2)
        threads = []
        channel.basic_consume(
            "tasks", functools.partial(on_message, connection=connection, threads=threads))
        for task in "abcd":
            channel.basic_publish("", "tasks", task)
        try:
            channel.start_consuming()
        except KeyboardInterrupt:
            channel.stop_consuming()
        for thread in threads:
            thread.join()
        connection.close()
        print("joined", len(threads), "at", time.time() - 1704067200)
        """
    )
    assert ran.lines == ["worked on a", "worked on b", "worked on c", "worked on d", "joined 4 at 20.0"]
    assert "4 acknowledged" in ran.err


@pytest.mark.parametrize("daemon", [False, True])
@pytest.mark.parametrize("main", ["for each in threads: each.join()", "while True: time.sleep(1)", "input()", "pass"])
def test_consumers_in_threads_end_with_their_program(
    stage: Stage, daemon: bool, main: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    ran = stage.run_source(
        f"""
        import threading, time, pika

        def consume():
            channel = pika.BlockingConnection().channel()
            channel.queue_declare("tasks")
            channel.basic_consume("tasks", lambda *message: print("got", message[3].decode()), auto_ack=True)
            channel.basic_publish("", "tasks", "a")
            channel.start_consuming()

        threads = [threading.Thread(target=consume, daemon={daemon}) for _ in range(2)]
        for each in threads: each.start()
        {main}
        """
    )
    assert ran.status == 0, ran.err
    assert "Traceback" not in ran.err
    if not daemon or "threads" in main or "sleep" in main:
        assert ran.lines == ["got a", "got a"]


def test_a_pool_a_queue_and_an_event_pass_the_baton(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import queue, threading, time
        from concurrent.futures import ThreadPoolExecutor

        def double(number):
            time.sleep(number)
            return number * 2

        with ThreadPoolExecutor(2) as pool:
            print(list(pool.map(double, [3, 1, 2])), time.time() - 1704067200)

        todo, done = queue.Queue(1), threading.Event()

        def consume():
            for _ in range(3):
                print("took", todo.get())
            done.set()

        threading.Thread(target=consume).start()
        for number in range(3):
            todo.put(number)
        print(done.wait(5), threading.Event().wait(5), time.time() - 1704067200)
        timer = threading.Timer(30, print, ["rings"])
        timer.start()
        leftover = ThreadPoolExecutor(1)
        leftover.submit(print, "last")
        """
    )
    assert ran.lines[0] == "[6, 2, 4] 3.0"
    assert sorted(ran.lines[1:5]) == ["True False 8.0", "took 0", "took 1", "took 2"]
    assert ran.lines[5:] == ["last", "rings"]
    assert ran.status == 0
    assert "Traceback" not in ran.err


def test_a_thread_that_breaks_tells_so_and_its_program_goes_on(stage: Stage) -> None:
    ran = stage.run_source(
        """
        import threading
        thread = threading.Thread(target=lambda: 1 / 0, name="clumsy")
        thread.start()
        thread.join()
        print("goes on")
        """,
        "-q",
    )
    assert ran.lines == ["goes on"]
    assert ran.err.startswith("Exception in thread clumsy:\nTraceback (most recent call last):\n")
    assert ran.err.endswith("ZeroDivisionError: division by zero\n")
    assert "fakeamqp" not in ran.err


def test_a_program_with_a_loop_of_its_own_consumes(stage: Stage) -> None:
    consumer = """
        import pika

        def on_open(connection):
            connection.channel(on_open_callback=on_channel)

        def on_channel(channel):
            channel.queue_declare("tasks", callback=lambda frame: on_queue(channel))

        def on_queue(channel):
            channel.basic_consume("tasks", on_message)
            print("ready")

        def on_message(channel, method, properties, body):
            print("got", body.decode())
            channel.basic_ack(method.delivery_tag)

        connection = pika.SelectConnection(pika.ConnectionParameters("localhost"), on_open_callback=on_open)
        try:
            connection.ioloop.start()
        except KeyboardInterrupt:
            connection.add_on_close_callback(lambda *reason: connection.ioloop.stop())
            connection.close()
            connection.ioloop.start()
            print("closed", connection.is_closed)
    """
    ran = stage.run(stage.write("consumer", consumer), "--", stage.write("publisher", PUBLISHER), "a", "b")
    assert ran.lines == [
        "[consumer] ready",
        "[publisher] published 2",
        "[consumer] got a",
        "[consumer] got b",
        "[consumer] closed True",
    ]
    assert ran.status == 0


def test_asyncio_runs_in_virtual_time_and_in_turn(stage: Stage) -> None:
    source = """
        import asyncio, time

        async def main():
            await asyncio.sleep(3600)
            print(await asyncio.to_thread(lambda: "an hour later"))
            try:
                await asyncio.Event().wait()
            finally:
                print("ends")

        asyncio.run(main())
    """
    ran = stage.run(stage.write("one", source), "--", stage.write("two", source))
    assert ran.lines == ["[one] an hour later", "[two] an hour later", "[one] ends", "[two] ends"]
    assert "1 h of virtual time" in ran.err
    assert "Traceback" not in ran.err
    assert ran.status == 0


def test_what_a_program_on_asyncio_had_in_hand_goes_to_another(stage: Stage) -> None:
    clumsy = """
        import asyncio, pika
        from pika.adapters.asyncio_connection import AsyncioConnection

        def on_channel(channel):
            channel.queue_declare("tasks", callback=lambda frame: channel.basic_consume("tasks", on_message))

        def on_message(channel, method, properties, body):
            print("takes", body.decode())
            loop.stop()

        loop = asyncio.new_event_loop()
        AsyncioConnection(
            pika.ConnectionParameters("localhost"),
            on_open_callback=lambda connection: connection.channel(on_open_callback=on_channel),
            custom_ioloop=loop,
        )
        loop.run_forever()
        loop.close()
    """
    programs = [stage.write("clumsy", clumsy), "--", stage.write("worker", WORKER)]
    ran = stage.run(*programs, "--", stage.write("publisher", PUBLISHER), "a")
    assert ran.lines[2:] == ["[clumsy] takes a", "[worker] works on a"]


def test_a_callback_that_takes_longer_than_the_heartbeat_loses_its_connection(stage: Stage) -> None:
    patient = WORKER.replace("time.sleep(", "time.sleep(600 * ")
    programs = [stage.write("patient", patient), "--", stage.write("worker", WORKER)]
    ran = stage.run(*programs, "--", stage.write("publisher", PUBLISHER), "slow.", "quick")
    assert ran.lines[3:] == ["[patient] works on slow.", "[worker] works on quick", "[worker] works on slow."]
    assert "StreamLostError" in ran.err
    assert ran.status == 1


# --- options


def test_anybody_and_any_vhost_is_let_in_unless_they_are_named(stage: Stage) -> None:
    path = stage.write(
        "program",
        """
        import logging, sys, pika
        logging.disable(logging.CRITICAL)
        try:
            pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
        except pika.exceptions.AMQPConnectionError as error:
            print(type(error).__name__)
        else:
            print("in")
        logging.disable(logging.NOTSET)
        """,
    )
    options = ["--user", "guest:s:ecret", "--vhost", "/", "--vhost", "shop"]
    assert stage.run(path, "amqp://me:whatever@broker.example:5672/anywhere").lines == ["in"]
    assert stage.run(*options, path, "amqp://guest:s%3Aecret@localhost/shop").lines == ["in"]
    assert stage.run(*options, path, "amqp://guest:guest@localhost/shop").lines == ["ProbableAuthenticationError"]
    assert stage.run(*options, path, "amqp://guest:s%3Aecret@localhost/else").lines == ["ProbableAccessDeniedError"]


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_the_version_is_what_was_asked_for(stage: Stage, version: str) -> None:
    source = "import pika; print(pika.BlockingConnection()._impl.server_properties['version'])"
    ran = stage.run_source(source, "--version", version)
    assert ran.out.startswith(version)
    assert ran.err.startswith(f"fakeamqp: RabbitMQ {version}, 0 s")


def test_the_seed_decides_the_names_that_are_generated(stage: Stage) -> None:
    source = "import pika; print(pika.BlockingConnection().channel().queue_declare('', exclusive=True).method.queue)"
    names = [stage.run_source(source, "--seed", seed).out for seed in "112"]
    assert names[0] == names[1] != names[2]


def test_the_summary_tells_what_happened_and_what_is_left(stage: Stage) -> None:
    programs = [stage.write("declarer", "import pika; pika.BlockingConnection().channel().queue_declare('tasks')")]
    ran = stage.run(*programs, "--", stage.write("publisher", PUBLISHER), "a", "b")
    assert ran.err.splitlines() == [
        "fakeamqp: RabbitMQ 4.3, 0 s of virtual time: 2 published, 0 delivered, 0 acknowledged",
        "fakeamqp: left in queues: 'tasks': 2 ready",
    ]
    assert stage.run("-q", *programs).err == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.py"], "can't open 'missing.py': there is no such file"),
        (["."], "can't run '.': it is a directory"),
        ([], "the following arguments are required: script"),
        (["PROGRAM", "--"], "nothing to run on one side of '--'"),
        (["--version", "9", "PROGRAM"], "RabbitMQ '9' is not recorded"),
        (["--until", "-1", "PROGRAM"], "'-1' is not a number of seconds greater than 0"),
        (["--until", "soon", "PROGRAM"], "'soon' is not a number of seconds greater than 0"),
        (["--definitions", "no.json", "PROGRAM"], "no.json: there is no such file"),
        (["--user", "me", "PROGRAM"], "'me' is not NAME:PASSWORD"),
        (["--bogus", "PROGRAM"], "unrecognized arguments: --bogus"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(
    stage: Stage, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    path = stage.write("program", "print('runs')")
    with pytest.raises(SystemExit) as exit_info:
        stage.run(*[path if argument == "PROGRAM" else argument for argument in arguments])
    assert exit_info.value.code == 2
    out, err = capsys.readouterr()
    assert complaint in err
    assert not out


def test_programs_find_what_a_definitions_file_declares(stage: Stage) -> None:
    definitions = stage.folder / "production.json"
    definitions.write_text('{"queues": [{"name": "tasks", "durable": true, "auto_delete": false, "arguments": {}}]}')
    finds = """
        import pika
        print(pika.BlockingConnection().channel().queue_declare("tasks", passive=True).method.queue)
    """
    assert stage.run("--definitions", str(definitions), stage.write("finds", finds)).lines == ["tasks"]


def test_a_page_about_a_run_shows_what_happened(stage: Stage) -> None:
    page = stage.folder / "run.html"
    stage.run("--report", str(page), stage.write("worker", WORKER), "--", stage.write("publisher", PUBLISHER), "a")
    text = page.read_text(encoding="utf-8")
    assert "<title>worker, publisher</title>" in text
    assert "published to the default exchange with key 'tasks'" in text
    assert "acknowledged by connection" in text


# --- draw


@pytest.fixture
def definitions(tmp_path: Path) -> str:
    path = tmp_path / "tasks.json"
    queues = [{"name": name, "durable": True, "auto_delete": False, "arguments": {}} for name in ("tasks", "mails")]
    path.write_text(json.dumps({"queues": [{**queue, "vhost": "/"} for queue in queues], "vhosts": [{"name": "/"}]}))
    return str(path)


def test_definitions_are_drawn_as_text_for_the_terminal(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["draw", definitions]) == 0
    assert capsys.readouterr().out == (
        "0 exchanges, 2 queues, 0 bindings\n\nvirtual host /\n"
        "  tasks  classic queue; 0 ready\n  mails  classic queue; 0 ready\n"
    )


def test_definitions_are_drawn_into_a_file(
    definitions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["draw", definitions, "-o", str(tmp_path / "tasks.svg")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "tasks.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_part_is_drawn_in_another_format(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["draw", definitions, "--format", "mermaid", "--only", "t*", "--version", "3.10"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("flowchart LR\n")
    assert "tasks" in out
    assert "mails" not in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["DEFINITIONS", "-o", "a.png"], "'a.png': the suffix '.png' tells no format"),
        (["DEFINITIONS", "--vhost", "shop"], "no vhost 'shop'; there are /"),
        (["DEFINITIONS", "--version", "9"], "RabbitMQ '9' is not recorded"),
        (["no.json"], "no.json: there is no such file"),
        (["DEFINITIONS", "-o", "no/such/folder.svg"], "No such file or directory"),
        (["DEFINITIONS", "--format", "png"], "invalid choice: 'png'"),
    ],
)
def test_a_mistake_in_what_is_to_be_drawn_is_named(
    definitions: str, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.main(["draw", *(definitions if each == "DEFINITIONS" else each for each in arguments)])
    assert exit_info.value.code == 2
    assert complaint in capsys.readouterr().err
