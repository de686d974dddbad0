"""The producer's papers: a folder of essays, read."""

from pathlib import Path

import pytest

from producer.errors import BadInputError
from producer.message import PAPERS_TASK
from producer.papers import LONGEST_PAPER_BYTES, Paper, paper_jobs, read_paper, read_papers, repeat_papers
from tests.unit.builders import write
from workers.text import read_text


def faults(papers: list[Paper]) -> dict[str, str]:
    return {paper.name: paper.fault for paper in papers}


def test_essays_in_txt_and_md_are_read_by_name_and_nothing_else_is(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "C.TXT", "notes.pdf", "README"):
        write(tmp_path / name, f"This is {name}.")

    assert [(paper.name, paper.text) for paper in read_papers(tmp_path)] == [
        ("C.TXT", "This is C.TXT."),
        ("a.txt", "This is a.txt."),
        ("b.md", "This is b.md."),
    ]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_paper(write(tmp_path / "a.txt", "\ufeffHello.")).text == "Hello."


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"A \0 B", "is not text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text"),
        ("Zoë".encode("latin-1"), "is not UTF-8 text"),
        ("Hello.".encode("utf-16"), "is not UTF-8 text"),
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"--- 123 ---", "is empty"),
        (b"a" * (LONGEST_PAPER_BYTES + 1), "is longer than 1,000,000 bytes"),
    ],
)
def test_a_bad_paper_has_a_fault_and_no_text(tmp_path: Path, content: bytes, fault: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)

    assert read_paper(file) == Paper("a.txt", "", fault)


def test_a_paper_as_long_as_allowed_has_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"a" * LONGEST_PAPER_BYTES)

    assert read_paper(file).fault == ""


def test_a_folder_called_like_a_paper_has_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()

    assert read_paper(tmp_path / "a.txt").fault == "cannot be read (Is a directory)"


def test_a_bad_paper_among_good_ones_keeps_its_place_and_its_fault(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Good.")
    (tmp_path / "b.txt").write_bytes(b"\xff\xff")
    write(tmp_path / "c.txt", "Good too.")

    assert faults(read_papers(tmp_path)) == {"a.txt": "", "b.txt": "is not UTF-8 text", "c.txt": ""}


def test_where_all_are_bad_the_first_is_named_with_its_fault(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "")
    (tmp_path / "b.txt").write_bytes(b"\xff\xff")

    with pytest.raises(BadInputError, match=r"a\.txt: is empty\. .*none of these 2 can be graded\.$"):
        read_papers(tmp_path)


def test_a_folder_without_papers_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "notes.pdf", "x")

    with pytest.raises(BadInputError, match=r"holds no papers\. Name a folder that holds essays in \.txt and \.md\.$"):
        read_papers(tmp_path)


def test_a_folder_that_is_not_there_or_is_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"gone: cannot be read \(No such file or directory\)"):
        read_papers(tmp_path / "gone")
    with pytest.raises(BadInputError, match=r"a\.txt: cannot be read \(Not a directory\)"):
        read_papers(write(tmp_path / "a.txt", "Good."))


def test_papers_are_repeated_over_and_over_up_to_the_count() -> None:
    one, two = Paper("one", "1"), Paper("two", "2")

    assert repeat_papers([one, two], 5) == [one, two, one, two, one]
    assert repeat_papers([one, two], 1) == [one]


def test_one_content_has_one_digest_whatever_its_name() -> None:
    assert Paper("a", "same").digest == Paper("b", "same").digest != Paper("a", "other").digest


def test_each_paper_is_a_job_of_its_own_even_where_it_is_handed_in_twice() -> None:
    papers = repeat_papers([Paper("a.txt", "One."), Paper("b.txt", "", "is empty")], 11)
    jobs = paper_jobs(papers, {"title": "T"}, "native", "class-key")

    assert [job.id for job in jobs[:3]] == ["01-a.txt", "02-b.txt", "03-a.txt"]
    assert len({job.id for job in jobs}) == 11
    assert {job.task for job in jobs} == {PAPERS_TASK}
    assert jobs[1].args == [
        {"paper": "b.txt", "text": "", "fault": "is empty", "grader": "native", "class": "class-key"},
        {"title": "T"},
    ]


def test_what_a_paper_costs_is_not_known_beforehand() -> None:
    (job,) = paper_jobs([Paper("a.txt", "One.")], {}, "python", "key")

    assert job.steps == ()


def test_the_shipped_class_has_papers_of_a_length_worth_grading() -> None:
    papers = read_papers()

    assert len(papers) >= 24
    assert not any(paper.fault for paper in papers)
    assert all(300 <= len(read_text(paper.text).words) <= 1500 for paper in papers)
    assert len({paper.digest for paper in papers}) == len(papers)
