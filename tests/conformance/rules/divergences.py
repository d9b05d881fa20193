"""Where the fake is known to differ from a real broker, and why."""

from __future__ import annotations

import attrs


@attrs.frozen
class Divergence:
    """what: what a client sees. versions: the profiles concerned; empty for all. reason: why it is so."""

    what: str
    versions: str
    reason: str


DIVERGENCES = (
    Divergence(
        "Calls take no time; what happens at once on the fake takes some milliseconds on a broker.",
        "",
        "Time is virtual: it moves when somebody waits.",
    ),
    Divergence(
        "What comes from several queues to one channel comes in one order, the same in every run.",
        "",
        "On a broker it is a race. The fake's order is one that a broker may show.",
    ),
    Divergence(
        "The channels of a connection that ends by an error give back what they hold once all consumers are gone.",
        "",
        "On a broker each channel is a process of its own: the one with the error ends first, the others in any order.",
    ),
    Divergence(
        "An expired message that overtook others in a priority queue outlives the end of a channel that holds nothing "
        "of the queue any more.",
        "",
        "A broker's queue remembers each channel that it ever delivered to, and looks at its head when one ends; to "
        "remember them would cost every delivery something.",
    ),
    Divergence(
        "Counts are never those from before the last publish.",
        "",
        "On a broker a declare that follows a publish at once may be answered before it: a race.",
    ),
    Divergence(
        "Each publish is confirmed by itself.",
        "",
        "A broker may confirm several at once, as it happens; no client may rely on which.",
    ),
    Divergence(
        "Quorum queues expire on time.",
        "",
        "A broker looks at them every few seconds, at instants that no client can know.",
    ),
    Divergence(
        "Which queue a random exchange chooses depends on the seed.",
        "",
        "It is left open on a broker; here two runs are to be alike.",
    ),
    Divergence(
        "A link that is dropped without a word is dropped at once.",
        "",
        "A broker waits three seconds, during which nothing can happen.",
    ),
    Divergence(
        "Behind connection.close-ok the listener hangs up at once.",
        "",
        "A broker leaves that to the client for a while, which is what clients do.",
    ),
    Divergence(
        "The cluster is called rabbit@localhost.",
        "",
        "A broker's is called after its machine.",
    ),
    Divergence(
        "A quorum queue with a single active consumer that was giving way to a higher priority when an error closed "
        "its channel finds another active consumer once the successor goes (program 304666).",
        "4.3",
        "The broker has none from then on, and what is published is delivered to nobody: a fault of 4.3.6.",
    ),
    Divergence(
        "With a limit for a whole channel, what a nack brings back comes before what waits behind it (program 303044).",
        "3.10, 4.0",
        "On a broker the process that keeps the limit and the queue hear of the nack apart: a race, which now and then "
        "the message behind it wins.",
    ),
    Divergence(
        "A JMS selector may have no maps, no lists with a tail and no sizes or types in a binary.",
        "3.10, 4.0",
        "No client makes such selectors; a broker takes them, and they match nothing.",
    ),
    Divergence(
        "Whether a bad word in a JMS selector is called unknown or disallowed.",
        "4.3",
        "That depends on which words the broker has met before. The fake knows Erlang's own.",
    ),
    Divergence(
        "Definitions may tell shovels and federation what to do; nothing comes of it, which is reported.",
        "",
        "A broker takes that with those plugins only. The recorded ones had them switched off.",
    ),
    Divergence(
        "Definitions with a field missing that RabbitMQ cannot do without are refused, in words that name the field.",
        "",
        "A broker crashes on a queue or an exchange without a name, and its virtual host cannot be deleted any more.",
    ),
    Divergence(
        "An export lists things in the order of their declaration, and has no internal_cluster_id.",
        "",
        "A broker lists them in no order; the id is made up.",
    ),
    Divergence(
        "A binding to the default exchange is left out of definitions.",
        "4.3",
        "A broker keeps it and exports it; it routes nothing.",
    ),
    Divergence(
        "How definitions name bindings that an exchange does not accept, and limits of users that there are not.",
        "4.0, 4.3",
        "A broker tells the term it failed with; the fake what a client would have been told.",
    ),
    Divergence(
        "The node of a lost queue is taken to be stopped by its operator, never to have crashed.",
        "4.0, 4.3",
        "Of a classic queue on a node that was killed, a broker answers when the node is back, or after eighty "
        "seconds: 404, failed to perform operation on queue 'q' in vhost '/' due to timeout. Publishes are nacked as "
        "well, and what comes back is all redelivered.",
    ),
    Divergence(
        "Quorum queues and streams cannot be lost with a node.",
        "",
        "They live on several. On a broker that has lost the majority of a quorum queue nobody is cancelled; "
        "declaring it tells of no messages, publishes are nacked at once or after a minute, basic.get, queue.purge "
        "and, at once or after a minute, basic.consume close the connection with 541. A stream's publishes are "
        "confirmed when it is back.",
    ),
    Divergence(
        "A lost queue is lost alone.",
        "",
        "On a cluster all queues of a node are; name each of them.",
    ),
    Divergence(
        "A consumer of a quorum queue may use the tag of a cancelled one of its channel that still holds messages.",
        "3.10",
        "The broker's channel crashes on the next delivery (541 INTERNAL_ERROR); later versions take both for one, as "
        "the fake does in every profile.",
    ),
)
