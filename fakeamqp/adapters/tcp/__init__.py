"""The door for clients that speak AMQP 0-9-1 over a socket, whatever their language."""
