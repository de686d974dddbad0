"""Papers: a folder of essays in `.txt` and `.md`."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from producer.errors import BadInputError
from producer.job import Job
from producer.message import PAPERS_TASK

CLASS_FOLDER = Path(__file__).with_name("data") / "class"
ENDINGS = (".txt", ".md")
LONGEST_PAPER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Paper:
    """One student's essay. `fault` says why it cannot be graded, where it cannot; it has no text then."""

    name: str
    text: str
    fault: str = ""

    @property
    def digest(self) -> str:
        """Names the content: two papers with one digest are one paper, handed in twice."""
        return sha256(self.text.encode()).hexdigest()[:16]


def read_papers(folder: Path = CLASS_FOLDER) -> list[Paper]:
    """The papers of a folder, by name. A bad one among good ones keeps its place, with its fault.

    Raises:
        BadInputError: the folder cannot be read, or holds no paper that can be graded.
    """
    cure = f"Name a folder that holds essays in {' and '.join(ENDINGS)}"
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    except OSError as error:
        raise BadInputError(folder, f"cannot be read ({error.strerror})", cure) from None
    if not paths:
        raise BadInputError(folder, "holds no papers", cure)
    papers = [read_paper(path) for path in paths]
    if all(paper.fault for paper in papers):
        raise BadInputError(folder / papers[0].name, papers[0].fault, f"{cure}; none of these {len(papers)} can be graded")
    return papers


def read_paper(path: Path) -> Paper:
    """The paper in a file, or its fault: unreadable, too long, not text, or empty."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_PAPER_BYTES + 1)
    except OSError as error:
        return Paper(shown(path), "", f"cannot be read ({error.strerror})")
    if len(content) > LONGEST_PAPER_BYTES:
        return Paper(shown(path), "", f"is longer than {LONGEST_PAPER_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Paper(shown(path), "", "is not UTF-8 text")
    if "\0" in text:
        return Paper(shown(path), "", "is not text")
    if not any(letter.isalpha() for letter in text):
        return Paper(shown(path), "", "is empty")
    return Paper(shown(path), text)


def shown(path: Path) -> str:
    """The name of a file as it can be written down, whatever bytes it is made of."""
    return path.name.encode(errors="surrogateescape").decode(errors="replace")


def repeat_papers(papers: Sequence[Paper], count: int) -> list[Paper]:
    """`count` papers: the first ones, or all of them over and over."""
    return list(islice(cycle(papers), count))


def paper_jobs(papers: Sequence[Paper], rubric: dict[str, Any], grader: str, class_key: str) -> list[Job]:
    """Jobs for `papers.grade`. What each asks of the hands is not known: it has to be measured."""
    return [
        Job(
            id=f"{number:0{len(str(len(papers)))}d}-{paper.name}",
            name=paper.name,
            task=PAPERS_TASK,
            args=[
                {"paper": paper.name, "text": paper.text, "fault": paper.fault, "grader": grader, "class": class_key},
                rubric,
            ],
        )
        for number, paper in enumerate(papers, start=1)
    ]
