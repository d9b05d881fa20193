"""The Hypothesis kit against the broker: what `python -m tests.mutation --kit` holds mutants of the model against.

The machine and the ready properties, twins, small tables; the laws they watch, each broken by hand (`test_watching`);
and questions that real brokers have answered once (`questions`, `ask`, `answers.json`, `test_answers`). No recording of
`tests/conformance`, no test of the model's own.
"""
