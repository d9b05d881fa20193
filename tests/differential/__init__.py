"""Random programs, played on the fake and on a real broker, and compared call by call: see README.md."""
