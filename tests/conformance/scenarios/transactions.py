"""tx.select, tx.commit, tx.rollback."""

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
