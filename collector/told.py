"""A run as it is told: what a report and its figures need to know of it, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.fold import Ledger, Row
from collector.why import why


@dataclass(frozen=True, slots=True)
class Told:
    """A run: its summary, its ledger, when its first job was sent, its manifest, and what its jobs are called.

    `sent_s` tells when each job was sent, on the broker's clock. `manifest` may lack keys that older runs do not have.
    """

    summary: Mapping[str, Any]
    ledger: Ledger
    first_s: float
    title: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    sent_s: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """What held it back."""
        return why(self.summary)

    @property
    def is_simulated(self) -> bool:
        """Whether no worker ever saw it."""
        return bool(self.summary.get("simulated") or self.manifest.get("simulated"))

    @property
    def what(self) -> str:
        """The word for its jobs."""
        return {"coffee": "orders", "papers": "papers"}.get(self.summary["work"], "jobs")

    @property
    def end_s(self) -> float:
        """When its last job ended, in s after the first was sent."""
        taken_s = self.summary["completion_s"]
        return taken_s or max((row.end_s - self.first_s for row in self.ledger.rows), default=0.0)

    @property
    def slots(self) -> dict[str, int]:
        """How many slots each worker has, idle ones too."""
        return {worker: entry["slots"] for worker, entry in self.ledger.workers.items()}

    @property
    def failed(self) -> list[Row]:
        """The jobs that failed, in order of their end."""
        return sorted((row for row in self.ledger.final.values() if row.outcome == "failed"), key=lambda row: row.end_s)

    def waits_s(self) -> Iterator[float]:
        """How long each job that ended waited for a slot."""
        return (row.start_s - self.sent_s[row.job] for row in self.ledger.final.values() if row.job in self.sent_s)

    def services_s(self) -> Iterator[float]:
        """How long each job that ended was being served."""
        return (row.end_s - row.start_s for row in self.ledger.final.values())
