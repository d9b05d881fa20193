"""What a channel in tx mode holds back until the commit."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from fakeamqp.model.commands import Ack, Nack, Reject
from fakeamqp.model.erlang import erlang_tagged, erlang_term
from fakeamqp.model.errors import InternalError, ResourceError
from fakeamqp.model.message import Message

if TYPE_CHECKING:
    from fakeamqp.model.queues.entry import Entry
    from fakeamqp.model.queues.queue import Queue
    from fakeamqp.model.vhost import VirtualHost

Settlement: TypeAlias = Ack | Nack | Reject


class Transaction:
    """The publishes and settlements since the last commit or rollback.

    settlements: what was asked, and the deliveries it was asked of; taken: those, by delivery tag.
    """

    def __init__(self) -> None:
        self.publishes: deque[HeldPublish] = deque()
        self.settlements: list[tuple[Settlement, list[Entry]]] = []
        self.taken: dict[int, Entry] = {}

    def hold(self, command: Settlement, taken: list[tuple[int, Entry]]) -> None:
        """Keep a settlement back."""
        self.settlements.append((command, [entry for _, entry in taken]))
        self.taken.update(taken)

    def part_with(self, queue: Queue) -> dict[int, Entry]:
        """The deliveries of a queue that is lost, by tag, taken out: nothing will come of their settlement."""
        parted = {tag: entry for tag, entry in self.taken.items() if entry.queue is queue}
        for tag in parted:
            del self.taken[tag]
        self.settlements = [
            (command, [entry for entry in entries if entry.queue is not queue]) for command, entries in self.settlements
        ]
        return parted


class HeldPublish:
    """A message that was routed when it was published, and goes to its queues with the commit.

    What becomes of one whose queue is deleted meanwhile: recordings transactions/*_before_the_commit.
    """

    __slots__ = ("_by_name", "_queues", "mandatory", "message")

    def __init__(self, vhost: VirtualHost, message: Message, mandatory: bool) -> None:
        self.message = message
        self.mandatory = mandatory
        self._queues = vhost.route_message(message)
        self._by_name = vhost.broker.profile.transactions_know_queues_by_name

    def reached(self, vhost: VirtualHost) -> tuple[list[Queue], bool]:
        """The queues to hand it to now, and whether it was routed anywhere."""
        if self._by_name:
            names = [queue.name for queue in self._queues] if self.message.exchange else self.message.keys
            there = [vhost.queues[name] for name in dict.fromkeys(names) if name in vhost.queues]
            queues = [queue for queue in there if not queue.absent]
            return queues, bool(queues)
        return [queue for known in self._queues if (queue := _now(known, vhost)) is not None], bool(self._queues)

    @property
    def is_complete(self) -> bool:
        """False if the process of one of its queues is gone: only a classic queue has one of its own."""
        return self._by_name or not any(queue.deleted and queue.KIND == "classic" for queue in self._queues)


def _now(known: Queue, vhost: VirtualHost) -> Queue | None:
    """The queue that stands where a known one stood; None if nobody notices that there is none.

    Raises ResourceError or InternalError if the broker does.
    """
    if not known.deleted:
        return known
    there = vhost.queues.get(known.name)
    if vhost.broker.profile.transactions_need_their_queues:
        if there is None:
            raise ResourceError(_not_found(known))
        if known.KIND != "classic" and there.KIND != known.KIND:
            raise InternalError
    elif known.KIND == "stream":
        raise ResourceError(f"Stream not found for queue '{known.name}' in vhost '{vhost.name}'")
    return there if there is not None and there.KIND == known.KIND and known.KIND != "classic" else None


def _not_found(queue: Queue) -> str:
    profile = queue.vhost.broker.profile
    said = "failed to deliver message: "
    place, name = (erlang_term(each, profile) for each in (queue.vhost.name, queue.name))
    resource = ("resource", place, "queue", name)
    return said + erlang_tagged(("not_found", resource), len(said))
