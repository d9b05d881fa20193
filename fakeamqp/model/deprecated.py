"""Deprecated features: what RabbitMQ says to who uses one that is not permitted (recordings: the area `denied`)."""

from __future__ import annotations

from fakeamqp.model.errors import InternalError
from fakeamqp.model.profile import Profile


def check_permitted(feature: str, profile: Profile) -> None:
    """Raise InternalError, which ends the connection, if a deprecated feature is not permitted."""
    if profile.permits(feature):
        return
    if profile.deprecated_features[feature] == "permitted_by_default":
        raise InternalError(
            f"Feature `{feature}` is deprecated.\n"
            "Its use is not permitted per the configuration (overriding the default, which is permitted):\n"
            f'    "deprecated_features.permit.{feature} = false"\n'
            "Its use will not be permitted by default in a future minor RabbitMQ version and the feature will be "
            "removed from a future major RabbitMQ version; actual versions to be determined.\n"
            "To continue using this feature when it is not permitted by default, set the following parameter in your "
            "configuration:\n"
            f'    "deprecated_features.permit.{feature} = true"'
        )
    raise InternalError(
        f"Feature `{feature}` is deprecated.\n"
        "By default, this feature is not permitted anymore.\n"
        "The feature will be removed from a future major RabbitMQ version, regardless of the configuration; actual "
        "version to be determined.\n"
        "To continue using this feature when it is not permitted by default, set the following parameter in your "
        "configuration:\n"
        f'    "deprecated_features.permit.{feature} = true"'
    )
