"""What was found beyond the two pages."""

from __future__ import annotations

from .rule import page, rule, section

BEYOND = page(
    "beyond",
    section(
        "1",
        "Connections and channels",
        rule("1", "vhosts are apart", "connection/vhosts_are_apart"),
        rule("2", "connections see the same queues", "connection/two_connections_see_the_same_queues"),
        rule("3", "confirms are a matter of one channel", "confirms/may_be_asked_for_on_every_channel"),
        rule(
            "4",
            "calls on a closed channel",
            "errors/every_call_on_a_closed_channel",
            "exchanges/error_ends_only_its_channel",
        ),
        rule("5", "what was done before an error stays", "errors/what_was_accepted_stays"),
    ),
    section(
        "2",
        "Consumers of classic queues",
        rule("1", "a consumer gets what is there, then what comes", "consume/gets_what_is_there_and_what_comes"),
        rule(
            "2",
            "deliveries without acknowledgement are settled",
            "consume/without_ack_nothing_is_outstanding",
            "get/without_ack_it_is_gone",
        ),
        rule("3", "who joins a full queue takes what it may", "consume/different_prefetch_on_waiting_messages"),
        rule("4", "pika names consumers", "consume/server_names_the_consumer"),
        rule(
            "5",
            "whom the limit of a channel stops",
            "prefetch/global_limit_stops_*",
            "prefetch/global_limit_set_later_leaves_quorum_consumers_alone",
            "prefetch/what_a_quorum_consumer_settles_makes_room",
            "prefetch/global_limit_after_the_arguments",
        ),
        rule("6", "overtaking in a queue with a limit", "priority/overtaking_without_time_in_a_limited_queue"),
    ),
    section(
        "3",
        "Messages and dead letters",
        rule("1", "the order of header names", "header_values/order_*"),
        rule("2", "dead letters are routed like publishes", "dead_letter/exchange_bound_to_exchanges"),
    ),
    section(
        "4",
        "Exchange types of plugins",
        rule("1", "consistent hash: exchanges as destinations", "exchange_types/hash_to_exchanges"),
        rule("2", "consistent hash: auto-delete", "exchange_types/hash_auto_delete"),
        rule(
            "3",
            "recent history: what else is remembered",
            "exchange_types/history_of_copies",
            "exchange_types/history_and_dead_letters",
            "exchange_types/history_behind_an_exchange",
        ),
        rule(
            "4",
            "recent history: to whom it is handed, and in what order",
            "exchange_types/history_to_a_stream",
            "exchange_types/history_to_an_exchange_newest_first",
            "exchange_types/history_to_itself",
        ),
        rule("5", "their names in texts", "exchange_types/type_*_is_not_equivalent"),
    ),
    section(
        "5",
        "Quorum queues",
        rule("1", "messages expire", "quorum/message_ttl", "quorum/what_comes_back_expired"),
        rule("2", "recover of a consumer", "quorum/first_delivery_by_recover_of_a_consumer"),
        rule("3", "bad values of arguments", "quorum/bad_arguments"),
        rule(
            "4",
            "several consumers of one channel",
            "quorum/reject_multiple_goes_by_tag",
            "quorum/deliveries_at_once_go_by_consumer",
        ),
        rule("5", "3.10: deaths and prefetch", "quorum/deaths_and_prefetch"),
    ),
    section(
        "6",
        "Streams",
        rule("1", "header values", "streams/header_*", "streams/headers_with_x*"),
        rule("2", "4.x: messages it cannot keep", "streams/decimals_beside_a_queue"),
        rule("3", "identifiers", "streams/identifiers_that_look_like_others"),
        rule("4", "exchange and keys", "streams/exchange_and_keys"),
        rule("5", "bodies", "streams/large_bodies"),
        rule("6", "what is kept", "streams/kept_by_*"),
        rule("7", "declared again after its end", "streams/declared_again_it_is_new"),
        rule("8", "4.x: delivery modes", "streams/odd_delivery_modes"),
    ),
)
