"""What is said to who uses a deprecated feature that is not permitted; versions as recorded."""

from __future__ import annotations

import pytest

from fakeamqp.model.deprecated import check_permitted
from fakeamqp.model.errors import InternalError
from fakeamqp.model.profile import PROFILES


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_what_is_permitted_passes(profile):
    check_permitted("transient_nonexcl_queues", profile)


def test_what_the_configuration_denies_says_so():
    profile = PROFILES["4.3"].denying(["transient_nonexcl_queues"])
    with pytest.raises(InternalError, match=r"(?s)overriding the default, which is permitted.*nonexcl_queues = false"):
        check_permitted("transient_nonexcl_queues", profile)


def test_what_is_denied_by_default_is_told_as_that_even_if_the_configuration_denies_it_too():
    for profile in (PROFILES["4.3"], PROFILES["4.3"].denying(["queue_master_locator"])):
        with pytest.raises(InternalError, match="By default, this feature is not permitted anymore"):
            check_permitted("queue_master_locator", profile)
