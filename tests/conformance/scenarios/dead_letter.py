"""Messages that die and where they go."""

from ..play import Play
from ..scenario import scenario

GRAVEYARD = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}


@scenario()
def rejected_message(play: Play) -> None:
    """A rejected message goes to the dead-letter exchange with a full x-death entry."""
    ch = play.channel()
    ch.exchange_declare("dlx", "fanout")
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "dlx")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch.publish("", "q", "m", headers={"mine": 1}, delivery_mode=2, message_id="id", expiration="60000")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def nacked_messages_in_order(play: Play) -> None:
    """A nack of several dead-letters them in the order of their delivery."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    for body in "abc":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_nack(3, multiple=True, requeue=False)
    ch.bodies("graveyard")


@scenario()
def single_rejects_in_the_order_of_rejecting(play: Play) -> None:
    """Single rejects dead-letter in the order of the rejects."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    for body in "abc":
        ch.publish("", "q", body)
        ch.basic_get("q")
    for tag in (2, 3, 1):
        ch.basic_reject(tag, requeue=False)
    ch.bodies("graveyard")


@scenario()
def too_long_a_queue(play: Play) -> None:
    """What a length limit drops dies with reason maxlen."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-max-length": 1, **GRAVEYARD})
    ch.publish("", "q", "a", expiration="60000")
    ch.publish("", "q", "b")
    ch.drain("graveyard")
    ch.bodies("q")


@scenario()
def key_is_kept_without_an_override(play: Play) -> None:
    """Without x-dead-letter-routing-key the message keeps its routing key."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "amq.topic", "a.*")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "amq.topic"})
    ch.queue_bind("q", "amq.direct", "a.b")
    ch.publish("amq.direct", "a.b", "m")
    ch.basic_get("q")
    ch.basic_nack(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def cc_and_bcc_route_without_an_override(play: Play) -> None:
    """Without an override CC and BCC keys route again; x-death lists the key and CC but not BCC."""
    ch = play.channel()
    for name in ("q", "copy", "blind"):
        ch.queue_declare(name)
    ch.queue_declare("source", arguments={"x-dead-letter-exchange": "amq.direct"})
    for name in ("q", "copy", "blind"):
        ch.queue_bind(name, "amq.direct", name)
    ch.queue_bind("source", "amq.fanout")
    ch.publish("amq.fanout", "q", "m", headers={"CC": ["copy"], "BCC": ["blind"]})
    ch.basic_get("source")
    ch.basic_reject(1, requeue=False)
    for name in ("q", "copy", "blind"):
        ch.drain(name)


@scenario()
def cc_with_an_override(play: Play) -> None:
    """With an override CC routes no more; 3.10 takes the header off, 4.x leaves it."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("copy")
    ch.queue_declare("q", arguments=GRAVEYARD)
    ch.publish("", "q", "m", headers={"CC": ["copy"]})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")
    ch.bodies("copy")


@scenario()
def missing_exchange_drops(play: Play) -> None:
    """A missing dead-letter exchange drops messages silently, until it exists."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch.publish("", "q", "a", mandatory=True)
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.exchange_declare("dlx", "fanout")
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "dlx")
    ch.publish("", "q", "b")
    ch.basic_get("q")
    ch.basic_reject(2, requeue=False)
    ch.bodies("graveyard")


@scenario()
def no_exchange_drops(play: Play) -> None:
    """Without a dead-letter exchange a rejected message is gone."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.queue_declare("q", passive=True)


@scenario()
def internal_exchange_works(play: Play) -> None:
    """An internal exchange may be a dead-letter exchange, and its alternate exchange is used."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.exchange_declare("dlx", "direct", internal=True, arguments={"alternate-exchange": "spare"})
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "spare")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def purged_and_deleted_messages_do_not_die(play: Play) -> None:
    """Purging and deleting a queue dead-letters nothing."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    ch.publish("", "q", "a")
    ch.queue_purge("q")
    ch.publish("", "q", "b")
    ch.queue_delete("q")
    ch.basic_get("graveyard")


@scenario()
def full_target_drops(play: Play) -> None:
    """A dead letter that its target refuses is lost."""
    ch = play.channel()
    ch.queue_declare("graveyard", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    ch.queue_declare("q", arguments=GRAVEYARD)
    for body in "ab":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_nack(2, multiple=True, requeue=False)
    ch.bodies("graveyard")
    ch.bodies("q")


@scenario()
def second_death_in_the_same_queue(play: Play) -> None:
    """A second death for the same reason in the same queue counts up; rejected messages may go in circles."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": ""})
    ch.publish("", "q", "m")
    for tag in (1, 2, 3):
        ch.basic_get("q")
        ch.basic_reject(tag, requeue=False)
    ch.drain("q")


@scenario()
def deaths_in_a_chain(play: Play) -> None:
    """Each queue and reason adds an entry; 3.10 orders older entries and fields in its own way."""
    ch = play.channel()
    for number in range(4):
        key = f"q{(number + 1) % 4}" if number < 3 else "q1"
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": key}
        ch.queue_declare(f"q{number}", arguments=arguments)
    ch.publish("", "q0", "m", expiration="60000")
    for tag, name in enumerate(("q0", "q1", "q2", "q3", "q1"), 1):
        ch.basic_get(name)
        ch.basic_reject(tag, requeue=False)
    ch.drain("q2")


@scenario()
def different_reasons_are_different_entries(play: Play) -> None:
    """The same queue has an entry for each reason."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"})
    ch.queue_declare("wait", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"})
    ch.publish("", "q", "m", expiration="300")
    play.advance(0.5)
    ch.basic_get("wait")
    ch.basic_reject(1, requeue=False)
    ch.basic_get("q")
    ch.basic_reject(2, requeue=False)
    ch.drain("wait")


@scenario()
def retry_with_a_waiting_queue(play: Play) -> None:
    """Rejected into a queue with a TTL and back: x-death counts the rounds."""
    ch = play.channel()
    ch.queue_declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"})
    wait = {"x-message-ttl": 300, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    ch.queue_declare("wait", arguments=wait)
    ch.consume("work", "worker")
    ch.publish("", "work", "m")
    for tag in (1, 2):
        ch.basic_reject(tag, requeue=False)
        play.advance(0.5)


@scenario()
def automatic_cycle_is_dropped(play: Play) -> None:
    """A message that would come back to a queue it died in without a rejection on the way is dropped."""
    ch = play.channel()
    ch.queue_declare("one", arguments={"x-message-ttl": 200, "x-dead-letter-exchange": ""})
    ch.publish("", "one", "m")
    play.advance(0.5)
    ch.queue_declare("one", passive=True)


@scenario()
def automatic_cycle_over_two_queues(play: Play) -> None:
    """The check looks at all earlier deaths: to and fro between two expiring queues ends at the first."""
    ch = play.channel()
    for name, other in (("one", "two"), ("two", "one")):
        arguments = {"x-message-ttl": 300, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": other}
        ch.queue_declare(name, arguments=arguments)
    ch.publish("", "one", "m")
    play.advance(0.45)
    ch.queue_declare("two", passive=True)
    play.advance(0.5)
    ch.queue_declare("one", passive=True)
    ch.queue_declare("two", passive=True)


@scenario()
def cycle_drops_only_the_repeated_target(play: Play) -> None:
    """Other queues that the dead letter is routed to still get it."""
    ch = play.channel()
    ch.exchange_declare("dlx", "fanout")
    ch.queue_declare("q", arguments={"x-message-ttl": 200, "x-dead-letter-exchange": "dlx"})
    ch.queue_declare("other")
    ch.queue_bind("q", "dlx")
    ch.queue_bind("other", "dlx")
    ch.publish("", "q", "m")
    play.advance(0.5)
    ch.bodies("other")
    ch.queue_declare("q", passive=True)


@scenario()
def rejection_on_the_way_allows_a_cycle(play: Play) -> None:
    """A message that expired in a queue may come back to it after a rejection elsewhere, and expire there again."""
    ch = play.channel()
    ch.queue_declare(
        "wait", arguments={"x-message-ttl": 200, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    )
    ch.queue_declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"})
    ch.publish("", "wait", "m")
    play.advance(0.4)
    ch.basic_get("work")
    ch.basic_reject(1, requeue=False)
    play.advance(0.4)
    ch.drain("work")


@scenario()
def entry_order_decides_about_a_cycle(play: Play) -> None:
    """Expired in A, expired in B, rejected in C, expired in A, expired in B: 4.x delivers to C again, 3.10 drops."""
    ch = play.channel()
    ttl = {"x-message-ttl": 150, "x-dead-letter-exchange": ""}
    ch.queue_declare("a", arguments={**ttl, "x-dead-letter-routing-key": "b"})
    ch.queue_declare("b", arguments={**ttl, "x-dead-letter-routing-key": "c"})
    ch.queue_declare("c", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "a"})
    ch.publish("", "a", "m")
    play.advance(0.5)
    ch.basic_get("c")
    ch.basic_reject(1, requeue=False)
    play.advance(0.6)
    ch.drain("c")


@scenario()
def client_that_publishes_x_death(play: Play) -> None:
    """3.10 goes on with a published x-death, 4.x starts anew at the next death."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    entry = {"count": 41, "reason": "rejected", "queue": "q", "exchange": "e", "routing-keys": ["k"]}
    ch.publish("", "q", "m", headers={"x-death": [entry], "x-first-death-queue": "mine"})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def client_that_publishes_x_death_of_another_queue(play: Play) -> None:
    """A published entry of another queue stays behind the new one on 3.10 and is gone on 4.x."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    entry = {"count": 3, "reason": "expired", "queue": "elsewhere", "exchange": "e", "routing-keys": ["k"]}
    ch.publish("", "q", "m", headers={"x-death": [entry]})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def redelivered_of_a_rejected_one(play: Play) -> None:
    """A dead letter starts with redelivered false, but on 4.3 with true after basic.reject."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    for body in ("rejected", "nacked"):
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.basic_nack(2, requeue=False)
    ch.drain("graveyard")


@scenario()
def unroutable_one_is_dropped(play: Play) -> None:
    """A dead letter nobody wants is dropped; the mandatory flag of its publish is forgotten."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "amq.direct"})
    ch.publish("", "q", "m", mandatory=True)
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.is_still_open()


@scenario()
def empty_routing_key_as_override(play: Play) -> None:
    """The override may be the empty key."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "amq.direct", "")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "amq.direct", "x-dead-letter-routing-key": ""})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def redelivered_after_later_deaths(play: Play) -> None:
    """On 4.3 a message that was rejected once is redelivered also after it expired elsewhere."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    wait = {"x-message-ttl": 200, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("wait", arguments=wait)
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"})
    ch.publish("", "q", "rejected")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.publish("", "wait", "only expired")
    play.advance(0.5)
    ch.drain("graveyard")


@scenario()
def nacked_after_a_rejection(play: Play) -> None:
    """On 4.3 a message that was rejected once is redelivered also after it died by nack."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("second", arguments=GRAVEYARD)
    ch.queue_declare("first", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "second"})
    ch.publish("", "first", "m")
    ch.basic_get("first")
    ch.basic_reject(1, requeue=False)
    ch.basic_get("second")
    ch.basic_nack(2, requeue=False)
    ch.drain("graveyard")


@scenario()
def requeued_over_the_limit(play: Play) -> None:
    """Messages that a requeue pushes over the limit die with reason maxlen."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-max-length": 1, **GRAVEYARD})
    ch.publish("", "q", "a")
    ch.basic_get("q")
    ch.publish("", "q", "b")
    ch.basic_nack(1, requeue=True)
    ch.drain("graveyard")
    ch.drain("q")


@scenario()
def dead_letter_goes_to_a_consumer(play: Play) -> None:
    """A consumer of the target gets the dead letter at once, like any message."""
    consumer, ch = play.channel(), play.channel()
    ch.queue_declare("graveyard")
    consumer.consume("graveyard", "digger")
    ch.queue_declare("q", arguments=GRAVEYARD)
    ch.publish("", "q", "m", headers={"zebra": 1, "apple": 2})
    ch.basic_get("q")
    ch.basic_nack(1, requeue=False)


@scenario()
def republished_by_a_client(play: Play) -> None:
    """A dead letter that a client publishes again with its headers keeps its history on 3.10 and loses it on 4.x."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    _, properties, _ = ch.basic_get("graveyard", auto_ack=True)
    ch.publish("", "q", "m again", headers=properties.headers)
    ch.basic_get("q")
    ch.basic_reject(3, requeue=False)
    ch.drain("graveyard")


@scenario()
def exchange_bound_to_exchanges(play: Play) -> None:
    """A dead letter takes exchange-to-exchange bindings; headers of x-death can be matched like any other."""
    ch = play.channel()
    ch.exchange_declare("dlx", "headers")
    ch.exchange_declare("back", "fanout")
    ch.exchange_bind("back", "dlx", "", {"x-match": "any-with-x", "x-first-death-reason": "rejected"})
    ch.queue_declare("graveyard")
    ch.queue_bind("graveyard", "back")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_nack(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def requeued_before_its_death(play: Play) -> None:
    """A message that was requeued by nack and redelivered in one queue starts afresh in the next."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-message-ttl": 500, **GRAVEYARD})
    with play.burst():
        ch.publish("", "q", "m")
        ch.basic_get("q")
        ch.basic_nack(1, requeue=True)
    play.advance(0.8)
    ch.drain("graveyard")


@scenario()
def rejected_back_to_the_queue_and_expired(play: Play) -> None:
    """On 4.3 basic.reject, also with requeue, makes every later dead letter of the message redelivered."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-message-ttl": 500, **GRAVEYARD})
    with play.burst():
        ch.publish("", "q", "m")
        ch.basic_get("q")
        ch.basic_reject(1, requeue=True)
    play.advance(0.8)
    ch.drain("graveyard")


@scenario()
def default_exchange_takes_all_keys(play: Play) -> None:
    """Through the default exchange a dead letter goes to the queues that its key, CC and BCC name."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": ""})
    ch.queue_bind("q", "amq.fanout")
    for name in ("key", "copy", "blind"):
        ch.queue_declare(name)
    ch.publish("amq.fanout", "key", "m", headers={"CC": ["copy"], "BCC": ["blind"]})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    for name in ("key", "copy", "blind"):
        ch.drain(name)


@scenario()
def properties_are_kept(play: Play) -> None:
    """A dead letter keeps its properties, whoever published it, and nothing is checked again; only expiration goes."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments=GRAVEYARD)
    ch.publish(
        "",
        "q",
        "m",
        content_type="text/plain",
        content_encoding="utf-8",
        headers={"mine": 1},
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
    ch.basic_get("q")
    ch.basic_nack(1, requeue=False)
    ch.drain("graveyard")


@scenario()
def time_is_that_of_the_first_death(play: Play) -> None:
    """A later death for the same reason in the same queue changes the count of its entry, not the time."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": ""})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    times = []
    for tag in (2, 3):
        play.advance(1.5)
        (death,) = ch.basic_get("q")[1].headers["x-death"]
        times.append(death["time"])
        ch.basic_reject(tag, requeue=False)
    play.note("the time has stayed", times[0] == times[1])


@scenario()
def length_limit_into_itself(play: Play) -> None:
    """A queue that dead-letters to itself loses what its length limit drops; what is rejected comes back."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 1, "x-dead-letter-exchange": ""})
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.queue_declare("q", passive=True)
    ch.basic_get("q")
    ch.publish("", "q", "c")
    ch.basic_reject(1, requeue=False)
    ch.drain("q")


@scenario()
def endless_cycle_after_a_rejection(play: Play) -> None:
    """Rejected once, then to and fro between two queues that expire: 4.x drops it at the second visit, 3.10 never."""
    ch = play.channel()
    ch.queue_declare("r", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "s"})
    for name, other in (("s", "t"), ("t", "s")):
        ttl = {"x-message-ttl": 3000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": other}
        ch.queue_declare(name, arguments=ttl)
    with play.burst():
        ch.publish("", "r", "m")
        ch.basic_get("r")
        ch.basic_reject(1, requeue=False)
    play.advance(1)
    for seconds in (2.8, 2.8, 2.8, 0):
        for name in "st":
            ch.queue_declare(name, passive=True)
        play.advance(seconds)
    for name in "st":
        ch.queue_delete(name)


@scenario()
def routing_keys_of_later_deaths(play: Play) -> None:
    """A second death lists the key that the letter was routed by; the copied keys too, where the letter keeps CC."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("copy")
    ch.queue_declare("r", arguments=GRAVEYARD)
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "r"})
    ch.publish("", "q", "m", headers={"CC": ["copy"]})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.basic_get("r")
    ch.basic_reject(2, requeue=False)
    ch.drain("graveyard")
    ch.bodies("copy")


@scenario()
def routing_keys_of_later_deaths_without_an_override(play: Play) -> None:
    """The same where no key is overridden: the copied keys are listed, and route, at each death."""
    ch = play.channel()
    for name in ("q", "r", "copy", "grave"):
        ch.queue_declare(name, arguments={"x-dead-letter-exchange": f"after-{name}"})
        ch.exchange_declare(f"after-{name}", "topic")
    ch.queue_bind("r", "after-q", "q")
    ch.queue_bind("copy", "after-q", "copy")
    ch.queue_bind("grave", "after-r", "q")
    ch.publish("", "q", "m", headers={"CC": ["copy"], "BCC": ["blind"]})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.basic_get("r")
    ch.basic_reject(2, requeue=False)
    ch.drain("grave")
    ch.drain("copy")
