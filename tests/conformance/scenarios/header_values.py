"""Values of message headers and what comes back of them."""

import datetime
from decimal import Decimal
from typing import Any

from ..play import Play
from ..scenario import scenario


def there_and_back(play: Play, **headers: Any) -> None:
    """Publish a message with these headers and get it."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", headers=headers)
    ch.drain("q")


@scenario(pika="1.3.2")
def integers(play: Play) -> None:
    """Integers come back as they were; beyond 32 bits they travel as 64."""
    there_and_back(play, small=-1, int32=2**31 - 1, int64=2**31, largest=2**63 - 1, smallest=-(2**63))


@scenario()
def texts_and_bytes(play: Play) -> None:
    """Texts stay texts and bytes stay bytes, whatever is in them."""
    there_and_back(play, text="größe", empty="", data=b"\x00\xff", ascii=b"abc", long="x" * 300)


@scenario()
def truth_and_nothing(play: Play) -> None:
    """True, False and None come back as they are."""
    there_and_back(play, yes=True, no=False, nothing=None)


@scenario()
def lists_and_tables(play: Play) -> None:
    """Lists and tables come back whole, nested and empty ones too."""
    there_and_back(play, list=[1, "x", [True, None]], empty_list=[], table={"b": 1, "a": {"c": []}}, empty_table={})


@scenario()
def instants(play: Play) -> None:
    """An instant comes back in whole seconds of UTC."""
    there_and_back(play, at=datetime.datetime(2024, 1, 2, 3, 4, 5, 678_000, datetime.timezone.utc))


@scenario()
def decimals(play: Play) -> None:
    """Decimals come back with their value."""
    there_and_back(play, fraction=Decimal("12.345"), whole=Decimal(7), negative=Decimal("-1.5"))


@scenario()
def order_of_names(play: Play) -> None:
    """3.10 keeps the order in which headers were published, 4.x sorts them by the bytes of their names."""
    there_and_back(play, zebra=1, apple=2, Mango=3)


@scenario()
def order_of_many_names(play: Play) -> None:
    """Forty headers are ordered like few."""
    there_and_back(play, **{f"h{number * 7 % 40:02}": number for number in range(40)})


@scenario()
def order_in_a_nested_table(play: Play) -> None:
    """A table inside the headers keeps its order everywhere."""
    there_and_back(play, table={"zebra": 1, "apple": 2}, list=[{"z": 1, "a": 2}])
