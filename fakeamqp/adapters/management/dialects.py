"""What differs between the management APIs of the RabbitMQ versions, as data in one place."""

from __future__ import annotations

import attrs


@attrs.frozen
class Dialect:
    """The management API of one version; the defaults are 4.3's.

    login_refused: the reason for a wrong name or password. challenges_twice: it comes with a challenge, too.
    names_methods: every answer says which methods a path has.
    hides_vhosts: a virtual host that a user may not enter is not found; if not, the user is not authorised.
    shows_internal_user: whoami says whether the user is one of the broker's own.
    deletes_missing_users: a bulk delete passes over users that are not there; if not, it ends at the first.
    tells_vhost_metadata: a virtual host has its default queue type among its metadata.
    protects_vhosts: virtual hosts can be protected from deletion.
    shows_internal_queues: queues say whether they are internal.
    shows_denied: deprecated features say whether they are denied.
    knows_members: a node that is no member is told as such; if not, as one that does not answer.
    vhost_pages: the list of virtual hosts can be had in pages; if not, asking for it crashes.
    vhost_columns: some columns of virtual hosts are always there.
    user_pages: the list of users can be had in pages.
    limits_are_secret: limits of users are for administrators and the user.
    flags_are_secret: feature flags are for administrators.
    checks_names_first: publish and get look for the exchange or queue before anything else.
    columns_of_definitions: definitions can be had in part.
    nacks_what_returns: what is fetched to come back is nacked; if not, it comes back as the channel ends.
    names_ackmodes: an unknown ackmode is refused; if not, it crashes.
    syncs_queues: there is the action `sync`; cancel_sync too.
    tests_aliveness: the aliveness test sends a message through a queue; if not, it only says that all is well.
    null_columns: lists of queues have the columns that are not set, as null.
    foreign_connections_crash: who may not see a user's connections is told so by a crash.
    operator_policies_crash: an operator policy of a virtual host that is not there crashes.
    missing_limits_crash: a limit of what is not there cannot be taken away without a crash.
    regex_errors_are_empty: a list filtered by what is no regular expression is empty; if not, it is refused.
    has_version, has_deprecated_features, has_detailed_queues, has_auth: paths that there are.
    protocols_are_many: the check of protocol listeners takes and tells several.
    checks_readiness: there are checks of readiness, of the metadata store and of leaders.
    checks_mirrors: there is the check of mirrors.
    nodes_tell_versions: a node tells its versions, and the overview how definitions files have to be called.
    unknown_node_crashes: asking for a node that there is not crashes.
    """

    login_refused: str = "Not_Authorized"
    challenges_twice: bool = False
    names_methods: bool = True
    hides_vhosts: bool = True
    shows_internal_user: bool = True
    deletes_missing_users: bool = True
    tells_vhost_metadata: bool = True
    protects_vhosts: bool = True
    shows_internal_queues: bool = True
    shows_denied: bool = True
    knows_members: bool = True
    vhost_pages: bool = False
    vhost_columns: bool = True
    user_pages: bool = True
    limits_are_secret: bool = True
    flags_are_secret: bool = False
    checks_names_first: bool = True
    columns_of_definitions: bool = False
    nacks_what_returns: bool = True
    names_ackmodes: bool = True
    syncs_queues: bool = False
    tests_aliveness: bool = False
    null_columns: bool = False
    foreign_connections_crash: bool = False
    operator_policies_crash: bool = False
    missing_limits_crash: bool = False
    regex_errors_are_empty: bool = True
    has_version: bool = True
    has_deprecated_features: bool = True
    has_detailed_queues: bool = True
    has_auth: bool = False
    protocols_are_many: bool = True
    checks_readiness: bool = True
    checks_mirrors: bool = False
    nodes_tell_versions: bool = True
    unknown_node_crashes: bool = False


DIALECTS: dict[str, Dialect] = {
    "3.10": Dialect(
        login_refused="Login failed",
        challenges_twice=True,
        names_methods=False,
        hides_vhosts=False,
        shows_internal_user=False,
        deletes_missing_users=False,
        tells_vhost_metadata=False,
        protects_vhosts=False,
        shows_internal_queues=False,
        shows_denied=False,
        knows_members=False,
        vhost_pages=True,
        vhost_columns=False,
        user_pages=False,
        limits_are_secret=False,
        flags_are_secret=True,
        checks_names_first=False,
        columns_of_definitions=True,
        nacks_what_returns=False,
        names_ackmodes=False,
        syncs_queues=True,
        tests_aliveness=True,
        null_columns=True,
        foreign_connections_crash=True,
        missing_limits_crash=True,
        regex_errors_are_empty=False,
        has_version=False,
        has_deprecated_features=False,
        has_detailed_queues=False,
        has_auth=True,
        protocols_are_many=False,
        checks_readiness=False,
        nodes_tell_versions=False,
        checks_mirrors=True,
        unknown_node_crashes=True,
    ),
    "4.0": Dialect(
        names_methods=False,
        hides_vhosts=False,
        protects_vhosts=False,
        shows_internal_queues=False,
        shows_denied=False,
        knows_members=False,
        limits_are_secret=False,
        columns_of_definitions=True,
        nacks_what_returns=False,
        names_ackmodes=False,
        tests_aliveness=True,
        operator_policies_crash=True,
        regex_errors_are_empty=False,
        has_auth=True,
        protocols_are_many=False,
        checks_readiness=False,
        nodes_tell_versions=False,
    ),
    "4.3": Dialect(),
}
