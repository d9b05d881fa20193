"""Nonsense of all kinds sent to a listener: what it is made of, and what must hold whatever comes."""
