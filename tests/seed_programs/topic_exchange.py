"""Routes by patterns: `*` is exactly one word, `#` is zero or more."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
for queue in ('all_orders', 'all_created', 'us_orders'):
    channel.queue_declare(queue=queue)

channel.exchange_declare(exchange='orders', exchange_type='topic')

# Bind with patterns
channel.queue_bind(exchange='orders', queue='all_orders', routing_key='order.#')
channel.queue_bind(exchange='orders', queue='us_orders', routing_key='order.*.us')
channel.queue_bind(exchange='orders', queue='all_created', routing_key='*.created.*')

# Publish
channel.basic_publish(
    exchange='orders',
    routing_key='order.created.us',
    body='New US order'
)

for key in ('order', 'order.created.de', 'order.paid.us', 'user.created.us', 'order.created.us.east'):
    channel.basic_publish(exchange='orders', routing_key=key, body=key)
connection.close()
