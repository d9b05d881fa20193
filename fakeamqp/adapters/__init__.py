"""The doors: each translates between one way of speaking to a broker and its sessions, and decides nothing."""
