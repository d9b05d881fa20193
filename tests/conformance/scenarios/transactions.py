"""tx.select, tx.commit, tx.rollback."""

from typing import Any

from ..play import Play
from ..scenario import scenario


@scenario()
def publishes_wait_for_the_commit(play: Play) -> None:
    """Publishes take effect at the commit, in their order."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.queue_declare("q", passive=True)
    ch.tx_commit()
    ch.queue_declare("q", passive=True)
    play.channel().bodies("q")


@scenario()
def rollback_drops_publishes(play: Play) -> None:
    """A rollback drops the publishes since the last commit."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.tx_rollback()
    ch.publish("", "q", "b")
    ch.tx_commit()
    play.channel().bodies("q")


@scenario()
def acks_wait_for_the_commit(play: Play) -> None:
    """An ack is held until the commit; the same tag twice before it is unknown."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.basic_ack(1)
    play.channel().basic_get("q")


@scenario()
def rollback_forgets_acks(play: Play) -> None:
    """After a rollback the message is unacknowledged on its old tag and can be acknowledged again."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.tx_rollback()
    play.channel().basic_get("q")
    ch.basic_ack(1)
    ch.tx_commit()
    ch.close()
    play.channel().basic_get("q")


@scenario()
def nacks_wait_for_the_commit(play: Play) -> None:
    """A nack with requeue takes effect at the commit."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_nack(1, requeue=True)
    ch.queue_declare("q", passive=True)
    ch.tx_commit()
    ch.queue_declare("q", passive=True)


@scenario()
def returns_come_with_the_commit(play: Play) -> None:
    """Routing happens at the commit: mandatory messages are returned then."""
    ch = play.channel()
    ch.tx_select()
    ch.publish("", "nobody", "m", mandatory=True)
    ch.tx_commit()
    ch.publish("", "nobody", "m", mandatory=True)
    ch.tx_rollback()


@scenario()
def missing_exchange_is_an_error_at_once(play: Play) -> None:
    """A missing exchange closes the channel at the publish; what was held is lost."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.publish("missing", "k", "b")
    play.channel().basic_get("q")


@scenario()
def not_without_select(play: Play) -> None:
    """Commit and rollback need a transactional channel; selecting twice and committing nothing is fine."""
    play.channel().tx_commit()
    play.channel().tx_rollback()
    ch = play.channel()
    ch.tx_select()
    ch.tx_select()
    ch.tx_commit()
    ch.tx_rollback()


@scenario()
def closing_the_channel_rolls_back(play: Play) -> None:
    """A channel closed without a commit loses its publishes and gives back what it held."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.publish("", "q", "b")
    ch.close()
    play.channel().drain("q")


@scenario()
def refused_publish_fails_the_commit(play: Play) -> None:
    """A queue that refuses a message makes the commit fail, though others keep what they got."""
    ch = play.channel()
    ch.queue_declare("full", arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
    ch.queue_declare("open")
    ch.tx_select()
    ch.publish("", "open", "a")
    ch.publish("", "full", "b")
    ch.publish("", "open", "c")
    ch.tx_commit()
    play.channel().bodies("open")


@scenario()
def held_acks_do_not_free_prefetch(play: Play) -> None:
    """An ack makes room for the next delivery only when it is committed."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.tx_select()
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.basic_ack(1)
    ch.tx_commit()


@scenario()
def declares_do_not_wait(play: Play) -> None:
    """Declaring, binding and deleting take effect at once and are not rolled back."""
    ch = play.channel()
    ch.tx_select()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.fanout")
    ch.tx_rollback()
    other = play.channel()
    other.publish("amq.fanout", "", "m")
    other.bodies("q")


@scenario()
def delivery_comes_with_the_commit(play: Play) -> None:
    """A consumer gets a message published in a transaction when it is committed."""
    consumer, ch = play.channel(), play.channel()
    consumer.queue_declare("q")
    consumer.consume("q", "c")
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.tx_commit()


@scenario()
def rejects_dead_letter_with_the_commit(play: Play) -> None:
    """A reject held in a transaction dead-letters at its commit, and not after a rollback."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"})
    ch.publish("", "q", "m")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.tx_rollback()
    ch.queue_declare("graveyard", passive=True)
    ch.basic_reject(1, requeue=False)
    ch.tx_commit()
    ch.queue_declare("graveyard", passive=True)


@scenario()
def recover_after_a_rollback(play: Play) -> None:
    """What a rollback made unacknowledged again is given back by recover."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_ack(1)
    ch.tx_rollback()
    ch.basic_recover(requeue=True)
    ch.basic_get("q")


@scenario()
def multiple_acks_are_held(play: Play) -> None:
    """A multiple ack takes in what is outstanding when it is sent, not what comes before the commit."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_get("q")
    ch.basic_ack(0, multiple=True)
    ch.basic_get("q")
    ch.tx_commit()
    ch.close()
    play.channel().drain("q")


@scenario()
def bad_user_id_is_an_error_at_once(play: Play) -> None:
    """A bad user_id closes the channel at the publish, and what was held is lost."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.tx_select()
    ch.publish("", "q", "a")
    ch.publish("", "q", "b", user_id="somebody")
    play.channel().basic_get("q")


@scenario()
def routed_at_the_publish(play: Play) -> None:
    """A message goes where the bindings led when it was published, whatever they are at the commit."""
    ch = play.channel()
    for queue in ("early", "late"):
        ch.queue_declare(queue)
    ch.exchange_declare("e", "fanout")
    ch.queue_bind("early", "e")
    ch.tx_select()
    ch.publish("e", "", "m")
    ch.queue_bind("late", "e")
    ch.queue_unbind("early", "e")
    ch.tx_commit()
    for queue in ("early", "late"):
        play.channel().bodies(queue)


@scenario()
def exchange_deleted_before_the_commit(play: Play) -> None:
    """A message still goes where its exchange led when it was published."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.exchange_declare("e", "fanout")
    ch.queue_bind("q", "e")
    ch.tx_select()
    ch.publish("e", "", "m")
    ch.exchange_delete("e")
    ch.tx_commit()
    play.channel().bodies("q")


@scenario()
def queue_declared_after_the_publish(play: Play) -> None:
    """A queue that was not there when a message was published does not get it, by BCC neither."""
    ch = play.channel()
    ch.queue_declare("there")
    ch.tx_select()
    ch.publish("", "q", "a", mandatory=True)
    ch.publish("", "there", "b", headers={"BCC": ["q"]})
    ch.queue_declare("q")
    ch.tx_commit()
    for queue in ("there", "q"):
        play.channel().bodies(queue)


@scenario()
def queue_deleted_before_the_commit(play: Play) -> None:
    """3.10 no longer routes to it; 4.0 knows the queue from the publish, and the commit fails in part; 4.3 crashes."""
    deleted_meanwhile(play, {})


@scenario()
def quorum_queue_deleted_before_the_commit(play: Play) -> None:
    """3.10 no longer routes to it; on 4.x the publish is lost and the commit goes well."""
    deleted_meanwhile(play, {"x-queue-type": "quorum"})


@scenario()
def stream_deleted_before_the_commit(play: Play) -> None:
    """3.10 no longer routes to it; on 4.x the publish is lost and the commit goes well."""
    deleted_meanwhile(play, {"x-queue-type": "stream"})


def deleted_meanwhile(play: Play, arguments: dict[str, Any]) -> None:
    """A queue is deleted between a publish and its commit; another that gets messages before and after it stays."""
    ch = play.channel()
    ch.queue_declare("other")
    ch.queue_declare("gone", durable=True, arguments=arguments)
    ch.tx_select()
    ch.publish("", "other", "before")
    ch.publish("", "gone", "m", mandatory=True)
    ch.publish("", "other", "after")
    ch.queue_delete("gone")
    ch.tx_commit()
    play.channel(on="B").bodies("other")


@scenario()
def queue_declared_anew_before_the_commit(play: Play) -> None:
    """A queue of the same name gets the message on 3.10 only: later versions mean the queue that was there."""
    declared_anew(play, {}, {})
    play.channel(on="B").bodies("q")


@scenario()
def quorum_queue_declared_anew_before_the_commit(play: Play) -> None:
    """A queue of the same name gets the message."""
    declared_anew(play, {"x-queue-type": "quorum"}, {"x-queue-type": "quorum"})
    play.channel(on="B").bodies("q")


@scenario()
def stream_declared_anew_before_the_commit(play: Play) -> None:
    """A stream of the same name gets the message on 3.10 and 4.3; 4.0 misses the one that was there."""
    declared_anew(play, {"x-queue-type": "stream"}, {"x-queue-type": "stream"})
    reader = play.channel(on="B")
    reader.basic_qos(prefetch_count=10)
    reader.consume("q", "c", arguments={"x-stream-offset": "first"})


@scenario()
def classic_queue_declared_for_a_quorum_queue_before_the_commit(play: Play) -> None:
    """It gets the message on 3.10; on 4.0 that is lost, and 4.3 crashes on it."""
    declared_anew(play, {"x-queue-type": "quorum"}, {"x-queue-type": "classic"})
    play.channel(on="B").bodies("q")


def declared_anew(play: Play, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Between a publish and its commit, a queue is deleted and another of its name declared."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=before)
    ch.tx_select()
    ch.publish("", "q", "m", mandatory=True)
    ch.queue_delete("q")
    ch.queue_declare("q", durable=True, arguments=after)
    ch.tx_commit()


@scenario()
def one_of_two_queues_deleted_before_the_commit(play: Play) -> None:
    """The other one gets the message."""
    ch = play.channel()
    ch.exchange_declare("e", "fanout")
    for queue in ("gone", "other"):
        ch.queue_declare(queue)
        ch.queue_bind(queue, "e")
    ch.tx_select()
    ch.publish("e", "", "m", mandatory=True)
    ch.queue_delete("gone")
    ch.tx_commit()
    play.channel(on="B").bodies("other")


@scenario()
def queue_deleted_before_the_rollback(play: Play) -> None:
    """A rollback does not mind."""
    ch = play.channel()
    ch.queue_declare("gone")
    ch.tx_select()
    ch.publish("", "gone", "m")
    ch.queue_delete("gone")
    ch.tx_rollback()


@scenario()
def history_does_not_wait_for_the_commit(play: Play) -> None:
    """x-recent-history remembers at the publish, and a rollback does not make it forget."""
    ch = play.channel()
    for queue in ("a", "b"):
        ch.queue_declare(queue)
    ch.exchange_declare("e", "x-recent-history")
    ch.tx_select()
    ch.publish("e", "", "m")
    ch.queue_bind("a", "e")
    ch.tx_rollback()
    ch.queue_bind("b", "e")
    for queue in ("a", "b"):
        play.channel().bodies(queue)
