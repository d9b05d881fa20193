"""What other ways to test without a RabbitMQ do with rules of RabbitMQ's: docs/comparison.md shows what these print."""
