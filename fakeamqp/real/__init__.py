"""The same tests on a real RabbitMQ: a broker with `fakeamqp.Broker`'s members that stands on a running one."""
