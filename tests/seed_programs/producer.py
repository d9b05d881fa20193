import pika
import json

def publish_message(message: dict, routing_key: str):
    # Connect
    connection = pika.BlockingConnection(
        pika.ConnectionParameters(
            host='localhost',
            credentials=pika.PlainCredentials('guest', 'guest')
        )
    )
    channel = connection.channel()

    # Declare exchange (idempotent)
    channel.exchange_declare(
        exchange='orders',
        exchange_type='topic',
        durable=True
    )

    # Publish message
    channel.basic_publish(
        exchange='orders',
        routing_key=routing_key,
        body=json.dumps(message),
        properties=pika.BasicProperties(
            delivery_mode=2,  # Persistent
            content_type='application/json'
        )
    )

    print(f"Sent: {message}")
    connection.close()

# Usage
publish_message(
    {'order_id': 123, 'total': 99.99},
    'order.created.us'
)
