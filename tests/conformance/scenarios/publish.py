"""Publishing: what is refused, what comes back, what survives the trip."""

from ..play import Play
from ..scenario import scenario


@scenario()
def missing_exchange_closes_the_channel(play: Play) -> None:
    """Publishing to a missing exchange is a 404; later publishes on the channel go nowhere."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("missing", "k", "m")
    ch.publish("", "q", "too late")
    play.channel().basic_get("q")


@scenario()
def exchange_just_deleted(play: Play) -> None:
    """Publishing to an exchange that another channel deleted is the same 404."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.publish("x", "", "m")
    play.channel().exchange_delete("x")
    ch.publish("x", "", "m")


@scenario()
def unroutable_is_dropped_silently(play: Play) -> None:
    """A message that no queue wants is dropped without a word."""
    ch = play.channel()
    ch.publish("", "nobody", "m")
    ch.publish("amq.direct", "nobody", "m")
    ch.is_still_open()


@scenario()
def mandatory_comes_back(play: Play) -> None:
    """An unroutable mandatory message is returned with its properties, also an empty one; a routed one is not."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "nobody", "m", mandatory=True, content_type="text/plain", headers={"a": 1}, delivery_mode=2)
    ch.publish("amq.topic", "nobody.here", "", mandatory=True)
    ch.publish("", "q", "m", mandatory=True)


@scenario()
def properties_survive(play: Play) -> None:
    """All properties arrive as sent; those not sent are absent."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish(
        "",
        "q",
        "m",
        content_type="text/plain",
        content_encoding="utf-8",
        headers={"a": 1},
        delivery_mode=2,
        priority=7,
        correlation_id="correlation",
        reply_to="somewhere",
        expiration="60000",
        message_id="id",
        timestamp=1_700_000_000,
        type="kind",
        user_id="guest",
        app_id="app",
        cluster_id="cluster",
    )
    ch.publish("", "q", "bare")
    ch.drain("q")


@scenario()
def extreme_properties(play: Play) -> None:
    """Timestamps up to 64 bits, any priority, empty texts and an empty header table arrive as sent."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", timestamp=2**63 - 1, priority=255, content_type="", headers={})
    ch.publish("", "q", "m", timestamp=0, priority=0, correlation_id="ü" * 100)
    ch.drain("q")


@scenario()
def delivery_mode_is_one_or_two(play: Play) -> None:
    """3.10 refuses a delivery mode other than 1 and 2, 4.x hands it on."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", delivery_mode=1)
    ch.publish("", "q", "m", delivery_mode=3)
    play.channel().drain("q")


@scenario()
def user_id_must_be_the_user(play: Play) -> None:
    """A user_id that is not the connection's user is refused, also an empty one."""
    play.channel().publish("", "q", "m", user_id="guest")
    play.channel().publish("", "q", "m", user_id="somebody")
    play.channel().publish("", "q", "m", user_id="")


@scenario()
def checks_come_in_an_order(play: Play) -> None:
    """Of several faults one is reported; 3.10 looks at the user_id first, 4.x last."""
    play.channel().publish("", "q", "m", user_id="somebody", expiration="soon")
    play.channel().publish("", "q", "m", user_id="somebody", headers={"CC": "no list"})
    play.channel().publish("", "q", "m", expiration="soon", headers={"CC": "no list"})
    play.channel().publish("", "q", "m", headers={"CC": "no list", "BCC": "no list"})
    play.channel().publish("missing", "q", "m", user_id="somebody")


@scenario()
def internal_exchange_wins_over_the_rest(play: Play) -> None:
    """An internal exchange is noticed before the message is looked at."""
    ch = play.channel()
    ch.exchange_declare("inside", "fanout", internal=True)
    ch.publish("inside", "k", "m", expiration="soon", user_id="somebody")


@scenario()
def bodies_of_any_size(play: Play) -> None:
    """Empty bodies and bodies of several frames arrive whole."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "")
    ch.publish("", "q", "x" * 300_000)
    ch.drain("q")


@scenario()
def too_large_a_body(play: Play) -> None:
    """4.x refuses more than 16 MiB, before it looks for the exchange; 3.10 takes it."""
    play.channel().publish("amq.fanout", "", "x" * 16_777_216)
    play.channel().publish("amq.fanout", "", "x" * 16_777_217)
    play.channel().publish("missing", "", "x" * 16_777_217)


@scenario()
def odd_names_of_headers(play: Play) -> None:
    """Empty, long and foreign header names are fine."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", headers={"": "empty", "n" * 200: "long", "größe": "foreign"})
    ch.drain("q")


@scenario(pika="1.3.2")
def largest_timestamp(play: Play) -> None:
    """A timestamp is an unsigned number of 64 bits."""
    ch = play.channel()
    ch.queue_declare("q")
    for timestamp in (2**63, 2**64 - 1):
        ch.publish("", "q", "m", timestamp=timestamp)
    ch.drain("q")
