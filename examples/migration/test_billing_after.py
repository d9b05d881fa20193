"""The same ten on a broker: errors come from what is wrong, callbacks are called by what arrives."""

import billing
import pytest

# The publisher logs in with an account of its own.
pytestmark = pytest.mark.fakeamqp(users={"guest": "guest", "billing": "s3cret"})


@pytest.fixture
def handled():
    return []


@pytest.fixture
def worker(fakeamqp_channel, handled):
    worker = billing.Worker(fakeamqp_channel, handled.append)
    worker.declare()
    return worker


def test_the_publisher_keeps_its_connection(fakeamqp_broker, worker):
    publisher = billing.Publisher()
    publisher.publish("invoice", {"id": 1})
    publisher.publish("invoice", {"id": 2})
    assert fakeamqp_broker.connections == 2  # the publisher's and the worker's


def test_an_invoice_is_published(fakeamqp_broker, worker):
    billing.Publisher().publish("invoice", {"id": 1})
    (message,) = fakeamqp_broker.queue("invoices").messages
    assert message.body == b'{"id": 1}'


def test_nobody_listens(fakeamqp_broker):
    assert billing.Publisher().publish("invoice", {"id": 1}) is False


def test_a_lost_connection_is_made_again(fakeamqp_broker, worker):
    publisher = billing.Publisher()
    publisher.connect()
    fakeamqp_broker.faults.drop_connections(publisher.connection)
    assert publisher.publish("invoice", {"id": 1}) is True
    assert fakeamqp_broker.queue("invoices").ready == 1


@pytest.mark.fakeamqp(patch_time=True, fake_only="real time is never exactly six seconds")
def test_connecting_backs_off(fakeamqp_broker):
    fakeamqp_broker.faults.refuse_connections(2)
    assert billing.connect_patiently(fakeamqp_broker.parameters()).is_open
    assert fakeamqp_broker.clock.now() == 2 + 4


def test_a_handled_invoice_is_acknowledged(fakeamqp_broker, worker, handled):
    fakeamqp_broker.publish("billing", "invoice", b'{"id": 1}')
    worker.run()
    assert handled == [{"id": 1}]
    assert fakeamqp_broker.queue("invoices").unacked == 0


def test_what_is_no_invoice_is_set_aside(fakeamqp_broker, worker):
    fakeamqp_broker.publish("billing", "invoice", b"nonsense")
    worker.run()
    assert fakeamqp_broker.queue("invoices.dead").messages[0].body == b"nonsense"


def test_one_that_could_not_be_handled_is_tried_again(fakeamqp_broker, worker, handled):
    tries = iter([ConnectionError, ConnectionError])

    def handle(invoice):
        for error in tries:
            raise error
        handled.append(invoice)

    worker.handle = handle
    fakeamqp_broker.publish("billing", "invoice", b'{"id": 1}')
    worker.run()
    assert handled == [{"id": 1}]


def test_the_third_try_is_the_last(fakeamqp_broker, worker, handled):
    def handle(invoice):
        handled.append(invoice)
        raise ConnectionError

    worker.handle = handle
    fakeamqp_broker.publish("billing", "invoice", b'{"id": 1}')
    worker.run()
    assert handled == [{"id": 1}] * 3
    assert fakeamqp_broker.queue("invoices.dead").ready == 1


@pytest.mark.fakeamqp(idle="interrupt")
def test_ctrl_c_ends_the_worker(fakeamqp_broker, worker):
    worker.run()
    assert fakeamqp_broker.queue("invoices").consumers == 0
