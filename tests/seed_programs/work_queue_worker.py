import time

import pika


def callback(ch, method, properties, body):
    time.sleep(body.count(b'.'))
    print(f'done: {body.decode()}')
    ch.basic_ack(delivery_tag=method.delivery_tag)


connection = pika.BlockingConnection(pika.ConnectionParameters('localhost'))
channel = connection.channel()
channel.queue_declare(queue='tasks', durable=True)

# Workers with fair dispatch
channel.basic_qos(prefetch_count=1)

# Each message goes to one worker (round-robin)
channel.basic_consume(queue='tasks', on_message_callback=callback)

channel.start_consuming()
