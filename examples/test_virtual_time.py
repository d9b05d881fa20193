# Time to live: a reminder that comes back after a day, without waiting for it.
import pytest

DAY = 24 * 3600


def declare(channel):
    channel.queue_declare("reminders")
    channel.queue_declare(
        "tomorrow",
        arguments={"x-message-ttl": DAY * 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "reminders"},
    )


@pytest.mark.fakeamqp(fake_only="nobody waits for a day")
def test_a_reminder_comes_after_a_day(fakeamqp_broker, fakeamqp_channel):
    declare(fakeamqp_channel)
    fakeamqp_broker.publish("", "tomorrow", b"water the plants")

    fakeamqp_broker.clock.advance(DAY - 1)
    assert fakeamqp_broker.queue("reminders").ready == 0

    fakeamqp_broker.clock.advance(1)
    assert fakeamqp_broker.queue("reminders").ready == 1


@pytest.mark.fakeamqp(fake_only="nobody waits for a day")
def test_who_waits_moves_the_clock(fakeamqp_broker, fakeamqp_channel):
    declare(fakeamqp_channel)
    fakeamqp_broker.publish("", "tomorrow", b"water the plants")

    _, _, body = next(fakeamqp_channel.consume("reminders"))

    assert body == b"water the plants"
    assert fakeamqp_broker.clock.now() == DAY
