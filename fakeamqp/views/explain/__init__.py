"""Why: which bindings match a message and why others do not, what became of a message, what an error is about."""
