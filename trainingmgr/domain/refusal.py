"""The one way in which a rule says no."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a malfunction
    """A request that the rules do not allow.

    `code` is stable and machine-readable; `values` are what the sentence in the user's
    language needs. The sentence itself is made by the web and command-line layers.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        detail = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code} ({detail})" if detail else self.code


class NotFound(Refusal):
    """The record does not exist, or not for this user's organisations."""
