"""The three ways a message may go: done, again, and to the dead letters."""

import pika


class RecoverableError(Exception):
    pass


class FatalError(Exception):
    pass


tries = {}


def process(body):
    tries[body] = tries.get(body, 0) + 1
    print(f'try {tries[body]} of {body.decode()}')
    if body == b'recoverable' and tries[body] < 3:
        raise RecoverableError
    if body == b'fatal':
        raise FatalError


# Manual acknowledgment
def callback(ch, method, properties, body):
    try:
        process(body)
        ch.basic_ack(delivery_tag=method.delivery_tag)
    except RecoverableError:
        ch.basic_nack(delivery_tag=method.delivery_tag, requeue=True)
    except FatalError:
        ch.basic_nack(delivery_tag=method.delivery_tag, requeue=False)


connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
channel.queue_declare(queue='failed')
channel.queue_declare(
    queue='work',
    arguments={'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'failed'}
)
for body in ('good', 'recoverable', 'fatal'):
    channel.basic_publish(exchange='', routing_key='work', body=body)
channel.basic_qos(prefetch_count=1)
channel.basic_consume(queue='work', on_message_callback=callback)
channel.start_consuming()
