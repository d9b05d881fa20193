"""How RabbitMQ words why definitions are refused; the recordings of the area `definitions` hold the rest."""

import pytest

from fakeamqp.model.definition_reasons import Reasons
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.profile import PROFILES


def reasons(version, of_one_vhost=False):
    return Reasons(PROFILES[version], of_one_vhost=of_one_vhost)


def test_3_10_tells_terms_as_json_for_a_cluster_only():
    error = PreconditionFailed("no")
    assert reasons("3.10").amqp(error) == '["amqp_error", "precondition_failed", "no", "none"]'
    assert reasons("3.10", of_one_vhost=True).amqp(error) == reasons("4.3").amqp(error) == "precondition_failed: no"


def test_a_crash_has_no_text_of_its_own():
    assert reasons("4.0").amqp(InternalError()) == "function_clause"


@pytest.mark.parametrize(
    ("version", "of_one_vhost", "told"),
    [
        ("3.10", False, "Validation failed\n\n&lt;bad&gt;\n (v/p)"),
        ("3.10", True, '<<"Validation failed\\n\\n&lt;bad&gt;\\n (v/p)">>'),
        ("4.0", False, '<<"Validation failed\\n\\n&lt;bad&gt;\\n (v/p)">>'),
        ("4.3", True, 'Validation failed\n\n<bad>\n (vhost: "v" key: "p")'),
    ],
)
def test_what_is_not_valid_is_told_with_its_place(version, of_one_vhost, told):
    assert reasons(version, of_one_vhost).invalid("<bad>", "v", "p") == told


def test_a_missing_end_stands_where_erlang_has_room_for_it():
    told = reasons("4.3").resources_missing
    assert told("v", [("queue", "q")]) == '{resources_missing,[{not_found,{resource,<<"v">>,queue,<<"q">>}}]}'
    long = "v" * 20
    assert told(long, [("queue", "q")]) == (
        f'{{resources_missing,\n    [{{not_found,{{resource,<<"{long}">>,queue,<<"q">>}}}}]}}'
    )
    assert told(long * 2, [("queue", "q")]) == (
        f'{{resources_missing,\n    [{{not_found,\n         {{resource,<<"{long * 2}">>,queue,<<"q">>}}}}]}}'
    )
    assert told("defs-probe-c", [("exchange", "x"), ("queue", "q")]) == (
        '{resources_missing,[{not_found,{resource,<<"defs-probe-c">>,exchange,<<"x">>}},\n'
        '                    {not_found,{resource,<<"defs-probe-c">>,queue,<<"q">>}}]}'
    )
