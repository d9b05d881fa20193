"""A compensation that comes before the action it undoes: a redelivery brings the action again, afterwards."""

import pika

import fakeamqp

# --- the program


class Hall:
    """The seats of a hall: which are taken, and which bookings were called off."""

    def __init__(self):
        self.taken = {}
        self.called_off = set()


def consume(queue, handle):
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()
    channel.queue_declare(queue, durable=True)

    def on_message(channel, method, properties, body):
        handle(properties.correlation_id, body.decode())
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(queue, on_message)
    channel.start_consuming()


def take(hall):
    """The bug, in two parts: it takes a seat for a booking that was called off already ..."""

    def handle(booking, seat):
        hall.taken[seat] = booking

    consume("seats.take", handle)


def release(hall):
    """... because this forgets a booking of which it has no seat."""

    def handle(booking, seat):
        if hall.taken.get(seat) == booking:
            del hall.taken[seat]

    consume("seats.release", handle)


def take_unless_called_off(hall):
    """The fix: what was called off stays so, whichever of the two comes first."""

    def handle(booking, seat):
        if booking not in hall.called_off:
            hall.taken[seat] = booking

    consume("seats.take", handle)


def call_off(hall):
    def handle(booking, seat):
        hall.called_off.add(booking)
        if hall.taken.get(seat) == booking:
            del hall.taken[seat]

    consume("seats.release", handle)


# --- the scenario


def theatre(broker, taker, releaser):
    hall = Hall()
    broker.spawn(taker, hall, restarts=True)
    broker.spawn(releaser, hall, restarts=True)
    broker.run()
    broker.publish("", "seats.take", "row 1, seat 7", correlation_id="booking-1")
    broker.settle()
    broker.publish("", "seats.release", "row 1, seat 7", correlation_id="booking-1")
    broker.run()
    return hall.taken.items()


def buggy(broker):
    return theatre(broker, take, release)


def fixed(broker):
    return theatre(broker, take_unless_called_off, call_off)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
