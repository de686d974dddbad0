import json
from pathlib import Path

import pytest

from collector.folder import RunFolder, read_lines, write_whole
from producer.errors import BadInputError
from tests.unit.builders import write


def make_run(runs: Path, name: str = "morning") -> Path:
    """A run that came to something; its folder."""
    with RunFolder.create(runs, name) as folder:
        folder.write_json("summary.json", {"jobs": 1})
    return folder.path


def test_a_new_run_is_a_folder_and_once_it_has_a_summary_the_latest(tmp_path: Path) -> None:
    runs = tmp_path / "deep" / "runs"
    with RunFolder.create(runs, "morning") as folder:
        folder.write_json("summary.json", {"jobs": 1})
        assert not (runs / "latest").exists()

    assert folder.path == runs / "morning"
    assert (runs / "latest").is_symlink()
    assert json.loads((runs / "latest" / "summary.json").read_text()) == {"jobs": 1}


def test_a_run_that_came_to_nothing_leaves_the_latest_as_it_was(tmp_path: Path) -> None:
    make_run(tmp_path, "morning")
    with RunFolder.create(tmp_path, "noon") as folder:
        folder.append("journal.jsonl", [{"seq": 1}])

    assert (tmp_path / "latest").resolve().name == "morning"


def refuse(folder: RunFolder) -> None:
    with folder:
        raise BadInputError("workers", "2 asked for, and there is 1", "Start them")


def test_a_run_that_is_refused_before_anything_happened_leaves_no_folder(tmp_path: Path) -> None:
    refused, cut_short = RunFolder.create(tmp_path, "morning"), RunFolder.create(tmp_path, "noon")
    refused.write_json("manifest.json", {})
    cut_short.append("sent.jsonl", [{"seq": 1}])

    for folder in (refused, cut_short):
        with pytest.raises(BadInputError):
            refuse(folder)

    assert [path.name for path in tmp_path.iterdir()] == ["noon"]


def test_the_link_is_relative_so_that_runs_can_be_moved(tmp_path: Path) -> None:
    make_run(tmp_path / "runs")
    (tmp_path / "runs").rename(tmp_path / "elsewhere")

    assert (tmp_path / "elsewhere" / "latest").resolve() == tmp_path / "elsewhere" / "morning"


def test_a_name_that_is_taken_gets_a_number_and_the_link_moves_on(tmp_path: Path) -> None:
    names = [make_run(tmp_path).name for _ in range(3)]

    assert names == ["morning", "morning-2", "morning-3"]
    assert (tmp_path / "latest").resolve().name == "morning-3"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "morning", "morning-2", "morning-3"]


def test_a_place_that_cannot_be_written_is_said_in_one_line_with_its_cure(tmp_path: Path) -> None:
    file = write(tmp_path / "file", "not a folder")

    with pytest.raises(BadInputError) as refused:
        RunFolder.create(file / "runs", "morning")
    assert str(refused.value) == (
        f"{file}/runs: cannot be written (Not a directory). Free some space, or name another folder with --runs DIR."
    )


def test_a_link_that_a_crash_left_half_made_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In a container process ids come again: the next run may have that of the one that crashed.
    monkeypatch.setattr("os.getpid", lambda: 7)
    (tmp_path / ".latest-7").symlink_to("gone")

    assert make_run(tmp_path).name == "morning"
    assert (tmp_path / "latest").resolve().name == "morning"


def test_rows_are_on_disk_when_append_returns_and_are_read_again_as_they_were(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, "run") as folder:
        folder.append("journal.jsonl", [{"seq": 1, "name": "naïve\u2028\n"}])
        folder.append("journal.jsonl", [{"seq": 2}, {"seq": 3}])
        # The file is still open: whoever looks now sees all three.
        found = read_lines(folder.path / "journal.jsonl")

    assert found == [{"seq": 1, "name": "naïve\u2028\n"}, {"seq": 2}, {"seq": 3}]


def test_files_are_closed_with_the_folder(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, "run") as folder:
        folder.append("sent.jsonl", [{"job": "1"}])
        (file,) = folder._open.values()

    assert file.closed


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    whole = json.dumps({"seq": 1}) + "\n"

    assert read_lines(write(tmp_path / "j.jsonl", whole + '{"seq": 2, "jo')) == [{"seq": 1}]
    assert read_lines(write(tmp_path / "j.jsonl", whole + '{"seq": 2}')) == [{"seq": 1}]
    assert read_lines(write(tmp_path / "j.jsonl", "")) == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, "run") as folder:
        folder.write("report.html", "old")
        with pytest.raises(UnicodeEncodeError):
            folder.write("report.html", "new, until \ud800")

    assert (folder.path / "report.html").read_text() == "old"
    assert [path.name for path in folder.path.iterdir()] == ["report.html"]


def test_a_file_replaces_the_old_one_and_everybody_may_read_it(tmp_path: Path) -> None:
    file = write(tmp_path / "summary.json", "a much longer text than the new one")
    write_whole(file, "new")

    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_json_is_written_for_people_and_programs(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, "run") as folder:
        folder.write_json("summary.json", {"verdict": "pass"})

    assert (folder.path / "summary.json").read_text() == '{\n  "verdict": "pass"\n}\n'


def test_a_run_whose_folder_vanished_says_so(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, "run") as folder:
        folder.path.rmdir()
        with pytest.raises(BadInputError, match=r"summary\.json: cannot be written \(No such file or directory\)"):
            folder.write_json("summary.json", {})
        with pytest.raises(BadInputError, match=r"sent\.jsonl: cannot be written"):
            folder.append("sent.jsonl", [{}])
