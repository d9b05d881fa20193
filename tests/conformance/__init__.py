"""What real brokers answered, kept as data, and the fake held against it."""
