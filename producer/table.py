"""A TOML file read strictly: every key known, every value of its type and in its range."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

from producer.errors import BadInputError, did_you_mean


class Table:
    """One table of a TOML file that remembers where it stands, so that an error can name file and key."""

    def __init__(self, path: Path, values: dict[str, Any], where: str = "") -> None:
        self.path = path
        self.values = values
        self.where = where

    @classmethod
    def read(cls, path: Path) -> "Table":
        """The whole file as a table.

        Raises:
            BadInputError: the file is missing, not UTF-8, or not TOML.
        """
        try:
            return cls(path, tomllib.loads(path.read_text(encoding="utf-8-sig")))
        except OSError as error:
            raise BadInputError(path, f"cannot be read ({error.strerror})", "Name a file that is there") from None
        except UnicodeDecodeError:
            raise BadInputError(path, "is not UTF-8 text", "Save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise BadInputError(path, f"is not TOML: {error}", "Mend that line") from None

    def error(self, key: str, what: str, cure: str) -> BadInputError:
        """An error about one key of this table."""
        return BadInputError(self.path, f"{self._name(key)} {what}", cure)

    def only(self, known: Collection[str]) -> None:
        """Refuse any key that is not in `known`."""
        for key in self.values:
            if key not in known:
                raise self.error(key, "is an unknown key", did_you_mean(key, known))

    def table(self, key: str) -> "Table":
        """The table under `key`; an error where there is none."""
        return self._sub(key, self._get(key, dict, "a table"))

    def tables(self, key: str) -> list["Table"]:
        """The array of tables under `key`, which must not be empty."""
        rows = self._get(key, list, "a list of tables")
        if not rows:
            raise self.error(key, "is empty", "Give at least one")
        return [self._sub(f"{key}[{number}]", row) for number, row in enumerate(rows, start=1)]

    def text(self, key: str) -> str:
        """The text under `key`, which must not be blank."""
        text = cast("str", self._get(key, str, "a text"))
        if not text.strip():
            raise self.error(key, "is blank", "Write something there")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`, none of them blank."""
        rows = self._get(key, list, "a list of texts")
        if not rows or not all(isinstance(row, str) and row.strip() for row in rows):
            raise self.error(key, f"is {rows!r}", "Give a list of texts, none of them blank")
        return tuple(rows)

    def number(self, key: str, least: float = 0.0, most: float = 1e9, default: float | None = None) -> float:
        """The number under `key`, from `least` to `most`; `default`, where given, if the key is absent."""
        if default is not None and key not in self.values:
            return default
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, "is missing" if value is None else f"is {value!r}", "Give a number")
        if not least <= value <= most:
            raise self.error(key, f"is {value}", f"Give a number from {least:g} to {most:g}")
        return float(value)

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """The whole number under `key`, from `least` to `most`; `default`, where given, if the key is absent."""
        value = self.number(key, least, most, default)
        if value != int(value):
            raise self.error(key, f"is {value:g}", "Give a whole number")
        return int(value)

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """The list of `count` numbers under `key`."""
        rows = self._get(key, list, "a list of numbers")
        if len(rows) != count or any(isinstance(row, bool) or not isinstance(row, int | float) for row in rows):
            raise self.error(key, f"is {rows!r}", f"Give a list of {count} numbers")
        return tuple(float(row) for row in rows)

    def flag(self, key: str, default: bool = False) -> bool:
        """Whether `key` is true; `default` where it is absent."""
        return cast("bool", self._get(key, bool, "true or false")) if key in self.values else default

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """The text under `key`, which must be one of `known`; `default`, where given, if the key is absent."""
        if default is not None and key not in self.values:
            return default
        word = self.text(key)
        if word not in known:
            raise self.error(key, f"is {word!r}", did_you_mean(word, known))
        return word

    def _get(self, key: str, kind: type, article: str) -> Any:
        value = self.values.get(key)
        if not isinstance(value, kind):
            raise self.error(key, "is missing" if value is None else f"is {value!r}", f"Give {article}")
        return value

    def _sub(self, key: str, value: object) -> "Table":
        if not isinstance(value, dict):
            raise self.error(key, f"is {value!r}", "Give a table")
        return Table(self.path, value, self._name(key))

    def _name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key
