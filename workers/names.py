"""The names of baristas."""

BARISTAS = (
    *("ana", "ben", "cleo", "dev", "eli", "fay", "gus", "hana"),
    *("ivo", "june", "kai", "lea", "max", "nia", "omar", "pia"),
)


def barista(number: int) -> str:
    """The name of the worker with that number, from 0."""
    again, place = divmod(number, len(BARISTAS))
    return BARISTAS[place] + (str(again + 1) if again else "")
