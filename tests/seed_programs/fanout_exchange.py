"""Broadcasts to every queue that is bound, whatever the routing key."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()

channel.exchange_declare(exchange='notifications', exchange_type='fanout')

for queue in ('queue_1', 'queue_2', 'queue_3'):
    channel.queue_declare(queue=queue)
    channel.queue_bind(exchange='notifications', queue=queue, routing_key=f'key of {queue}')

# Routing key ignored for fanout
channel.basic_publish(
    exchange='notifications',
    routing_key='',
    body='Broadcast message'
)
connection.close()
