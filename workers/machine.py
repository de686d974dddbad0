"""The espresso machine: a few group heads in Redis that every worker queues for.

First come, first served, across threads, processes and machines. A head is held on a lease: where its holder dies, it is
free again when the lease ends. All the bookkeeping is done by one script in Redis, on its clock, so it cannot be torn; what it
is asked may be asked twice, so a broker that restarts is waited for.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

import redis

from producer.message import machine_key, ticket_key
from workers.execution import phase
from workers.patience import patiently

# A lease is the pull and this much more, for a holder that is slow to wake.
LEASE_MARGIN_S = 3.0

# Who waits looks this often whether a dead holder's lease has ended.
LOOK_AGAIN_S = 1.0

# What nobody touches for this long is forgotten.
FORGET_S = 3600

# KEYS: the heads (hash: head -> "ticket until_s"), the line (list of "ticket lease_s"), the ticket's own list.
# ARGV: what to do ("take" or "return"), ticket, number of heads, lease in seconds, prefix of ticket lists, forget in seconds.
# Returns the head that the ticket was given, or false.
_SCRIPT = """
local heads, line, own = KEYS[1], KEYS[2], KEYS[3]
local act, ticket, count, lease, prefix, forget = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local held, waiting = false, ticket .. ' ' .. lease
for head = 0, count - 1 do
  local holder = redis.call('HGET', heads, head)
  if holder and string.sub(holder, 1, #ticket) == ticket then held = head end
end
if act == 'return' then
  redis.call('LREM', line, 1, waiting)
  redis.call('DEL', own)
  if held then redis.call('HDEL', heads, held) end
elseif not held and not redis.call('LPOS', line, waiting) then
  redis.call('RPUSH', line, waiting)
end
for head = 0, count - 1 do
  local holder = redis.call('HGET', heads, head)
  if not holder or tonumber(string.match(holder, ' (.+)$')) < now then
    local next = redis.call('LPOP', line)
    if next then
      local who, seconds = string.match(next, '^(.+) (.+)$')
      redis.call('HSET', heads, head, who .. ' ' .. string.format('%.6f', now + tonumber(seconds)))
      redis.call('RPUSH', prefix .. who, head)
      redis.call('EXPIRE', prefix .. who, forget)
    else
      redis.call('HDEL', heads, head)
    end
  end
end
redis.call('EXPIRE', heads, forget)
redis.call('EXPIRE', line, forget)
if act ~= 'take' then return false end
local given = redis.call('LPOP', own)
if given or not held then return given end
-- It was given before, and the answer was lost on the way.
local holder = redis.call('HGET', heads, held)
if holder and string.sub(holder, 1, #ticket) == ticket then return held end
return false
"""


class EspressoMachine:
    """The machine of one run, with `heads` group heads."""

    def __init__(self, broker: redis.Redis, run: str, heads: int) -> None:
        self._broker = broker
        self._keys = [machine_key(run), machine_key(run) + ":line"]
        self._heads = heads
        self._script = broker.register_script(_SCRIPT)

    def pull(self, seconds: float) -> None:
        """Queue for a group head, hold it for `seconds`, and give it back."""
        with self.held(seconds) as head, phase("machine", head):
            time.sleep(seconds)

    @contextmanager
    def held(self, seconds: float) -> Iterator[int]:
        """Queue for a group head, and hold it inside, for about `seconds`; gives which."""
        ticket, lease_s = uuid4().hex, seconds + LEASE_MARGIN_S
        try:
            with phase("machine_wait"):
                head = self._queue(ticket, lease_s)
            yield head
        finally:
            self._act("return", ticket, lease_s)

    def _queue(self, ticket: str, lease_s: float) -> int:
        """Stand in line until a head is ours; returns which."""
        while True:
            given = self._act("take", ticket, lease_s)
            if given is not None:
                return int(given)
            handed = patiently(lambda: cast("list[bytes] | None", self._broker.blpop([ticket_key(ticket)], LOOK_AGAIN_S)))
            if handed is not None:
                return int(handed[1])

    def _act(self, act: str, ticket: str, lease_s: float) -> bytes | int | None:
        keys = [*self._keys, ticket_key(ticket)]
        told: list[str | int] = [act, ticket, self._heads, f"{lease_s:.6f}", ticket_key(""), FORGET_S]
        return patiently(lambda: cast("bytes | int | None", self._script(keys, told)))
