"""Quorum queues: what they refuse, how they count deliveries, where returned messages go."""

from typing import Any

from ..play import Channel, Play
from ..scenario import scenario


def declare(play: Play, **arguments: Any) -> Channel:
    """A channel in confirm mode, so that what is published is in, and a quorum queue q."""
    ch = play.channel()
    ch.confirm_delivery()
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum", **given})
    return ch


@scenario()
def must_be_durable_and_shared(play: Play) -> None:
    """Auto-delete, exclusive and transient quorum queues are refused, in this order."""
    arguments = {"x-queue-type": "quorum"}
    play.channel().queue_declare("q", arguments=arguments)
    play.channel().queue_declare("q", durable=True, exclusive=True, arguments=arguments)
    play.channel().queue_declare("q", durable=True, auto_delete=True, arguments=arguments)
    play.channel().queue_declare("q", auto_delete=True, exclusive=True, arguments=arguments)
    play.channel().queue_declare("q", exclusive=True, arguments=arguments)


@scenario()
def refused_arguments(play: Play) -> None:
    """What only classic queues and streams have is refused."""
    for name in ("x-max-priority", "x-queue-mode", "x-queue-version", "x-max-age"):
        play.channel().queue_declare("q", durable=True, arguments={"x-queue-type": "quorum", name: 1})


@scenario()
def accepted_arguments(play: Play) -> None:
    """Limits, TTLs, dead-lettering and a delivery limit are accepted, the last with any value."""
    arguments: dict[str, Any] = {
        "x-message-ttl": 60_000,
        "x-expires": 60_000,
        "x-max-length": 10,
        "x-max-length-bytes": 1000,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-single-active-consumer": True,
        "x-delivery-limit": 5,
    }
    play.channel().queue_declare("q", durable=True, arguments={"x-queue-type": "quorum", **arguments})
    for limit in (0, -1, "text"):
        given = {"x-queue-type": "quorum", "x-delivery-limit": limit}
        play.channel().queue_declare(f"limit {limit}", durable=True, arguments=given)


@scenario()
def dead_letter_strategy_values(play: Play) -> None:
    """The dead-letter strategy is one of two words."""
    for value in ("at-most-once", "sometimes", 1):
        given = {"x-queue-type": "quorum", "x-dead-letter-strategy": value}
        play.channel().queue_declare(f"q {value}", durable=True, arguments=given)


@scenario()
def messages_come_and_go(play: Play) -> None:
    """Publishing, getting, consuming and purging work as on a classic queue; delivery_mode stays as published."""
    ch = declare(play)
    ch.publish("", "q", "a", delivery_mode=1)
    ch.publish("", "q", "b", delivery_mode=2)
    ch.publish("", "q", "c")
    ch.queue_declare("q", passive=True)
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.consume("q", "c")
    ch.basic_ack(3, multiple=True)
    ch.queue_purge("q")


@scenario()
def delete_conditions_are_not_implemented(play: Play) -> None:
    """if_unused and if_empty close the connection; without them the queue is deleted."""
    declare(play)
    play.channel(on="B").queue_delete("q", if_unused=True)
    play.channel(on="C").queue_delete("q", if_empty=True)
    play.channel().queue_delete("q")


@scenario()
def count_of_deliveries_after_nacks(play: Play) -> None:
    """Each version tells in its own headers how often a message came back by nack."""
    ch = declare(play)
    ch.publish("", "q", "m")
    for tag in (1, 2, 3):
        ch.basic_get("q")
        ch.basic_nack(tag, requeue=True)
    ch.drain("q")


@scenario()
def count_of_deliveries_after_each_kind_of_return(play: Play) -> None:
    """On 4.3 only reject and a lost channel raise the delivery count; every return raises the acquired count."""
    ch = declare(play)
    ch.publish("", "q", "m", headers={"mine": 1})
    ch.basic_get("q")
    ch.basic_nack(1, requeue=True)
    ch.basic_get("q")
    ch.basic_reject(2, requeue=True)
    ch.basic_get("q")
    ch.close()
    ch = play.channel()
    ch.basic_get("q")
    ch.basic_recover(requeue=True)
    ch.drain("q")


@scenario()
def limit_reached_by_nacks(play: Play) -> None:
    """After as many returns as the limit the next one dead-letters; on 4.3 nacks do not count."""
    ch = declare(play, x_delivery_limit=1, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_nack(1, requeue=True)
    ch.basic_get("q")
    ch.basic_nack(2, requeue=True)
    ch.queue_declare("q", passive=True)
    ch.drain("graveyard")


@scenario()
def limit_reached_by_rejects(play: Play) -> None:
    """Rejects with requeue count in every version; the reason is delivery_limit."""
    ch = declare(play, x_delivery_limit=1, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=True)
    ch.basic_get("q")
    ch.basic_reject(2, requeue=True)
    ch.queue_declare("q", passive=True)
    ch.drain("graveyard")


@scenario()
def limit_zero(play: Play) -> None:
    """With a limit of 0 the first return is the last; without a dead-letter exchange the message is gone."""
    ch = declare(play, x_delivery_limit=0)
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=True)
    ch.basic_get("q")


@scenario()
def default_limit(play: Play) -> None:
    """4.x has a limit of 20 if none is given, 3.10 none."""
    ch = declare(play)
    ch.publish("", "q", "m")
    with play.burst():
        for tag in range(1, 21):
            ch.basic_get("q")
            ch.basic_reject(tag, requeue=True)
    ch.basic_get("q")
    ch.basic_reject(21, requeue=True)
    ch.basic_get("q")


@scenario()
def place_of_single_returns(play: Play) -> None:
    """Without a limit 3.10 puts returned messages at the back, 4.x first in the order of the returns."""
    ch = declare(play)
    for body in "abcde":
        ch.publish("", "q", body)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_nack(2, requeue=True)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def place_of_returns_with_a_limit(play: Play) -> None:
    """With a limit returned messages come first, in the order of the returns."""
    ch = declare(play, x_delivery_limit=5)
    for body in "abcde":
        ch.publish("", "q", body)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_nack(2, requeue=True)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def place_of_a_multiple_nack(play: Play) -> None:
    """A multiple nack returns in message order, on 3.10 to the back."""
    ch = declare(play)
    for body in "abcde":
        ch.publish("", "q", body)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_nack(3, multiple=True, requeue=True)
    ch.bodies("q")


@scenario()
def place_after_a_closed_channel(play: Play) -> None:
    """What a closed channel held comes first, in order."""
    ch = declare(play)
    for body in "abcde":
        ch.publish("", "q", body)
    for _ in range(3):
        ch.basic_get("q")
    ch.close()
    play.channel().bodies("q")


@scenario()
def exclusive_consumers_are_not_known(play: Play) -> None:
    """The exclusive flag of a consumer is ignored."""
    ch = declare(play)
    ch.consume("q", "alone", exclusive=True)
    play.channel().consume("q", "other")


@scenario()
def consumers_take_turns(play: Play) -> None:
    """Consumers take turns as on a classic queue."""
    ch = declare(play)
    one, two = play.channel(), play.channel()
    for consumer, tag in ((one, "one"), (two, "two")):
        consumer.basic_qos(prefetch_count=2)
        consumer.consume("q", tag)
    for body in "abc":
        ch.publish("", "q", body)


@scenario()
def global_prefetch_is_refused(play: Play) -> None:
    """3.10 and 4.0 have no global prefetch on quorum queues; 4.3 takes it for a consumer's own."""
    ch = declare(play)
    ch.publish("", "q", "a")
    other = play.channel(on="B")
    other.basic_qos(prefetch_count=1, global_qos=True)
    other.consume("q", "c")


@scenario()
def priorities(play: Play) -> None:
    """3.10 ignores the priority, 4.0 has two levels and mixes them two to one, 4.3 has 32 levels."""
    ch = declare(play)
    for place, priority in enumerate((0, 1, 5, 9, None, 6, 1, 8, 3, 7, 2, 5)):
        given: dict[str, Any] = {} if priority is None else {"priority": priority}
        ch.publish("", "q", f"{priority} at {place}", **given)
    ch.bodies("q")


@scenario()
def message_ttl(play: Play) -> None:
    """Messages expire at the head of a quorum queue as well, and are dead-lettered."""
    ch = declare(play, x_message_ttl=400, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    ch.publish("", "q", "m")
    play.advance(0.8)
    ch.queue_declare("q", passive=True)
    ch.drain("graveyard")


@scenario()
def drop_head(play: Play) -> None:
    """drop-head is exact: the oldest ready messages are dropped, all publishes confirmed."""
    ch = declare(play, x_max_length=2)
    for body in "abc":
        ch.publish("", "q", body)
    ch.bodies("q")


@scenario()
def reject_publish_is_late_by_one(play: Play) -> None:
    """With reject-publish one more than the limit is taken before publishes are refused."""
    ch = declare(play, x_max_length=2, x_overflow="reject-publish")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.bodies("q")


@scenario()
def max_length_bytes(play: Play) -> None:
    """4.3 counts the properties with the body, the others bodies only."""
    ch = declare(play, x_max_length_bytes=10)
    for size in (4, 4, 2, 1, 11, 2):
        ch.publish("", "q", "x" * size)
        ch.queue_declare("q", passive=True)


@scenario()
def single_active_consumer_refuses_gets(play: Play) -> None:
    """basic.get is refused where one consumer is to be active."""
    ch = declare(play, x_single_active_consumer=True)
    ch.basic_get("q")


@scenario()
def single_active_consumer_of_higher_priority(play: Play) -> None:
    """On 4.x a consumer of higher priority takes over at once, on 3.10 it waits."""
    ch = declare(play, x_single_active_consumer=True)
    low, high = play.channel(), play.channel()
    for consumer, tag, priority in ((low, "low", 0), (high, "high", 5)):
        consumer.basic_qos(prefetch_count=10)
        consumer.consume("q", tag, arguments={"x-priority": priority})
    ch.publish("", "q", "a")


@scenario()
def deleted_queue_cancels_its_consumers(play: Play) -> None:
    """A consumer is told when its quorum queue is deleted."""
    ch = declare(play)
    other = play.channel()
    other.basic_qos(prefetch_count=10)
    other.consume("q", "c")
    ch.queue_delete("q")


@scenario()
def dead_letters_into_a_quorum_queue(play: Play) -> None:
    """The versions differ in what a rejected message shows on its first delivery from a quorum queue."""
    ch = declare(play)
    ch.queue_declare("source", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"})
    ch.publish("", "source", "m")
    ch.basic_get("source")
    ch.basic_reject(1, requeue=False)
    ch.drain("q")


@scenario()
def dead_letters_from_quorum_to_quorum(play: Play) -> None:
    """4.0 shows a rejected message as redelivered when both queues are quorum queues."""
    ch = declare(play)
    source = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"}
    ch.queue_declare("source", durable=True, arguments=source)
    ch.publish("", "source", "m")
    ch.basic_get("source")
    ch.basic_reject(1, requeue=False)
    ch.drain("q")


@scenario()
def dead_letters_from_quorum_to_classic(play: Play) -> None:
    """A dead letter of a quorum queue in a classic one."""
    ch = declare(play, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    for body in ("rejected", "nacked"):
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.basic_nack(2, requeue=False)
    ch.drain("graveyard")


@scenario()
def transactions(play: Play) -> None:
    """Transactions work on quorum queues."""
    declare(play)
    ch = play.channel()
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.tx_commit()
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.tx_rollback()
    ch.basic_ack(1)
    ch.tx_commit()
    ch.queue_declare("q", passive=True)


@scenario()
def count_of_deliveries_for_a_consumer(play: Play) -> None:
    """A consumer's first delivery has no count, unlike a first get on 3.10; later ones have it."""
    ch = declare(play)
    other = play.channel()
    other.basic_qos(prefetch_count=1)
    other.consume("q", "c")
    ch.publish("", "q", "m", headers={"mine": 1})
    other.basic_nack(1, requeue=True)
    other.basic_reject(2, requeue=True)


@scenario()
def limit_of_minus_one(play: Play) -> None:
    """A delivery limit of -1 means none on 4.x; 3.10 drops the message at its first return."""
    ch = declare(play, x_delivery_limit=-1)
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.basic_get("q")
    ch.basic_nack(2, requeue=True)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def place_after_recover(play: Play) -> None:
    """recover returns in message order, on 3.10 to the back."""
    ch = declare(play)
    for body in "abcde":
        ch.publish("", "q", body)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_recover(requeue=True)
    ch.bodies("q")


@scenario()
def requeued_come_before_later_ones(play: Play) -> None:
    """Requeued messages come before those of a higher priority that are published later."""
    ch = declare(play)
    for body, priority in (("low", 1), ("high", 9), ("other low", 1), ("other high", 9)):
        ch.publish("", "q", body, priority=priority)
    for _ in range(4):
        ch.basic_get("q")
    ch.basic_nack(4, requeue=True)
    ch.basic_nack(3, requeue=True)
    ch.publish("", "q", "new high", priority=9)
    ch.publish("", "q", "new low", priority=1)
    ch.bodies("q")


@scenario()
def turns_of_high_priority_count_deliveries_at_once(play: Play) -> None:
    """Of 4.0's two levels, each third message delivered is the older one, whether or not it had to wait."""
    ch = declare(play)
    consumer = play.channel()
    consumer.consume("q", "c", auto_ack=True)
    ch.publish("", "q", "at once")
    ch.publish("", "q", "at once too", priority=9)
    consumer.basic_cancel("c")
    ch.publish("", "q", "low")
    for body in ("high", "also high", "another high", "last high"):
        ch.publish("", "q", body, priority=9)
    ch.bodies("q")


@scenario()
def returned_without_a_limit_loses_its_priority(play: Play) -> None:
    """What 4.0 puts behind everything, because there is no delivery limit, waits there without its priority."""
    for queue, limit in (("no limit", {"x-delivery-limit": -1}), ("default", {})):
        ch = play.channel()
        ch.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum", **limit})
        for body, priority in (("first high", 9), ("low", 1), ("high", 9), ("other low", 1)):
            ch.publish("", queue, body, priority=priority)
        ch.basic_get(queue)
        ch.basic_reject(1, requeue=True)
        ch.publish("", queue, "last high", priority=9)
        ch.bodies(queue)


@scenario()
def ttl_zero(play: Play) -> None:
    """A message with a TTL of 0 reaches a waiting consumer or nobody."""
    ch = declare(play)
    ch.publish("", "q", "nobody waits", expiration="0")
    other = play.channel()
    other.basic_qos(prefetch_count=5)
    other.consume("q", "c")
    ch.publish("", "q", "taken", expiration="0")


@scenario()
def delivery_limit_into_itself_ends(play: Play) -> None:
    """A quorum queue that dead-letters to itself drops a message that reached its delivery limit."""
    ch = declare(play, x_delivery_limit=0, x_dead_letter_exchange="")
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=True)
    ch.basic_get("q")


@scenario(versions=("4.0", "4.3"))
def a_tag_used_again_while_its_messages_are_unacked(play: Play) -> None:
    """It is one consumer that holds all of them; a channel of 3.10 crashes on what it is delivered."""
    ch, other = tag_used_again(play), play.channel()
    other.queue_declare("q", passive=True)
    ch.publish("", "q", "b")
    other.queue_declare("q", passive=True)
    ch.basic_ack(1)
    ch.basic_ack(2)
    other.queue_declare("q", passive=True)
    play.channel(on="B").drain("q")


@scenario(versions=("4.0", "4.3"))
def a_tag_used_again_where_messages_wait(play: Play) -> None:
    """They are delivered at once; a channel of 3.10 crashes on them."""
    tag_used_again(play, "b")
    play.channel(on="B").drain("q")


@scenario()
def a_tag_used_again_once_its_messages_are_acked(play: Play) -> None:
    """It is a new consumer."""
    ch = declare(play)
    ch.basic_qos(prefetch_count=2)
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.basic_cancel("c")
    ch.basic_ack(1)
    ch.consume("q", "c")
    ch.publish("", "q", "b")


@scenario(versions=("4.0", "4.3"))
def a_tag_used_again_has_the_new_prefetch(play: Play) -> None:
    """What its first consumer holds counts against the limit of the second."""
    ch = declare(play)
    ch.basic_qos(prefetch_count=5)
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_cancel("c")
    ch.basic_qos(prefetch_count=3)
    ch.consume("q", "c")
    for body in "cde":
        ch.publish("", "q", body)
    ch.basic_ack(1)
    ch.basic_ack(3)


def tag_used_again(play: Play, *waiting: str) -> Channel:
    """A consumer is cancelled while it holds a message, and another of its tag and channel subscribed."""
    ch = declare(play)
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.basic_cancel("c")
    for body in waiting:
        play.channel().publish("", "q", body)
    ch.consume("q", "c")
    return ch


@scenario()
def consumer_priorities(play: Play) -> None:
    """Messages go to the consumer of the highest priority that has room."""
    ch = declare(play)
    low, high = play.channel(), play.channel()
    for consumer, tag, priority in ((low, "low", 0), (high, "high", 5)):
        consumer.basic_qos(prefetch_count=1)
        consumer.consume("q", tag, arguments={"x-priority": priority})
    for body in "abc":
        ch.publish("", "q", body)
    high.basic_ack(1)


@scenario()
def purge_and_delete_count(play: Play) -> None:
    """purge-ok and delete-ok count ready messages."""
    ch = declare(play)
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.queue_purge("q")
    ch.publish("", "q", "d")
    ch.queue_delete("q")


@scenario()
def max_length_bytes_to_the_byte(play: Play) -> None:
    """On 4.3 a message weighs its body and its properties as they are encoded on the wire: 15 bytes for this one."""
    for limit in (14, 15):
        ch = play.channel()
        ch.confirm_delivery()
        arguments = {"x-queue-type": "quorum", "x-max-length-bytes": limit}
        ch.queue_declare(f"limit {limit}", durable=True, arguments=arguments)
        ch.publish("", f"limit {limit}", "xx", headers={"a": 1})
        ch.queue_declare(f"limit {limit}", passive=True)


@scenario()
def reject_publish_opens_again(play: Play) -> None:
    """After refusing, publishes are taken again when the ready messages have fallen to 80 % of the limit."""
    ch = declare(play, x_max_length=5, x_overflow="reject-publish")
    for number in range(7):
        ch.publish("", "q", str(number))
    for number in range(7, 10):
        ch.basic_get("q", auto_ack=True)
        ch.publish("", "q", str(number))
    ch.bodies("q")


@scenario()
def first_delivery_by_recover_of_a_consumer(play: Play) -> None:
    """recover hands a consumer's messages out again."""
    ch = declare(play)
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    other = play.channel()
    other.basic_qos(prefetch_count=5)
    other.consume("q", "c")
    other.basic_recover(requeue=True)


@scenario()
def dead_letter_order_of_a_multiple_nack(play: Play) -> None:
    """A multiple nack dead-letters in message order."""
    ch = declare(play, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    for body in "abc":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_nack(3, multiple=True, requeue=False)
    ch.bodies("graveyard")


@scenario()
def requeued_beside_a_higher_priority(play: Play) -> None:
    """On 4.x a requeued message comes before a ready one of higher priority."""
    ch = declare(play)
    ch.publish("", "q", "low", priority=1)
    ch.publish("", "q", "other low", priority=1)
    ch.basic_get("q")
    ch.publish("", "q", "high", priority=9)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def requeued_of_two_priorities(play: Play) -> None:
    """On 4.x requeued messages come first whatever their priority, those of one nack in message order."""
    ch = declare(play)
    for body, priority in (("low", 1), ("high", 9), ("low 2", 1), ("high 2", 9)):
        ch.publish("", "q", body, priority=priority)
    for _ in range(4):
        ch.basic_get("q")
    ch.publish("", "q", "middle", priority=4)
    ch.basic_nack(0, multiple=True, requeue=True)
    ch.bodies("q")


@scenario()
def requeued_of_two_priorities_one_by_one(play: Play) -> None:
    """On 4.x requeued messages come first in the order of the returns, whatever their priority."""
    ch = declare(play)
    for body, priority in (("high", 9), ("low", 1)):
        ch.publish("", "q", body, priority=priority)
    ch.basic_get("q")
    ch.basic_get("q")
    ch.publish("", "q", "middle", priority=4)
    ch.basic_nack(2, requeue=True)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def consume_arguments(play: Play) -> None:
    """Stream offsets are refused; x-cancel-on-ha-failover is refused by 3.10 only."""
    declare(play)
    play.channel().consume("q", arguments={"x-stream-offset": "first"})
    play.channel().consume("q", arguments={"x-cancel-on-ha-failover": True})
    play.channel().consume("q", arguments={"x-priority": "high"})
    play.channel().consume("q", arguments={"x-my-own": "high"})


@scenario()
def redeclaring_compares_what_the_type_knows(play: Play) -> None:
    """Arguments a quorum queue would refuse at first are not compared; its own are."""
    declare(play, x_delivery_limit=5)
    quorum = {"x-queue-type": "quorum", "x-delivery-limit": 5}
    play.channel().queue_declare("q", durable=True, arguments={**quorum, "x-max-priority": 5})
    play.channel().queue_declare("q", durable=True, arguments={**quorum, "x-delivery-limit": 6})
    play.channel().queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    play.channel().queue_declare("q", durable=True, arguments={**quorum, "x-max-length": 5})
    play.channel().queue_declare("q", durable=False, arguments=quorum)


@scenario()
def bad_arguments(play: Play) -> None:
    """Values are checked as on a classic queue."""
    for name, value in (("x-message-ttl", -1), ("x-expires", 0), ("x-max-length", "5"), ("x-overflow", "sometimes")):
        play.channel().queue_declare("q", durable=True, arguments={"x-queue-type": "quorum", name: value})


@scenario()
def overflow_with_dead_letters(play: Play) -> None:
    """reject-publish-dlx is taken and works like drop-head."""
    ch = declare(
        play,
        x_max_length=1,
        x_overflow="reject-publish-dlx",
        x_dead_letter_exchange="",
        x_dead_letter_routing_key="graveyard",
    )
    ch.queue_declare("graveyard")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.bodies("q")
    ch.drain("graveyard")


@scenario()
def returned_at_the_limit_by_a_closed_channel(play: Play) -> None:
    """Closing a channel counts as a return in every version."""
    ch = declare(play, x_delivery_limit=0, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.close()
    play.channel().drain("graveyard")


@scenario()
def unacknowledged_expire_when_returned(play: Play) -> None:
    """An unacknowledged message outlives its TTL and expires when it is requeued."""
    ch = declare(play, x_dead_letter_exchange="", x_dead_letter_routing_key="graveyard")
    ch.queue_declare("graveyard")
    with play.burst():
        ch.publish("", "q", "m", expiration="400")
        ch.basic_get("q")
    play.advance(0.8)
    ch.queue_declare("graveyard", passive=True)
    ch.basic_nack(1, requeue=True)
    ch.drain("graveyard")


@scenario()
def acks_and_unknown_tags(play: Play) -> None:
    """Acks, multiple acks and unknown tags are those of any queue."""
    ch = declare(play)
    for body in "abc":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_ack(2, multiple=True)
    ch.basic_ack(2)
    play.channel().bodies("q")


@scenario()
def holders_count_as_consumers(play: Play) -> None:
    """Each basic.get that is not acknowledged counts as a consumer, and so does a cancelled one that holds messages."""
    ch = declare(play)
    other = play.channel()
    for body in "abcde":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.basic_get("q")
    other.basic_get("q")
    other.queue_declare("q", passive=True)
    ch.basic_ack(1)
    other.queue_declare("q", passive=True)
    ch.basic_nack(2)
    other.queue_declare("q", passive=True)
    ch.basic_qos(prefetch_count=2)
    ch.consume("q", "x")
    other.queue_declare("q", passive=True)
    ch.basic_cancel("x")
    other.queue_declare("q", passive=True)
    ch.basic_ack(3)
    other.queue_declare("q", passive=True)
    ch.basic_ack(4)
    other.queue_declare("q", passive=True)
    other.close()
    ch.queue_declare("q", passive=True)


@scenario()
def waiting_consumers_are_not_counted(play: Play) -> None:
    """Of the consumers of a quorum queue with a single active one only those count that are active or hold messages."""
    ch = declare(play, x_single_active_consumer=True)
    other = play.channel()
    ch.consume("q", "x")
    ch.consume("q", "y")
    other.consume("q", "z")
    other.queue_declare("q", passive=True)
    ch.publish("", "q", "a")
    ch.basic_cancel("x")
    other.queue_declare("q", passive=True)
    ch.basic_ack(1)
    other.queue_declare("q", passive=True)


def take_turns(play: Play, **arguments: Any) -> tuple[Channel, Channel]:
    """Messages 0..9, of which basic.get has 0 and 1 and three consumers of the same channel the others in turn."""
    ch = declare(play, **arguments)
    holder = play.channel()
    for body in "01":
        ch.publish("", "q", body)
        holder.basic_get("q")
    for tag in "zam":
        holder.consume("q", tag)
    for body in "23456789":
        ch.publish("", "q", body)
    return ch, holder


def without_consumers(holder: Channel) -> None:
    for tag in "zam":
        holder.basic_cancel(tag)


@scenario()
def nack_multiple_goes_by_tag(play: Play) -> None:
    """What several consumers of a channel return comes back by consumer in the order of tags; first what was got."""
    ch, holder = take_turns(play)
    without_consumers(holder)
    holder.basic_nack(0, multiple=True)
    ch.bodies("q")


@scenario()
def recover_goes_by_tag(play: Play) -> None:
    """What several consumers of a channel recover comes back by consumer in the order of tags; first what was got."""
    ch, holder = take_turns(play)
    without_consumers(holder)
    holder.basic_recover(True)
    ch.bodies("q")


@scenario()
def reject_multiple_goes_by_tag(play: Play) -> None:
    """What several consumers of a channel reject for good dies by consumer in the order of tags."""
    ch, holder = take_turns(play, x_dead_letter_exchange="", x_dead_letter_routing_key="dead")
    ch.queue_declare("dead")
    without_consumers(holder)
    holder.basic_nack(0, multiple=True, requeue=False)
    ch.bodies("dead")


@scenario()
def channel_close_goes_by_consumer(play: Play) -> None:
    """What several consumers of a closed channel held comes back by consumer.

    3.10 goes by tag, what was got being first; 4.x by age of the consumer, what was got being last.
    """
    ch, holder = take_turns(play)
    holder.close()
    ch.bodies("q")


@scenario()
def many_gets_come_back_in_order(play: Play) -> None:
    """What was got by many calls of basic.get comes back as it was got, by nack and by the end of a channel."""
    ch = declare(play)
    for number in range(12):
        ch.publish("", "q", str(number))
    for _ in range(2):
        holder = play.channel()
        for _ in range(12):
            holder.basic_get("q")
        holder.basic_nack(0, multiple=True)
        for _ in range(12):
            holder.basic_get("q")
        holder.close()
    ch.bodies("q")


@scenario()
def deaths_and_prefetch(play: Play) -> None:
    """On 3.10 each message that dies of the delivery limit lets its consumer hold one more than its prefetch."""
    ch = declare(play, x_delivery_limit=0)
    consumer = play.channel()
    consumer.basic_qos(prefetch_count=1)
    consumer.consume("q", "x")
    ch.publish("", "q", "a")
    consumer.basic_reject(1)
    ch.publish("", "q", "b")
    ch.publish("", "q", "c")
    ch.publish("", "q", "d")
    consumer.basic_ack(2)
    ch.publish("", "q", "e")


@scenario()
def count_of_a_get_before_expiry(play: Play) -> None:
    """The count that a basic.get brings still has those expired behind it, unless it acknowledges by itself."""
    ch = declare(play)
    for auto_ack in (True, False):
        ch.publish("", "q", "a")
        ch.publish("", "q", "expired", expiration="0")
        ch.publish("", "q", "b")
        ch.basic_get("q", auto_ack=auto_ack)
        ch.queue_declare("q", passive=True)
        ch.basic_get("q", auto_ack=auto_ack)


@scenario()
def deliveries_at_once_go_by_consumer(play: Play) -> None:
    """What comes back at once and goes to several consumers of a channel comes consumer by consumer.

    3.10 goes by their tags, 4.x by their age; whose turn it is for a message is another matter. Without a delivery
    limit 3.10 puts what comes back behind everything, one by one, so that it stays in order.
    """
    for limit in ({}, {"x_delivery_limit": 5}):
        ch = declare(play, **limit)
        deliver_at_once(play, ch)
        ch.queue_delete("q")


def deliver_at_once(play: Play, ch: Channel) -> None:
    holder = play.channel()
    holder.consume("q", "holder")
    for body in "01234":
        ch.publish("", "q", body)
    holder.basic_cancel("holder")
    consumers = play.channel()
    for tag in "zam":
        consumers.consume("q", tag)
    holder.basic_nack(0, multiple=True)


@scenario()
def expiry_looks_at_each_level(play: Play) -> None:
    """From 4.3 on what has expired goes although others of higher priority, or returned ones, are before it."""
    ch = declare(play)
    ch.publish("", "q", "kept", priority=9)
    ch.publish("", "q", "expired", priority=5, expiration="0")
    ch.publish("", "q", "expired too", priority=1, expiration="0")
    ch.publish("", "q", "also kept", priority=2)
    ch.publish("", "q", "behind", priority=2, expiration="0")
    ch.queue_declare("q", passive=True)
    ch.basic_get("q")
    ch.publish("", "q", "soon", priority=9, expiration="300")
    ch.basic_nack(1)
    play.advance(0.6)
    ch.queue_declare("q", passive=True)
    ch.bodies("q")


@scenario()
def expiry_of_several_levels(play: Play) -> None:
    """What expires on several levels dies in the order of its time, from 4.3 on."""
    ch = declare(play, x_dead_letter_exchange="", x_dead_letter_routing_key="dead")
    ch.queue_declare("dead")
    for priority in (1, 9, 5, 1, 9):
        ch.publish("", "q", str(priority), priority=priority, expiration="600")
    play.advance(1)
    ch.bodies("dead")


@scenario()
def turns_of_two_levels(play: Play) -> None:
    """4.0 takes messages of high priority first, but each third that it takes is the older of both heads."""
    ch = declare(play)
    for taken in range(5):
        for high in (False, True):
            for _ in range(taken):
                ch.publish("", "q", "first", priority=9 if high else 0)
            for body in ("n1", "n2", "n3"):
                ch.publish("", "q", body)
            ch.basic_get("q", auto_ack=True)
            for body in ("h1", "h2", "h3"):
                ch.publish("", "q", body, priority=9)
            ch.bodies("q")
    ch.publish("", "q", "n1")
    ch.basic_get("q")
    ch.basic_nack(0, multiple=True)
    ch.bodies("q")
    for body in ("n1", "h1", "n2", "h2"):
        ch.publish("", "q", body, priority=9 if body[0] == "h" else 0)
    ch.bodies("q")


@scenario()
def what_a_dead_letter_counts_on(play: Play) -> None:
    """Counts that a dead letter brings along are shown until the queue has its own; 4.3 goes on counting returns."""
    for back, limit in (("basic_nack", 1), ("basic_nack", 9), ("basic_reject", 2), ("basic_reject", 9)):
        ch = play.channel()
        ch.confirm_delivery()
        quorum: dict[str, Any] = {"x-queue-type": "quorum", "x-dead-letter-exchange": ""}
        for name, further in (("a", "b"), ("b", "c"), ("c", "nowhere")):
            arguments = {**quorum, "x-dead-letter-routing-key": further, "x-delivery-limit": limit}
            ch.queue_declare(name, durable=True, arguments=arguments)
        ch.publish("", "a", "m")
        ch.basic_get("a")
        ch.basic_reject(1, requeue=False)
        ch.basic_get("b")
        getattr(ch, back)(2, requeue=True)
        ch.basic_get("b")
        ch.basic_reject(3, requeue=False)
        ch.basic_get("c")
        getattr(ch, back)(4, requeue=True)
        ch.basic_get("c")
        for name in "abc":
            ch.queue_delete(name)


@scenario()
def what_comes_back_expired(play: Play) -> None:
    """A message whose time is over does not reach a consumer again, wherever it would come back."""
    for number, limit in enumerate((None, -1, 5)):
        ch = play.channel()
        name = f"q{number}"
        arguments = {} if limit is None else {"x-delivery-limit": limit}
        ch.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})
        ch.consume(name, "x")
        ch.publish("", name, "m", expiration="0")
        ch.basic_reject(1)


@scenario()
def full_consumers_leave_the_line(play: Play) -> None:
    """A consumer leaves the line with the message that fills it, and joins its end with the first it gives back."""
    ch = declare(play)
    first, second = play.channel(), play.channel()
    first.basic_qos(prefetch_count=2)
    first.consume("q", "first")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    second.basic_qos(prefetch_count=2)
    second.consume("q", "second")
    first.basic_reject(1)
    ch.publish("", "q", "c")
    ch.publish("", "q", "d")
    ch.publish("", "q", "e")
    second.basic_ack(1)
    first.basic_ack(2)
    ch.publish("", "q", "f")


@scenario()
def nacked_from_quorum_to_quorum(play: Play) -> None:
    """On 4.0 a nacked message is redelivered as well when both queues are quorum queues."""
    ch = declare(play)
    source = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"}
    ch.queue_declare("source", durable=True, arguments=source)
    ch.publish("", "source", "m")
    ch.basic_get("source")
    ch.basic_nack(1, requeue=False)
    ch.drain("q")


@scenario()
def at_least_once(play: Play) -> None:
    """Dead letters that are kept until their targets have them arrive in the same order with the same headers."""
    ch = declare(play)
    ch.queue_declare("classic")
    ch.exchange_declare("dlx", "fanout")
    ch.queue_bind("q", "dlx")
    ch.queue_bind("classic", "dlx")
    source = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "dlx",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    ch.queue_declare("source", durable=True, arguments=source)
    for body in "abc":
        ch.publish("", "source", body, headers={"mine": 1})
        ch.basic_get("source")
    ch.basic_reject(1, requeue=False)
    ch.basic_nack(3, multiple=True, requeue=False)
    play.advance(1)
    ch.drain("classic")
    ch.drain("q")
    ch.queue_declare("source", passive=True)


@scenario()
def limit_of_zero_holds_nothing(play: Play) -> None:
    """With a length of 0 a message is delivered at once or dropped."""
    ch = declare(play, x_max_length=0)
    ch.publish("", "q", "nobody waits")
    ch.queue_declare("q", passive=True)
    other = play.channel()
    other.basic_qos(prefetch_count=1)
    other.consume("q", "c")
    ch.publish("", "q", "taken")
    ch.publish("", "q", "consumer is full")
    ch.queue_declare("q", passive=True)


@scenario()
def requeueing_over_the_limit(play: Play) -> None:
    """What is requeued over the length limit is dropped from where each version puts it."""
    ch = declare(play, x_max_length=2)
    for body in "ab":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.publish("", "q", "c")
    ch.publish("", "q", "d")
    ch.basic_nack(2, multiple=True, requeue=True)
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "e")
    ch.bodies("q")


@scenario()
def reject_publish_opens_again_at_small_limits(play: Play) -> None:
    """80 % of the limit is rounded down: of 2 it is 1."""
    for limit in (1, 2, 3):
        ch = play.channel()
        ch.confirm_delivery()
        name = f"limit {limit}"
        arguments = {"x-queue-type": "quorum", "x-max-length": limit, "x-overflow": "reject-publish"}
        ch.queue_declare(name, durable=True, arguments=arguments)
        for number in range(limit + 2):
            ch.publish("", name, str(number))
        for number in range(limit + 1):
            ch.basic_get(name, auto_ack=True)
            ch.publish("", name, f"after {number + 1}")
        ch.bodies(name)


@scenario()
def drop_head_by_priority(play: Play) -> None:
    """Which message a length limit drops: 3.10 the oldest, 4.0 the next to be delivered, 4.3 the high ones first."""
    ch = declare(play, x_max_length=3)
    for body in ("h1", "l1", "l2", "h2", "h3", "l3"):
        ch.publish("", "q", body, priority=9 if body[0] == "h" else 1)
    ch.bodies("q")


@scenario()
def priorities_above_31(play: Play) -> None:
    """On 4.3 priorities above 31 are equal to it, and none is as 4."""
    ch = declare(play)
    for place, priority in enumerate((4, None, 3, 5, 31, 32, 255, 30)):
        given: dict[str, Any] = {} if priority is None else {"priority": priority}
        ch.publish("", "q", f"{priority} at {place}", **given)
    ch.bodies("q")


@scenario()
def place_by_limit_and_way(play: Play) -> None:
    """Where messages come back to, by delivery limit and by way of return."""
    for limit in (5, -1):
        for way in ("nack", "recover", "close"):
            ch = play.channel()
            ch.confirm_delivery()
            name = f"{limit} {way}"
            arguments = {"x-queue-type": "quorum", "x-delivery-limit": limit}
            ch.queue_declare(name, durable=True, arguments=arguments)
            for body in "abcde":
                ch.publish("", name, body)
            holder = play.channel()
            for _ in range(3):
                holder.basic_get(name)
            if way == "nack":
                holder.basic_nack(3, multiple=True, requeue=True)
            elif way == "recover":
                holder.basic_recover(requeue=True)
            else:
                holder.close()
            ch.bodies(name)


@scenario()
def single_active_takeover_waits(play: Play) -> None:
    """On 4.x a consumer of higher priority takes over when the active one has settled what it holds."""
    ch = declare(play, x_single_active_consumer=True)
    low, high = play.channel(), play.channel()
    low.consume("q", "low")
    ch.publish("", "q", "a")
    high.consume("q", "high", arguments={"x-priority": 5})
    ch.publish("", "q", "b")
    low.basic_ack(1)
    ch.publish("", "q", "c")
    low.basic_ack(2)
    ch.publish("", "q", "d")


@scenario()
def single_active_hand_over_by_age(play: Play) -> None:
    """After a cancel 3.10 goes on with the oldest that waits, 4.x with the highest."""
    ch = declare(play, x_single_active_consumer=True)
    first, middle, high = play.channel(), play.channel(), play.channel()
    first.consume("q", "first", arguments={"x-priority": 9})
    middle.consume("q", "middle", arguments={"x-priority": 1})
    high.consume("q", "high", arguments={"x-priority": 5})
    first.basic_cancel("first")
    ch.publish("", "q", "a")
    play.channel()


@scenario()
def single_active_cancelled_with_messages(play: Play) -> None:
    """After a cancel the next one gets what is ready at once, and later what the old one gives back."""
    ch = declare(play, x_single_active_consumer=True)
    one, two = play.channel(), play.channel()
    one.basic_qos(prefetch_count=2)
    one.consume("q", "one")
    two.consume("q", "two")
    for body in "abc":
        ch.publish("", "q", body)
    one.basic_cancel("one")
    ch.publish("", "q", "d")
    one.basic_ack(1)
    one.basic_nack(2, requeue=True)


@scenario()
def single_active_and_exclusive(play: Play) -> None:
    """An exclusive consumer is taken where one is to be active; the flag is ignored."""
    declare(play, x_single_active_consumer=True)
    play.channel().consume("q", "one", exclusive=True)
    play.channel().consume("q", "two", exclusive=True)


@scenario()
def global_prefetch_of_zero(play: Play) -> None:
    """A limit of 0 for the channel is none: consuming is allowed."""
    ch = declare(play)
    ch.publish("", "q", "a")
    other = play.channel()
    other.basic_qos(prefetch_count=0, global_qos=True)
    other.consume("q", "c")


@scenario()
def limit_as_text(play: Play) -> None:
    """A delivery limit that is a text is none; 4.3 has its default then."""
    ch = declare(play, x_delivery_limit="1")
    ch.publish("", "q", "m")
    with play.burst():
        for tag in range(1, 21):
            ch.basic_get("q")
            ch.basic_reject(tag, requeue=True)
    ch.basic_get("q")
    ch.basic_reject(21, requeue=True)
    ch.basic_get("q")


@scenario()
def limit_reached_by_recover(play: Play) -> None:
    """recover counts towards the delivery limit on 3.10 and 4.0, not on 4.3."""
    ch = declare(play, x_delivery_limit=1)
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_recover(requeue=True)
    ch.basic_get("q")
    ch.basic_recover(requeue=True)
    ch.basic_get("q")


@scenario()
def leader_locator_values(play: Play) -> None:
    """x-queue-leader-locator is one of five words on quorum queues and, from 4.0 on, classic ones."""
    words = ("client-local", "balanced", "random", "least-leaders", "min-masters", "nonsense", "", 1, True)
    for kind in ("quorum", "classic"):
        for word in words:
            arguments = {"x-queue-type": kind, "x-queue-leader-locator": word}
            play.channel().queue_declare(f"{kind} {word}", durable=True, arguments=arguments)


def declare_each(play: Play, argument: str, *values: Any) -> None:
    """Declare a new quorum queue with each value, on a channel of its own."""
    for number, value in enumerate(values):
        arguments = {"x-queue-type": "quorum", argument: value}
        play.channel().queue_declare(f"q{number}", durable=True, arguments=arguments)


@scenario()
def group_size_values(play: Play) -> None:
    """x-quorum-initial-group-size is an integer above 0."""
    declare_each(play, "x-quorum-initial-group-size", 1, 3, 0, -1, "1", True)


@scenario()
def consumer_timeout_values(play: Play) -> None:
    """x-consumer-timeout is looked at by 4.3 only."""
    declare_each(play, "x-consumer-timeout", 60_000, 0, -1, "60000", True)


@scenario()
def first_bad_one_is_reported(play: Play) -> None:
    """Of several faults of a quorum queue's declare the one that is looked at first is reported."""
    bad = {
        "x-max-priority": 5,
        "x-queue-leader-locator": "nonsense",
        "x-quorum-initial-group-size": 0,
        "x-single-active-consumer": 1,
        "x-overflow": 1,
        "x-max-in-memory-bytes": -1,
        "x-max-in-memory-length": -1,
        "x-max-length-bytes": -1,
        "x-max-length": -1,
        "x-dead-letter-strategy": "sometimes",
        "x-dead-letter-routing-key": 1,
        "x-message-ttl": -1,
        "x-expires": 0,
        "x-dead-letter-exchange": 1,
    }
    while bad:
        arguments = {"x-queue-type": "quorum", **bad}
        play.channel().queue_declare("q", auto_delete=True, exclusive=True, arguments=arguments)
        bad.popitem()


@scenario()
def arguments_by_type(play: Play) -> None:
    """Which arguments a quorum queue takes."""
    for name, value in ARGUMENTS.items():
        arguments = {"x-queue-type": "quorum", name: value}
        play.channel().queue_declare(name, durable=True, arguments=arguments)


ARGUMENTS: dict[str, Any] = {
    "x-message-ttl": 60_000,
    "x-expires": 60_000,
    "x-max-length": 5,
    "x-max-length-bytes": 5,
    "x-overflow": "drop-head",
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "k",
    "x-single-active-consumer": True,
    "x-max-priority": 5,
    "x-queue-mode": "lazy",
    "x-queue-version": 2,
    "x-queue-master-locator": "client-local",
    "x-delivery-limit": 5,
    "x-dead-letter-strategy": "at-most-once",
    "x-quorum-initial-group-size": 1,
    "x-max-in-memory-length": 5,
    "x-max-in-memory-bytes": 5,
    "x-max-age": "1D",
    "x-stream-max-segment-size-bytes": 1_000_000,
    "x-initial-cluster-size": 1,
    "x-queue-leader-locator": "balanced",
    "x-stream-filter-size-bytes": 16,
    "x-consumer-timeout": 60_000,
    "x-consumer-disconnected-timeout": 60_000,
    "x-delayed-retry-type": "all",
    "x-delayed-retry-min": 1000,
    "x-delayed-retry-max": 2000,
    "x-quorum-target-group-size": 3,
    "x-cancel-on-ha-failover": True,
    "x-my-own": 1,
}
"""An argument of every kind there is, with a value that is good."""
