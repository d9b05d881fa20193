"""Routes by the headers of the message."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
channel.queue_declare(queue='pdf_reports')

channel.exchange_declare(exchange='reports', exchange_type='headers')

# Bind with headers
channel.queue_bind(
    exchange='reports',
    queue='pdf_reports',
    arguments={'x-match': 'all', 'format': 'pdf', 'type': 'report'}
)

# Publish with headers
properties = pika.BasicProperties(
    headers={'format': 'pdf', 'type': 'report'}
)
channel.basic_publish(
    exchange='reports',
    routing_key='',
    body='PDF report',
    properties=properties
)

for headers in ({'format': 'pdf'}, {'format': 'csv', 'type': 'report'}):
    channel.basic_publish('reports', '', 'another', pika.BasicProperties(headers=headers))
connection.close()
