"""Selectors of JMS: which headers each selects, and which are not read."""

from __future__ import annotations

from typing import Any

import pika

from tests.kit.asking import Asking
from tests.kit.questions.question import question

A, B, C = (f"{{'ident',<<\"{name}\">>}}" for name in "abc")
SELECTORS = [
    f"{{'=',{A},1}}", f"{{'=',{A},1.0}}", f"{{'<>',{C},<<\"xy\">>}}", f"{{'>',{A},{B}}}", f"{{'<=',{A},{C}}}",
    f"{{'and',{{'=',{A},1}},{{'<',{B},9}}}}", f"{{'or',{{'=',{A},1}},{{'<',{B},9}}}}", f"{{'not',{{'=',{A},1}}}}",
    f"{{'not',{A}}}", f"{{'between',{A},{{range,1,2}}}}", f"{{'not_between',{A},{{range,1,2.5e0}}}}",
    f"{{'between',{A},{{range,{B},3}}}}", f"{{'in',{A},[1,2]}}", f"{{'not_in',{A},[1.0]}}", f"{{'in',{C},[]}}",
    f'{{\'like\',{C},<<"x%">>,no_escape}}', f'{{\'like\',{C},<<"x!_%">>,<<"!">>}}',
    f'{{\'not_like\',{C},<<"_y">>,no_escape}}', f"{{'is_null',{A}}}", f"{{'not_null',{A}}}",
    f"{{'is_null',{{'=',{A},1}}}}", f"{{'=',{{'/',{A},2}},0.5}}", f"{{'=',{{'/',{B},{{'-',{A},1}}}},nan}}",
    f"{{'>',{{'/',1,{{'-',{A},1}}}},100}}", f"{{'<',{{'/',-1,{{'-',{A},1}}}},plus_infinity}}",
    f"{{'=',{{'/',-1,{{'-',{A},1}}}},minus_infinity}}", f"{{'=',{{'/',{{'-',{A},1}},{{'-',{A},1}}}},nan}}",
    f"{{'=',{{'-',{A}}},-1}}", f"{{'=',{{'+',{A}}},1}}", f"{{'=',{{'*',{A},{B}}},2}}", f"{{'=',{{'+',{A},{B}}},3}}",
    "true", "false", f"{{'and',true,{{'=',{A},1}}}}", f"{{'or',false,{{'is_null',{B}}}}}", f"{A}",
    "{'ident',<<\"t\">>}", f"{{'=',{A},16#1}}", f"{{'=',{B},2#10}}", f'{{\'=\',{C},<<"x","y">>}}',
    f"{{'=',{C},<<120,121>>}}", f"{{'=',{C},<<\"x\",121>>}}", f"{{'=', {A} , 1 }} % a comment", f"{{'in',{A},[3,2,1]}}",
    f"{{'odd',{A},1}}", f"{{'odd',{A}}}", f"{{'=',{A},\"1\"}}", f"{{'<',{A},<<\"x\">>}}", f"{{'<',{A},'like'}}",
    "{'=',{'ident','and'},1}", f"{{1,{A},1}}", f"{{'>=',{A},1.5e0}}", "{}", "[]", "1",
]  # fmt: skip
UNREADABLE = [
    "", ".", "{'=',1,1}", "{'=',1.", "{'=' 1,1}.", "[1,2.", "{kits_odd}.", "<<\"a.", "<<\"a\".", "<<a>>.",
    "'abc.", "\"abc.", "1e5.", "1.5e.", "36#zz.", "37#1.", "1#0.", "{'=',1,1}. more", "X.", "fun.", "1. 2.",
    "{'=',{'ident',<<\"a\">>},1}.  ", "{1,}.", "[|].", "@.", "1.5E3.", "<<1,2>>.",
    "'and'.", "{'Odd',1}.", "{when,1}.",
]  # fmt: skip
HEADERS: list[dict[str, Any]] = [
    {}, {"a": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"b": 0}, {"a": 3, "b": 3}, {"c": "xy"}, {"c": "x_z", "a": -1},
    {"t": True, "a": 2}, {"t": False, "c": "y"}, {"a": "1", "b": 5}, {"c": "", "b": 9}, {"c": "xy\nz", "a": 1},
]  # fmt: skip


@question
def selectors(ask: Asking) -> Any:
    """For each selector: what is told of it, else the headers that it selects; those that crash it end the channel."""
    ask.channel.exchange_declare("j", "x-jms-topic")
    answers = []
    for number, selector in enumerate(SELECTORS):
        queue = f"q{number}"
        ask.channel.queue_declare(queue)
        arguments = {"rjms_erlang_selector": f"{selector}."}
        told = ask.told("queue_bind", queue, "j", queue, arguments=arguments)
        if not told:
            told = ""
            for place, headers in enumerate(HEADERS):
                crashed = ask.told("basic_publish", "j", queue, b"%d" % place, pika.BasicProperties(headers=headers))
                if crashed:
                    told += f"[{place}: {crashed.split()[0] + crashed.split()[1]}]"
            ask.settle()
            told += ",".join(sorted(ask.bodies(queue), key=int))
        answers.append(told)
        ask.channel.queue_delete(queue)
    return answers


@question
def selectors_that_are_unreadable(ask: Asking) -> Any:
    ask.channel.exchange_declare("j", "x-jms-topic")
    ask.channel.queue_declare("q")
    return [
        ask.told("queue_bind", "q", "j", str(number), arguments={"rjms_erlang_selector": selector})
        for number, selector in enumerate(UNREADABLE)
    ]
