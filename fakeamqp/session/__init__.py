"""The grammar of one client's conversation: handshake, channel states, content, replies. No I/O."""
