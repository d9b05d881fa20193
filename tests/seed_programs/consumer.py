import pika
import json

# The helper that the page leaves to the reader.
def process_order(order):
    if order['total'] < 0:
        raise ValueError('nobody pays us to take it')

def callback(ch, method, properties, body):
    message = json.loads(body)
    print(f"Received: {message}")

    try:
        process_order(message)
        ch.basic_ack(delivery_tag=method.delivery_tag)
    except Exception as e:
        print(f"Error: {e}")
        ch.basic_nack(delivery_tag=method.delivery_tag, requeue=False)

def consume():
    connection = pika.BlockingConnection(
        pika.ConnectionParameters('localhost')
    )
    channel = connection.channel()

    # Declare queue
    channel.queue_declare(queue='order_processor', durable=True)

    # Bind to exchange
    channel.queue_bind(
        exchange='orders',
        queue='order_processor',
        routing_key='order.created.*'
    )

    # Set prefetch (process one at a time)
    channel.basic_qos(prefetch_count=1)

    # Start consuming
    channel.basic_consume(
        queue='order_processor',
        on_message_callback=callback,
        auto_ack=False  # Manual acknowledgment
    )

    print("Waiting for messages...")
    channel.start_consuming()

if __name__ == '__main__':
    consume()
