import pytest

from collector.figures import Scaling
from collector.figures.scaling import ScalingPoint, amdahl_name_at


@pytest.mark.parametrize(("ideal", "at"), [(8.0, 3.4), (3.3, 3.7), (2.0, 3.4)])
def test_the_name_of_amdahls_law_does_not_lie_on_the_ideal(ideal: float, at: float) -> None:
    """Of a picture ten high, whose last ring is at 3: far below the ideal, just below it, above it."""
    points = tuple(ScalingPoint(count, 3.0, 3.0, 3.0) for count in (1, 8))
    data = Scaling("", "", points, ideal=((1, 1.0), (8, ideal)), amdahl=((1, 1.0), (8, 2.9)))

    assert amdahl_name_at(data, 10.0) == pytest.approx(at)
