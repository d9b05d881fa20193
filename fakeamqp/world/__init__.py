"""Where time passes: the clock, the broker that users hold, who runs next, what is remembered."""
