import sys

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
channel.queue_declare(queue='tasks', durable=True)
for task in sys.argv[1:]:
    channel.basic_publish('', 'tasks', task, pika.BasicProperties(delivery_mode=2))
connection.close()
