"""Routes to the queue whose binding has the message's routing key."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
channel.queue_declare(queue='error_logs')

# Declare direct exchange
channel.exchange_declare(exchange='logs', exchange_type='direct')

# Bind queue with routing key
channel.queue_bind(exchange='logs', queue='error_logs', routing_key='error')

# Publish with routing key
channel.basic_publish(
    exchange='logs',
    routing_key='error',
    body='Error message'
)

channel.basic_publish(exchange='logs', routing_key='info', body='Info message')
connection.close()
