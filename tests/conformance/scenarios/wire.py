"""Methods of the protocol that pika has no call for, or would not send: what is out of place, and nowait."""

from typing import Any

from pika.spec import Access, Basic, BasicProperties, Confirm, Connection, Exchange, Queue
from pika.spec import Channel as Ch

from ..play import Play
from ..scenario import scenario


def each_on_its_own(play: Play, *methods: Any, on: int | None = None) -> None:
    """Send each of the methods on a connection of its own, for most of them end it."""
    for number, method in enumerate(methods):
        play.channel(on=f"C{number}").send(method, on=on)


# --- out of place


@scenario()
def on_a_channel_that_is_not_open(play: Play) -> None:
    """On a channel that is not open nothing but channel.open is in place, not even channel.close."""
    each_on_its_own(play, Queue.Declare(queue="q"), Ch.Close(200, "", 0, 0), Basic.Ack(1), Ch.CloseOk(), on=7)


@scenario()
def channel_opened_twice(play: Play) -> None:
    """A channel is opened once."""
    each_on_its_own(play, Ch.Open())


@scenario()
def close_ok_of_nothing(play: Play) -> None:
    """close-ok on a channel that nobody closes is no method."""
    each_on_its_own(play, Ch.CloseOk())


@scenario()
def what_only_brokers_send(play: Play) -> None:
    """Answers and deliveries of a client are no methods."""
    each_on_its_own(
        play,
        Queue.DeclareOk("q", 0, 0),
        Basic.GetEmpty(),
        Exchange.DeclareOk(),
        Ch.FlowOk(True),
        Ch.OpenOk(),
    )


@scenario()
def cancel_ok(play: Play) -> None:
    """cancel-ok of a client is no method either; 4.3 takes it, and fails over a tag that it does not know."""
    ch = play.channel(on="B")
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.send(Basic.CancelOk("c"))
    ch.publish("", "q", "b")
    ch.queue_declare("q", passive=True)
    play.channel().send(Basic.CancelOk("nobody"))


@scenario(pika="1.3.2")
def connection_methods_on_a_channel(play: Play) -> None:
    """What concerns the connection has no place on a channel of it."""
    each_on_its_own(play, Connection.Close(200, "", 0, 0), Connection.UpdateSecret("s", "r"), Connection.Open("/"))


@scenario()
def channel_methods_on_the_connection(play: Play) -> None:
    """What concerns a channel has no place on channel 0, and a connection is opened once."""
    each_on_its_own(
        play,
        Basic.Qos(prefetch_count=1),
        Ch.Open(),
        Connection.Open("/"),
        Connection.StartOk({}, "PLAIN", "\0guest\0guest", "en_US"),
        Connection.TuneOk(2047, 131_072, 60),
        Connection.Blocked("no reason"),
        Connection.Start(0, 9, {}, "PLAIN", "en_US"),
        on=0,
    )


@scenario()
def access_request(play: Play) -> None:
    """access.request of an older protocol is granted."""
    ch = play.channel()
    ch.send(Access.Request("/data"), Access.RequestOk)
    ch.is_still_open()


@scenario()
def method_at_fault(play: Play) -> None:
    """A close names the method at fault by its class and its own number."""
    for act in (
        lambda ch: ch.publish("missing", "", "m"),
        lambda ch: ch.queue_declare("missing", passive=True),
        lambda ch: ch.exchange_declare("amq.x", "direct"),
        lambda ch: ch.basic_ack(7),
        lambda ch: ch.basic_nack(7),
        lambda ch: ch.basic_reject(7),
        lambda ch: ch.queue_bind("missing", "amq.direct"),
        lambda ch: ch.tx_commit(),
        lambda ch: ch.basic_get("missing"),
        lambda ch: ch.consume("missing"),
    ):
        ch = play.channel()
        ch.listen(Ch.Close)
        act(ch)
    for number, act in enumerate(
        (
            lambda ch: ch.basic_qos(prefetch_size=1),
            lambda ch: ch.basic_recover(False),
            lambda ch: ch.flow(False),
            lambda ch: ch.send(Queue.Declare(queue="q"), on=7),
            lambda ch: ch.send(Ch.Open()),
            lambda ch: ch.send(Queue.DeclareOk("q", 0, 0)),
            lambda ch: ch.send(Connection.Open("/"), on=0),
        )
    ):
        ch = play.channel(on=f"C{number}")
        ch.listen(Connection.Close)
        act(ch)


# --- no call of pika's


@scenario()
def recover_async(play: Play) -> None:
    """basic.recover-async is basic.recover without an answer."""
    ch = play.channel()
    ch.listen(Basic.RecoverOk)
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q")
    ch.consume("q", "c")
    ch.send(Basic.RecoverAsync(requeue=True))
    ch.basic_ack(4)


@scenario()
def recover_async_without_requeue(play: Play) -> None:
    """basic.recover-async without requeue is not implemented."""
    play.channel().send(Basic.RecoverAsync(requeue=False))


@scenario()
def immediate(play: Play) -> None:
    """The flag immediate is not implemented; it is noticed before the exchange is looked for."""
    content = (BasicProperties(), b"m")
    for number, mandatory in enumerate((False, True)):
        ch = play.channel(on=f"C{number}")
        method = Basic.Publish(exchange="missing", routing_key="k", mandatory=mandatory, immediate=True)
        ch.send(method, content=content)


@scenario()
def no_local(play: Play) -> None:
    """The flag no_local means nothing: a consumer gets what its own connection publishes."""
    ch, other = play.channel(), play.channel()
    ch.queue_declare("q")
    ch.send(Basic.Consume(queue="q", consumer_tag="c", no_local=True), Basic.ConsumeOk)
    ch.publish("", "q", "m")
    other.queue_declare("q", passive=True)


@scenario()
def consumer_tag_by_the_server(play: Play) -> None:
    """A consumer without a tag gets one from the broker."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.send(Basic.Consume(queue="q", consumer_tag=""), Basic.ConsumeOk)
    play.channel().send(Basic.Consume(queue="q", consumer_tag=""), Basic.ConsumeOk)
    ch.queue_declare("q", passive=True)


@scenario()
def consumer_tag_twice(play: Play) -> None:
    """A tag that is in use on the channel closes the connection; after its cancel it is free."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.basic_cancel("c")
    ch.consume("q", "c")
    ch.send(Basic.Consume(queue="q", consumer_tag="c"))


@scenario()
def cancel_of_unknown_tags(play: Play) -> None:
    """Cancelling an unknown or empty tag is answered with that tag."""
    ch = play.channel()
    for tag in ("nobody", ""):
        ch.send(Basic.Cancel(tag), Basic.CancelOk)


@scenario()
def nowait(play: Play) -> None:
    """With nowait nothing is answered, and everything is done."""
    ch, other = play.channel(), play.channel()
    ch.listen(Exchange.DeclareOk, Exchange.BindOk, Queue.DeclareOk, Queue.BindOk, Basic.ConsumeOk, Basic.CancelOk)
    ch.listen(Queue.PurgeOk, Queue.DeleteOk, Exchange.UnbindOk, Exchange.DeleteOk, Confirm.SelectOk)
    ch.send(Exchange.Declare(exchange="x", type="fanout", nowait=True))
    ch.send(Exchange.Declare(exchange="y", type="fanout", nowait=True))
    ch.send(Exchange.Bind(destination="y", source="x", nowait=True))
    ch.send(Queue.Declare(queue="q", nowait=True))
    ch.send(Queue.Bind(queue="q", exchange="y", nowait=True))
    other.publish("x", "", "a")
    other.publish("x", "", "b")
    other.queue_declare("q", passive=True)
    ch.send(Queue.Purge(queue="q", nowait=True))
    other.queue_declare("q", passive=True)
    ch.send(Basic.Consume(queue="q", consumer_tag="c", nowait=True))
    other.queue_declare("q", passive=True)
    ch.send(Basic.Cancel(consumer_tag="c", nowait=True))
    other.queue_declare("q", passive=True)
    ch.send(Exchange.Unbind(destination="y", source="x", nowait=True))
    ch.send(Exchange.Delete(exchange="x", nowait=True))
    ch.send(Queue.Delete(queue="q", nowait=True))
    ch.send(Confirm.Select(nowait=True))
    other.queue_declare("q", passive=True)


@scenario()
def nowait_and_errors(play: Play) -> None:
    """An error is told with nowait as well."""
    play.channel().send(Queue.Declare(queue="missing", passive=True, nowait=True))
    play.channel().send(Queue.Bind(queue="missing", exchange="amq.direct", nowait=True))
    play.channel().send(Queue.Purge(queue="missing", nowait=True))
    play.channel().send(Basic.Consume(queue="missing", nowait=True))
    play.channel().send(Exchange.Declare(exchange="missing", type="direct", passive=True, nowait=True))


@scenario()
def line_breaks_in_a_declared_name(play: Play) -> None:
    """CR and LF are removed from a declared name; a name of nothing else is one that the broker makes up."""
    ch = play.channel()
    for name in ("q\r\nr", "\n"):
        ch.send(Queue.Declare(queue=name), Queue.DeclareOk)
    ch.queue_declare("qr", passive=True)


# --- confirms as they are


@scenario()
def confirms(play: Play) -> None:
    """confirm.select may be repeated; publishes count from the first, and one that stands alone is confirmed alone."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "not counted")
    ch.listen(Basic.Ack, Basic.Nack)
    ch.send(Confirm.Select(), Confirm.SelectOk)
    ch.publish("", "q", "a")
    ch.publish("", "nobody", "b")
    ch.send(Confirm.Select(), Confirm.SelectOk)
    ch.publish("", "nobody", "c", mandatory=True)
    with play.burst():
        for _ in range(3):
            ch.send(Basic.Publish(exchange="", routing_key="nobody"), content=(BasicProperties(), b"m"))


@scenario()
def confirms_of_refused_publishes(play: Play) -> None:
    """A queue's refusal is a basic.nack with multiple, also of a single publish."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    ch.listen(Basic.Ack, Basic.Nack)
    ch.send(Confirm.Select(), Confirm.SelectOk)
    for body in "abc":
        ch.publish("", "q", body)


@scenario()
def confirms_of_quorum_queues(play: Play) -> None:
    """A quorum queue's confirms, acks and nacks, one publish at a time."""
    ch = play.channel()
    arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    ch.queue_declare("q", durable=True, arguments=arguments)
    ch.listen(Basic.Ack, Basic.Nack)
    ch.send(Confirm.Select(), Confirm.SelectOk)
    for body in "abc":
        ch.publish("", "q", body)
        play.advance(0.2)
