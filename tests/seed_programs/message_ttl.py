"""A message lives as long as its queue or its publisher says, whichever is shorter."""

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()

# Queue-level TTL
channel.queue_declare(
    queue='temp_queue',
    arguments={'x-message-ttl': 60000}  # 60 seconds
)

# Per-message TTL
channel.basic_publish(
    exchange='',
    routing_key='temp_queue',
    body='Temporary message',
    properties=pika.BasicProperties(expiration='60000')
)

channel.queue_declare(queue='patient_queue')
channel.basic_publish('', 'patient_queue', 'brief', pika.BasicProperties(expiration='5000'))
channel.basic_publish('', 'patient_queue', 'lasting')


def left():
    counts = [channel.queue_declare(q, passive=True).method.message_count for q in ('temp_queue', 'patient_queue')]
    return 'temp_queue {}, patient_queue {}'.format(*counts)


print('at once:', left())
connection.sleep(5)
print('after 5 s:', left())
connection.sleep(54.999)
print('after 59.999 s:', left())
connection.sleep(0.001)
print('after 60 s:', left())
connection.close()
