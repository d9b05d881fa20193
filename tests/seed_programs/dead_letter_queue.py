"""Failed messages, and those that nobody took within a minute, wait in a queue of their own."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()

# Declare DLQ
channel.queue_declare(queue='orders_dlq', durable=True)

# Main queue with DLQ
channel.queue_declare(
    queue='orders',
    durable=True,
    arguments={
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'orders_dlq',
        'x-message-ttl': 60000  # Optional: 60 second TTL
    }
)

for body in ('a bad order', 'a forgotten order'):
    channel.basic_publish(exchange='', routing_key='orders', body=body)
method, _, body = channel.basic_get('orders')
channel.basic_nack(method.delivery_tag, requeue=False)
connection.sleep(59)
print('after 59 s:', channel.queue_declare('orders', passive=True).method.message_count)
connection.sleep(1)
print('after 60 s:', channel.queue_declare('orders', passive=True).method.message_count)
for _ in range(2):
    _, properties, body = channel.basic_get('orders_dlq', auto_ack=True)
    death = properties.headers['x-death'][0]
    print(f"{body.decode()}: {death['reason']} in {death['queue']}")
connection.close()
