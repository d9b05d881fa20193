"""The Hypothesis kit against the broker: what `python -m tests.mutation --kit` holds mutants of the model against."""
