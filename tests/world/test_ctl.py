"""What an operator does to a broker."""

import pytest
from pika.exceptions import ProbableAccessDeniedError

import fakeamqp


def test_a_vhost_can_be_added_while_the_broker_runs() -> None:
    broker = fakeamqp.Broker()
    with pytest.raises(ProbableAccessDeniedError, match="vhost shop not found"):
        fakeamqp.connect(broker, virtual_host="shop")
    broker.ctl.add_vhost("shop")
    fakeamqp.connect(broker, virtual_host="shop").close()


def test_adding_a_vhost_that_is_there_keeps_what_is_in_it() -> None:
    broker = fakeamqp.Broker()
    fakeamqp.connect(broker).channel().queue_declare("orders")
    broker.ctl.add_vhost("/")
    assert broker.queue("orders").ready == 0
