"""Direct reply-to: answers without a queue."""

from ..play import Channel, Play
from ..scenario import scenario

PSEUDO_QUEUE = "amq.rabbitmq.reply-to"


@scenario()
def request_and_answer(play: Play) -> None:
    """A request's reply_to becomes an address; what is published to it reaches the consumer of the pseudo-queue."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE, correlation_id="1")
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.publish("", address, "answer", correlation_id="1")
    server.publish("", address, "another", correlation_id="1")


@scenario()
def address_stays_the_same_for_a_consumer(play: Play) -> None:
    """All requests of a consumer carry the same address; a new consumer has a new one."""
    ch = play.channel()
    ch.queue_declare("requests")
    ch.consume(PSEUDO_QUEUE, "first", auto_ack=True)
    ch.publish("", "requests", "a", reply_to=PSEUDO_QUEUE)
    ch.publish("", "requests", "b", reply_to=PSEUDO_QUEUE)
    ch.basic_cancel("first")
    ch.consume(PSEUDO_QUEUE, "second", auto_ack=True)
    ch.publish("", "requests", "c", reply_to=PSEUDO_QUEUE)
    ch.drain("requests")


@scenario()
def needs_auto_ack(play: Play) -> None:
    """The consumer of the pseudo-queue cannot acknowledge."""
    play.channel().consume(PSEUDO_QUEUE)


@scenario()
def one_per_channel(play: Play) -> None:
    """A channel has one reply consumer at most."""
    ch = play.channel()
    ch.consume(PSEUDO_QUEUE, "one", auto_ack=True)
    ch.consume(PSEUDO_QUEUE, "two", auto_ack=True)


@scenario()
def request_without_a_consumer(play: Play) -> None:
    """A request needs the reply consumer on its own channel."""
    play.channel().publish("", "requests", "m", reply_to=PSEUDO_QUEUE)
    play.channel().consume(PSEUDO_QUEUE, auto_ack=True)
    play.channel().publish("", "requests", "m", reply_to=PSEUDO_QUEUE)


@scenario()
def other_reply_to_is_left_alone(play: Play) -> None:
    """Any other reply_to is delivered as it is."""
    ch = play.channel()
    ch.queue_declare("requests")
    ch.publish("", "requests", "m", reply_to="my-queue")
    ch.drain("requests")


@scenario()
def answer_after_the_consumer_is_gone(play: Play) -> None:
    """An answer to a cancelled consumer is dropped; 3.10 and 4.0 return a mandatory one."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    client.basic_cancel("answers")
    server.publish("", address, "too late")
    server.publish("", address, "too late", mandatory=True)


@scenario()
def mandatory_answer(play: Play) -> None:
    """A mandatory answer is delivered; 3.10 and 4.0 return it all the same."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.publish("", address, "answer", mandatory=True)


@scenario()
def answer_through_another_exchange(play: Play) -> None:
    """An address is reached through the default exchange only."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.publish("amq.direct", address, "answer", mandatory=True)


@scenario()
def asking_whether_the_client_is_there(play: Play) -> None:
    """Declaring the address passively tells whether its consumer is still there."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.queue_declare(address, passive=True)
    client.basic_cancel("answers")
    server.queue_declare(address, passive=True)


@scenario()
def pseudo_queue_as_a_queue(play: Play) -> None:
    """The pseudo-queue can be declared, but not got from, purged or bound."""
    ch = play.channel()
    ch.queue_declare(PSEUDO_QUEUE)
    ch.queue_declare(PSEUDO_QUEUE, passive=True)
    ch.queue_delete(PSEUDO_QUEUE)
    play.channel().basic_get(PSEUDO_QUEUE)
    play.channel().queue_purge(PSEUDO_QUEUE)
    play.channel().queue_bind(PSEUDO_QUEUE, "amq.fanout")


@scenario()
def publishing_to_the_pseudo_queue(play: Play) -> None:
    """Nothing is routed to the bare name."""
    ch = play.channel()
    ch.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    ch.publish("", PSEUDO_QUEUE, "m", mandatory=True)


@scenario()
def answer_in_a_transaction(play: Play) -> None:
    """3.10 and 4.0 deliver an answer published in a transaction at once, 4.3 with its commit."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.tx_select()
    server.publish("", address, "answer")
    server.tx_commit()


def address(client: Channel, server: Channel) -> str:
    """The address that a request of the client's reply consumer carries."""
    server.queue_declare("requests")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    found: str = server.basic_get("requests", auto_ack=True)[1].reply_to
    return found


@scenario()
def answer_by_cc(play: Play) -> None:
    """An address may stand in CC."""
    client, server = play.channel(), play.channel(on="B")
    server.publish("", "nobody", "answer", headers={"CC": [address(client, server)]})


@scenario()
def address_as_a_queue(play: Play) -> None:
    """The versions differ in what can be done with an address beside publishing and declaring."""
    client, server = play.channel(), play.channel(on="B")
    name = address(client, server)
    server.queue_declare(name)
    play.channel(on="B").queue_purge(name)
    play.channel(on="B").queue_bind(name, "amq.fanout")
    play.channel(on="B").queue_unbind(name, "amq.fanout")
    play.channel(on="B").consume(name, auto_ack=True)
    play.channel(on="B").queue_delete(name)
    play.channel(on="C").basic_get(name)
    server.publish("", name, "still there")


@scenario()
def bad_addresses(play: Play) -> None:
    """A name that only looks like an address is a 404 before 4.3, which fails over it."""
    play.channel(on="B").queue_declare("amq.rabbitmq.reply-to.bogus", passive=True)
    play.channel(on="C").queue_declare("amq.rabbitmq.reply-tox")
    play.channel(on="D").publish("", "amq.rabbitmq.reply-to.bogus", "m", mandatory=True)


@scenario()
def exclusive_flag_is_ignored(play: Play) -> None:
    """A reply consumer may ask to be exclusive; other channels have their own all the same."""
    play.channel().consume(PSEUDO_QUEUE, "one", auto_ack=True, exclusive=True)
    play.channel().consume(PSEUDO_QUEUE, "two", auto_ack=True, exclusive=True)


@scenario()
def exchange_of_that_name(play: Play) -> None:
    """The name is reserved for exchanges as any amq.*."""
    play.channel().exchange_declare(PSEUDO_QUEUE, "direct")


@scenario()
def answer_after_the_channel_is_gone(play: Play) -> None:
    """An answer to a closed channel is dropped, and confirmed."""
    client, server = play.channel(), play.channel(on="B")
    name = address(client, server)
    client.close()
    server.confirm_delivery()
    server.publish("", name, "too late")


@scenario()
def request_through_any_exchange(play: Play) -> None:
    """The address is filled in whatever exchange the request goes to, and properties of the answer survive."""
    client, server = play.channel(), play.channel(on="B")
    server.queue_declare("requests")
    server.queue_bind("requests", "amq.fanout")
    client.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    client.publish("amq.fanout", "", "question", reply_to=PSEUDO_QUEUE, headers={"a": 1})
    found = server.basic_get("requests", auto_ack=True)[1].reply_to
    server.publish("", found, "answer", headers={"zebra": 1, "apple": 2}, content_type="text/plain", delivery_mode=2)


@scenario()
def consuming_ones_own_address(play: Play) -> None:
    """4.3 says of an address who may consume from it, and that there is one consumer already."""
    client, server = play.channel(), play.channel(on="B")
    name = address(client, server)
    play.channel().consume(name, auto_ack=True)
    play.channel(on="B").consume(name, auto_ack=True)
    client.consume(name, auto_ack=True)


@scenario()
def unbinding_the_pseudo_queue(play: Play) -> None:
    """Unbinding the bare name finds nothing."""
    ch = play.channel()
    ch.queue_unbind(PSEUDO_QUEUE, "amq.fanout")
    ch.consume(PSEUDO_QUEUE, "c", auto_ack=True)
    ch.queue_unbind(PSEUDO_QUEUE, "amq.fanout")


@scenario()
def answer_after_the_channel_is_gone_mandatory(play: Play) -> None:
    """A mandatory answer to a closed channel: 3.10 and 4.0 return it."""
    client, server = play.channel(), play.channel(on="B")
    name = address(client, server)
    client.close()
    server.publish("", name, "too late", mandatory=True)


@scenario()
def delivery_tags_beside_others(play: Play) -> None:
    """On 4.3 an answer takes a delivery tag of its channel; before, it shows the next one and takes none."""
    ch = play.channel()
    ch.queue_declare("requests")
    ch.queue_declare("q")
    ch.consume(PSEUDO_QUEUE, "answers", auto_ack=True)
    for body in "abc":
        ch.publish("", "q", body)
    ch.publish("", "requests", "question", reply_to=PSEUDO_QUEUE)
    address = ch.basic_get("requests", auto_ack=True)[1].reply_to
    ch.publish("", address, "answer")
    ch.basic_get("q")
    ch.publish("", address, "answer")
    ch.basic_get("q")
    ch.basic_ack(3)


@scenario()
def pseudo_queue_declared_last(play: Play) -> None:
    """A declared pseudo-queue is the channel's last queue like any other, for whatever names none."""
    for passive in (True, False):
        play.channel().queue_declare("amq.rabbitmq.reply-to", passive=passive)
        for call in ("get", "consume", "consume without acks", "purge", "bind", "delete"):
            ch = play.channel()
            ch.queue_declare("amq.rabbitmq.reply-to", passive=passive)
            if call == "get":
                ch.basic_get("")
            elif call == "consume":
                ch.consume("", "c")
            elif call == "consume without acks":
                ch.consume("", "c", auto_ack=True)
            elif call == "purge":
                ch.queue_purge("")
            elif call == "bind":
                ch.queue_bind("", "amq.direct", "k")
            else:
                ch.queue_delete("")
