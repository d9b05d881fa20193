"""A queue that is kept on several nodes; it is always durable and gives up on a message that keeps coming back."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()

channel.queue_declare(
    queue='ha_queue',
    durable=True,
    arguments={'x-queue-type': 'quorum'}
)

channel.basic_publish('', 'ha_queue', 'kept', pika.BasicProperties(delivery_mode=2))
for _ in range(3):
    method, properties, body = channel.basic_get('ha_queue')
    print(body.decode(), method.redelivered, (properties.headers or {}).get('x-delivery-count'))
    channel.basic_nack(method.delivery_tag, requeue=True)

try:
    connection.channel().queue_declare('fleeting', durable=False, arguments={'x-queue-type': 'quorum'})
except pika.exceptions.ChannelClosedByBroker as error:
    print(error.reply_code)
connection.close()
