"""Ways to look at a broker. They read its trace, its snapshot and its live views, and change nothing."""
