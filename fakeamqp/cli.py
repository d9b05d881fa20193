"""The command line: `run script.py [args] [-- other.py …]…`, `serve`, `draw`, `lint`, `upgrade-check` and `demo`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.world.actors import LockStep
    from fakeamqp.world.broker import Broker
    from fakeamqp.world.tally import Tally

_DESCRIPTION = """\
Run one or several pika programs, unchanged, against one RabbitMQ in memory and in virtual time.

The programs start in the order given, and exactly one runs at a time: the next gets its say when the first waits, on
the broker or the clock. A program that consumes is ended as by Ctrl-C when nothing can happen any more."""

_EPILOG = """\
examples:
  python -m fakeamqp run worker.py -- publisher.py 100 orders
  python -m fakeamqp run --version 3.10 --until 3600 worker.py --verbose

exit status: the worst of the programs' own; 2 for a mistake on this command line."""


_SERVE_DESCRIPTION = """\
Serve one RabbitMQ in memory at a port of this machine until Ctrl-C, for every client that speaks AMQP 0-9-1."""

_SERVE_EPILOG = """\
examples:
  python -m fakeamqp serve
  python -m fakeamqp serve --port 0 --management-port 15672 --version 4.0 --definitions definitions.json

exit status: 0 after Ctrl-C; 1 if a port is taken; 2 for a mistake on this command line."""

_LINT_DESCRIPTION = """\
Look for what is wrong in a definitions file: unroutable keys, bindings that never match or add nothing, dead letters
that are lost or go round for ever, queues without limits, and what the target version refuses, ignores or
deprecates."""

_LINT_EPILOG = """\
examples:
  python -m fakeamqp lint definitions.json
  python -m fakeamqp lint definitions.json --keys keys.txt --target 4.0 --ignore queue-unlimited --fail-on warning

a line of a file of keys: 'orders order.{created,paid}.*', an exchange and a key; '#' begins a comment.

exit status: 0 if nothing is found at or above --fail-on; 1 if something is; 2 for a mistake on this command line or a
file that cannot be read. docs/lint.md tells of each rule."""

_UPGRADE_DESCRIPTION = """\
Say what of a definitions file an upgrade concerns: what the target version refuses or leaves out, and what it ignores,
deprecates or does differently where the version before it did not."""

_UPGRADE_EPILOG = """\
examples:
  python -m fakeamqp upgrade-check definitions.json
  python -m fakeamqp upgrade-check definitions.json --from 4.0 --target 4.3 --format github

The same for a test suite: pytest --fakeamqp-upgrade-check 4.3

exit status: as for lint."""


_DRAW_DESCRIPTION = """\
Draw what a definitions file declares: exchanges, queues, bindings, dead-letter paths and limits. Without -o it is
printed as text."""

_DRAW_EPILOG = """\
examples:
  python -m fakeamqp draw definitions.json
  python -m fakeamqp draw definitions.json -o topology.html
  python -m fakeamqp draw definitions.json --format mermaid --only 'orders.*'

What RabbitMQ would refuse is left out, and told.

exit status: 0; 2 for a mistake on this command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit status. arguments: None takes those of this process."""
    parser = _parser()
    own, *others = _split(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(own)
    if options.command == "demo":
        return _demo(options)
    if options.command == "serve":
        return _serve(options)
    if options.command in ("lint", "upgrade-check"):
        from fakeamqp.views.lint.command import run

        return run(options)
    if options.command == "draw":
        return _draw(options)
    programs = [[options.script, *options.arguments], *others]
    for program in programs:
        problem = _problem(program)
        if problem:
            options.parser.error(problem)
    return _run(options, programs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fakeamqp", description="A RabbitMQ in memory.")
    parser.add_argument("--version", action="version", version=f"fakeamqp {_our_version()}")
    verbs = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    run = verbs.add_parser(
        "run",
        help="run pika programs against one broker in memory",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        usage="%(prog)s [options] script.py [args] [-- other.py [args]]...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_broker(run, users="anybody", vhosts="any")
    run.add_argument(
        "--until",
        type=_seconds,
        metavar="SECONDS",
        help="interrupt the programs after this much virtual time (default: let them run as long as they do)",
    )
    run.add_argument(
        "--report", metavar="FILE", help="write a page about what happened, to open in a browser: FILE ends in .html"
    )
    run.add_argument("-q", "--quiet", action="store_true", help="no summary at the end")
    run.add_argument("script", help="a Python program, as for python itself")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS).required = False
    run.set_defaults(parser=run)
    _add_serve(verbs)
    _add_lint(verbs)
    _add_upgrade_check(verbs)
    _add_draw(verbs)
    demo = verbs.add_parser("demo", help="watch an order pipeline at work", allow_abbrev=False)
    demo.add_argument("--version", default="4.3", help="RabbitMQ version to behave as (default: %(default)s)")
    demo.set_defaults(parser=demo)
    return parser


def _add_broker(verb: argparse.ArgumentParser, *, users: str, vhosts: str) -> None:
    """What the broker is. users, vhosts: the defaults, in words."""
    verb.add_argument("--version", default="4.3", help="RabbitMQ version to behave as (default: %(default)s)")
    verb.add_argument("--seed", type=int, default=0, help="seed of everything the broker generates (default: 0)")
    verb.add_argument(
        "--user",
        action="append",
        default=[],
        type=_user,
        metavar="NAME:PASSWORD",
        help=f"let in only users given so (default: {users})",
    )
    verb.add_argument(
        "--vhost",
        action="append",
        default=[],
        metavar="NAME",
        help=f"have only virtual hosts given so (default: {vhosts})",
    )
    verb.add_argument(
        "--definitions", metavar="PATH", help="begin with what a definitions file declares, as RabbitMQ exports it"
    )


def _add_serve(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = verbs.add_parser(
        "serve",
        help="serve a broker at a port, for every AMQP 0-9-1 client",
        description=_SERVE_DESCRIPTION,
        epilog=_SERVE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    serve.add_argument("--port", type=_port, default=5672, help="0 is any that is free (default: %(default)s)")
    serve.add_argument(
        "--management-port",
        type=_port,
        metavar="PORT",
        help="have the management API, too, usually at 15672 (default: without it)",
    )
    serve.add_argument(
        "--host", default="127.0.0.1", help="an address of this machine to listen at (default: %(default)s)"
    )
    _add_broker(serve, users="guest:guest", vhosts="/")
    serve.add_argument(
        "--clock",
        choices=("wall", "virtual"),
        default="wall",
        help="wall: time passes; virtual: it stands still (default: %(default)s)",
    )
    serve.add_argument("--tls", action="store_true", help="talk TLS, with a certificate of a throw-away authority")
    serve.add_argument(
        "--certificate", metavar="PATH", help="talk TLS with this certificate, in PEM, and the key of --key"
    )
    serve.add_argument("--key", metavar="PATH", help="the key of --certificate, in PEM")
    serve.add_argument("-q", "--quiet", action="store_true", help="say nothing of clients that come and go")
    serve.set_defaults(parser=serve)


def _add_lint(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lint = verbs.add_parser(
        "lint",
        help="look for what is wrong in a definitions file",
        description=_LINT_DESCRIPTION,
        epilog=_LINT_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    lint.add_argument("--keys", metavar="PATH", help="a file of the routing keys that will be published")
    lint.add_argument("--exchange", metavar="NAME", help="where keys are published that stand alone on their line")
    lint.add_argument("--vhost", metavar="NAME", help="where they are published, if several have their exchange")
    _add_findings(lint)


def _add_upgrade_check(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = verbs.add_parser(
        "upgrade-check",
        help="say what of a definitions file an upgrade of RabbitMQ concerns",
        description=_UPGRADE_DESCRIPTION,
        epilog=_UPGRADE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    check.add_argument(
        "--from",
        dest="origin",
        default="3.10",
        metavar="VERSION",
        help="RabbitMQ version to upgrade from (default: %(default)s)",
    )
    _add_findings(check)


def _add_findings(verb: argparse.ArgumentParser) -> None:
    """What both have that look into a definitions file."""
    verb.add_argument("definitions", help="a definitions file, as RabbitMQ exports it")
    verb.add_argument(
        "--target", default="4.3", metavar="VERSION", help="RabbitMQ version it is for (default: %(default)s)"
    )
    verb.add_argument(
        "--select",
        type=_rules,
        default=[],
        metavar="RULES",
        help="rules to look for, separated by commas (default: all)",
    )
    verb.add_argument(
        "--ignore", type=_rules, default=[], metavar="RULES", help="rules not to look for, separated by commas"
    )
    verb.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="github: as workflow commands, which GitHub shows beside the lines of the file (default: %(default)s)",
    )
    verb.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="error",
        help="the least that makes the exit status 1 (default: %(default)s)",
    )
    verb.set_defaults(parser=verb)


def _rules(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _add_draw(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    draw = verbs.add_parser(
        "draw",
        help="draw what a definitions file declares",
        description=_DRAW_DESCRIPTION,
        epilog=_DRAW_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    draw.add_argument("definitions", help="a definitions file, as RabbitMQ exports it")
    draw.add_argument(
        "-o", "--output", metavar="FILE", help="write it there; .svg, .html, .mmd, .dot, .gv and .txt tell the format"
    )
    draw.add_argument("--format", choices=("text", "mermaid", "dot", "svg", "html"), help="default: by FILE, else text")
    draw.add_argument("--vhost", metavar="NAME", help="of this virtual host alone")
    draw.add_argument("--only", metavar="PATTERN", help="what has such a name (orders.*), and what it is tied to")
    draw.add_argument("--version", help="RabbitMQ version to read it as (default: that which wrote it, or one before)")
    draw.set_defaults(parser=draw)


def _our_version() -> str:
    from fakeamqp import __version__

    return __version__


def _user(value: str) -> tuple[str, str]:
    name, colon, password = value.partition(":")
    if not (name and colon):
        raise argparse.ArgumentTypeError(f"{value!r} is not NAME:PASSWORD")
    return name, password


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > 65_535:
        raise argparse.ArgumentTypeError(f"{value!r} is no port: those are 1 to 65535, and 0 for any that is free")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{value!r} is not a number of seconds greater than 0")
    return seconds


def _split(words: Sequence[str]) -> list[list[str]]:
    """One list for each program: `--` stands between them."""
    programs: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            programs.append([])
        else:
            programs[-1].append(word)
    return programs


def _problem(program: list[str]) -> str | None:
    if not program:
        return "nothing to run on one side of '--'"
    script = program[0]
    if os.path.isdir(script):
        return f"can't run {script!r}: it is a directory; name the program in it"
    if not os.path.exists(script):
        return f"can't open {script!r}: there is no such file"
    return None if os.access(script, os.R_OK) else f"can't open {script!r}: it may not be read"


def _demo(options: argparse.Namespace) -> int:
    from fakeamqp.demo.show import demo

    try:
        return demo(options.version)
    except ValueError as error:
        options.parser.error(str(error))
    return 2  # not reached: the parser has ended the program


def _draw(options: argparse.Namespace) -> int:
    from fakeamqp.views.draw import draw, format_of
    from fakeamqp.views.text import for_stream, has_colours

    try:
        made = format_of(options.output, options.format)
        drawn = draw(
            options.definitions,
            options.output,
            format=made,
            vhost=options.vhost,
            only=options.only,
            version=options.version,
            colours=options.output is None and has_colours(),
        )
    except KeyError as error:
        options.parser.error(str(error.args[0]))
    except (OSError, ValueError) as error:
        options.parser.error(str(error))
    if options.output is None:
        sys.stdout.write(for_stream(drawn, sys.stdout.encoding))
    return 0


def _serve(options: argparse.Namespace) -> int:
    from fakeamqp.serving.command import serve_until_interrupted

    return serve_until_interrupted(options)


def _names(programs: list[list[str]]) -> list[str]:
    """What each program is called in front of its output: its file's name, numbered where that is not enough."""
    stems = [os.path.splitext(os.path.basename(program[0]))[0] for program in programs]
    seen: dict[str, int] = {}
    names = []
    for stem in stems:
        seen[stem] = seen.get(stem, 0) + 1
        names.append(stem if stems.count(stem) == 1 else f"{stem}-{seen[stem]}")
    return names


def _run(options: argparse.Namespace, commands: list[list[str]]) -> int:
    from fakeamqp.adapters.pika import patch_pika
    from fakeamqp.world.broker import Broker
    from fakeamqp.world.clock import microseconds
    from fakeamqp.world.output import voices
    from fakeamqp.world.programs import Program, run_together
    from fakeamqp.world.tally import Tally

    try:
        broker = Broker(
            options.version,
            options.seed,
            users=dict(options.user) or "any",
            vhosts=options.vhost or "any",
            definitions=options.definitions,
            idle="interrupt",
        )
    except ValueError as error:
        options.parser.error(str(error))
    broker.trace = tally = Tally("all" if options.report else None)
    names = _names(commands)
    in_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    programs = [
        Program(script, arguments, voice)
        for (script, *arguments), voice in zip(commands, voices(names, in_colour), strict=True)
    ]
    limit_us = None if options.until is None else microseconds(options.until)
    with patch_pika(broker):
        lock_step = run_together(broker, programs, names, limit_us)
        if not options.quiet:
            sys.stderr.write(_summary(broker, tally, lock_step))
        if options.report:
            _report(broker, options.report, names)
        broker.close()
    if lock_step.interrupted:
        return 130
    return max(1 if program.status is None else program.status for program in programs)


def _report(broker: Broker, path: str, names: list[str]) -> None:
    from pathlib import Path

    from fakeamqp.views.page import page
    from fakeamqp.views.scene import scene

    Path(path).write_text(page(scene(broker, title=", ".join(names), with_gone=True)), encoding="utf-8", newline="\n")


def _summary(broker: Broker, tally: Tally, lock_step: LockStep) -> str:
    from fakeamqp.world.tally import duration, what_is_left

    lines = [
        f"fakeamqp: RabbitMQ {broker.version}, {duration(broker.clock.now())} of virtual time"
        f"{' (stopped there by --until)' if lock_step.time_is_up else ''}: "
        f"{tally.published} published, {tally.delivered} delivered, {tally.acked} acknowledged"
    ]
    for (exchange, key), count in tally.unroutable.items():
        lines.append(f"{count} of them reached no queue: exchange {exchange!r}, routing key {key!r}")
    left = what_is_left(broker)
    lines.append("left in queues: " + ("; ".join(left) if left else "nothing"))
    if lock_step.left_alone:
        lines.append(f"could not be ended, and was left alone: {', '.join(lock_step.left_alone)}")
    return "\nfakeamqp: ".join(lines) + "\n"
