# Production's policies in a test: what an operator lays down there holds for the queues that the code declares.
POLICIES = [  # as `rabbitmqctl list_policies` or the definitions file of production has them
    {"name": "parking", "pattern": "^jobs", "definition": {"dead-letter-exchange": "parked", "max-length": 2}},
]


def declare(channel):
    channel.queue_declare("jobs", durable=True)


def lay_down(broker):
    for policy in POLICIES:
        broker.ctl.set_policy(**policy)
    broker.ctl.set_operator_policy("ceiling", "", {"max-length": 1000, "message-ttl": 3_600_000}, apply_to="queues")


def test_a_job_too_many_is_parked(fakeamqp_broker, fakeamqp_channel):
    lay_down(fakeamqp_broker)
    fakeamqp_channel.exchange_declare("parked", exchange_type="fanout")
    fakeamqp_channel.queue_declare("parking")
    fakeamqp_channel.queue_bind("parking", "parked")
    declare(fakeamqp_channel)

    for body in ("tea", "cups", "sugar"):
        fakeamqp_broker.publish("", "jobs", body)

    (parked,) = fakeamqp_broker.queue("parking").messages
    assert parked.body == b"tea"
    jobs = fakeamqp_broker.queue("jobs")
    assert (jobs.policy, jobs.operator_policy) == ("parking", "ceiling")
    assert jobs.effective_policy_definition["max-length"] == 2
