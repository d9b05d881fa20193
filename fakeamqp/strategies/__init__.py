"""Hypothesis strategies for what a broker is sent: keys and patterns that hit each other, tables, messages, commands.

They need the extra `hypothesis`. Values are drawn from small pools, because what is interesting about a broker happens
when two things have the same name, or a key just matches a pattern.
"""

from __future__ import annotations

from fakeamqp.strategies.commands import commands, messages, queue_arguments
from fakeamqp.strategies.keys import binding_keys, names, routing_keys
from fakeamqp.strategies.languages import keys_near, keys_of
from fakeamqp.strategies.laws import dead_letters_end, every_key_is_routed, nothing_is_lost, reaches_exactly
from fakeamqp.strategies.machine import BrokerMachine, TopologyMachine
from fakeamqp.strategies.programs import Program, programs
from fakeamqp.strategies.properties import properties
from fakeamqp.strategies.reference import Differs, Reference
from fakeamqp.strategies.script import Script
from fakeamqp.strategies.tables import field_values, header_bindings, headers, tables
from fakeamqp.strategies.topologies import BindingMade, ExchangeMade, QueueMade, Topology, definitions, topologies

__all__ = [
    "BindingMade",
    "BrokerMachine",
    "Differs",
    "ExchangeMade",
    "Program",
    "QueueMade",
    "Reference",
    "Script",
    "Topology",
    "TopologyMachine",
    "binding_keys",
    "commands",
    "dead_letters_end",
    "definitions",
    "every_key_is_routed",
    "field_values",
    "header_bindings",
    "headers",
    "keys_near",
    "keys_of",
    "messages",
    "names",
    "nothing_is_lost",
    "programs",
    "properties",
    "queue_arguments",
    "reaches_exactly",
    "routing_keys",
    "tables",
    "topologies",
]
