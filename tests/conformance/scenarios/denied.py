"""Deprecated features that a broker's configuration denies (`deprecated_features.permit.… = false`)."""

import pika

from ..play import Play
from ..scenario import scenario

VERSIONS = ("4.0", "4.3")

DENIED = (
    "amqp_address_v1",
    "classic_queue_mirroring",
    "global_qos",
    "queue_master_locator",
    "ram_node_type",
    "transient_nonexcl_queues",
)
"""What the recorded brokers deny."""


@scenario(versions=VERSIONS, deny=DENIED)
def transient_queues(play: Play) -> None:
    """transient_nonexcl_queues: declaring a queue that is neither durable nor exclusive closes the connection with 541;
    what is one of both is declared."""
    ok = play.channel()
    ok.queue_declare("durable", durable=True)
    ok.queue_declare("durable and auto-delete", durable=True, auto_delete=True)
    ok.queue_declare("exclusive", exclusive=True)
    ok.queue_declare("exclusive and durable", exclusive=True, durable=True)
    ok.queue_declare("", exclusive=True)
    play.channel(on="B").queue_declare("q")
    play.channel(on="C").queue_declare("q", auto_delete=True)
    play.channel(on="D").queue_declare("")
    play.channel(on="E").queue_declare("q", arguments={"x-queue-type": "classic", "x-max-length": 3})
    ok.queue_declare("q", passive=True)


@scenario(versions=VERSIONS, deny=DENIED)
def transient_queues_that_are_there(play: Play) -> None:
    """transient_nonexcl_queues: a queue that is there already is compared as ever."""
    ok, other = play.channel(), play.channel(on="B")
    ok.queue_declare("q", durable=True)
    ok.queue_declare("mine", exclusive=True)
    other.queue_declare("q", passive=True)
    ok.queue_declare("mine", exclusive=True)
    play.channel(on="C").queue_declare("q")
    play.channel(on="D").queue_declare("mine")
    play.channel(on="A").queue_declare("mine")


@scenario(versions=VERSIONS, deny=DENIED)
def transient_queues_with_more_wrong(play: Play) -> None:
    """transient_nonexcl_queues: permissions, names and arguments are looked at before; the limit of queues, what a type
    needs and the master locator after."""

    def declare(on: str, name: str = "q", **arguments: object) -> None:
        play.channel(on=on).queue_declare(name, arguments={key.replace("_", "-"): arguments[key] for key in arguments})

    play.operator.set_vhost_limit("max-queues", 0)
    declare("A")
    play.operator.clear_vhost_limit("max-queues")
    declare("B", x_max_length=-1)
    declare("C", x_queue_type="quorum")
    declare("D", x_queue_type="stream")
    declare("E", x_queue_type="odd")
    declare("F", x_queue_type="")
    declare("G", x_delivery_limit=3)
    declare("H", x_queue_master_locator="random")
    declare("I", "amq.q")
    declare("J", x_dead_letter_exchange=1)
    declare("K", "", x_queue_type="quorum")
    play.operator.set_default_queue_type("quorum")
    declare("L")
    play.sign_in("denied-1", on="M").queue_declare("q")


@scenario(versions=VERSIONS, deny=DENIED)
def transient_queues_and_other_channels(play: Play) -> None:
    """transient_nonexcl_queues: the refusal ends all channels of the connection; what they held is ready again."""
    other, ch = play.channel(on="B"), play.channel()
    beside = play.channel()
    other.queue_declare("q", durable=True)
    other.publish("", "q", "a")
    beside.basic_get("q")
    ch.queue_declare("p")
    beside.is_still_open()
    other.drain("q")


@scenario(versions=VERSIONS, deny=DENIED)
def transient_exchanges(play: Play) -> None:
    """No feature is about exchanges: transient ones are declared."""
    ch = play.channel()
    ch.exchange_declare("e", durable=False)
    ch.exchange_declare("f", durable=False, auto_delete=True)


@scenario(versions=VERSIONS, deny=DENIED)
def global_prefetch(play: Play) -> None:
    """global_qos: basic.qos with `global` is read as without it, as on 4.3 by default."""
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "one")
    ch.consume("q", "two")
    ch.basic_ack(1)
    ch.basic_qos(prefetch_count=0, global_qos=True)
    ch.consume("q", "three")


@scenario(versions=VERSIONS, deny=DENIED)
def global_prefetch_alone(play: Play) -> None:
    """global_qos: a size is refused as ever, and a stream takes what is read as a prefetch of its consumer."""
    play.channel(on="B").basic_qos(prefetch_count=0, global_qos=True)
    play.channel(on="C").basic_qos(prefetch_size=1, prefetch_count=1, global_qos=True)
    ch = play.channel(on="D")
    ch.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.publish("", "s", "a")
    ch.publish("", "s", "b")
    ch.consume("s", "c", arguments={"x-stream-offset": "first"})
    ch.basic_ack(1)


@scenario(versions=VERSIONS, deny=DENIED)
def global_prefetch_of_quorum_queues(play: Play) -> None:
    """global_qos: consumers of quorum queues after basic.qos with `global` have a limit each."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "one")
    ch.consume("q", "two")
    ch.basic_ack(1)


@scenario(versions=VERSIONS, deny=DENIED)
def master_locators(play: Play) -> None:
    """queue_master_locator: `x-queue-master-locator` of a classic queue, whatever its value, closes the connection with
    541, in other words where that is the default; what else is wrong is told first."""
    for on, value in (("B", "random"), ("C", "min-masters"), ("D", "client-local"), ("E", "odd"), ("F", 5), ("G", "")):
        play.channel(on=on).queue_declare("q", durable=True, arguments={"x-queue-master-locator": value})
    for on, queue_type in (("H", "quorum"), ("I", "stream"), ("J", "classic")):
        arguments = {"x-queue-type": queue_type, "x-queue-master-locator": "random"}
        play.channel(on=on).queue_declare("q", durable=True, arguments=arguments)
    play.channel(on="K").queue_declare("q", exclusive=True, arguments={"x-queue-master-locator": "random"})
    arguments = {"x-queue-master-locator": "random", "x-max-length": -1}
    play.channel(on="L").queue_declare("q", durable=True, arguments=arguments)


@scenario(versions=VERSIONS, deny=DENIED)
def master_locators_by_policy(play: Play) -> None:
    """queue_master_locator: policies with `queue-master-locator` are refused, on 4.3 before all else in them."""
    for value in ("random", "odd", 5):
        play.operator.set_policy("p", "^q", {"queue-master-locator": value})
        play.operator.set_operator_policy("p", "^q", {"queue-master-locator": value})
    play.operator.set_policy("p", "^q", {"queue-master-locator": "random", "max-length": -1})
    play.operator.set_policy("p", "^q", {"queue-leader-locator": "balanced"})


@scenario(versions=VERSIONS, deny=DENIED)
def mirroring(play: Play) -> None:
    """classic_queue_mirroring was removed from RabbitMQ 4: denying it changes nothing."""
    play.operator.set_policy("p", "^q", {"ha-mode": "all"})
    play.operator.set_policy("p", "^q", {"ha-mode": "exactly", "ha-params": 2, "max-length": 1})
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch.consume("q", arguments={"x-cancel-on-ha-failover": True})


@scenario(versions=VERSIONS, deny=DENIED)
def everything_else(play: Play) -> None:
    """What is not deprecated goes on: messages, prefetch of consumers, direct reply-to."""
    play.connection("A", client_properties={"capabilities": {"consumer_cancel_notify": True}}).broker()
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.consume("amq.rabbitmq.reply-to", "answers", auto_ack=True)
    ch.publish("", "q", "c", reply_to="amq.rabbitmq.reply-to")
    ch.send(pika.spec.Basic.Recover(True), pika.spec.Basic.RecoverOk)
