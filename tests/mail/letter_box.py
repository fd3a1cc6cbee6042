"""A mailbox on this machine that speaks as much of IMAP as is asked of it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from trainingmgr.domain.mail import MailSecurity
from trainingmgr.mail import Mailbox

PASSWORD = "correct-horse"
_HEADERS = re.compile(rb"(?im)^(content-type|from|return-path|x-failed-recipients):.*(?:\r\n[ \t].*)*\r\n")


@dataclass
class LetterBox:
    """The messages by their numbers, and what was asked. With `wants_id` no folder opens before the ID command."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    wants_id: bool = False
    number_behind: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox("127.0.0.1", self.port, MailSecurity.NONE, "office", PASSWORD)

    def answer(self, command: str, state: dict[str, bool]) -> tuple[list[bytes], str]:
        """Lines without a tag, and the end of the tagged one."""
        name, _, rest = command.partition(" ")
        match name.upper():
            case "CAPABILITY":
                return [b"* CAPABILITY IMAP4rev1 ID"], "OK done"
            case "LOGIN":
                return [], "OK done" if PASSWORD in rest else "NO LOGIN failed: wrong password"
            case "ID":
                state["introduced"] = True
                return [b'* ID ("name" "box")'], "OK done"
            case "EXAMINE" if self.wants_id and not state.get("introduced"):
                return [], "NO EXAMINE Unsafe Login. Introduce yourself"
            case "EXAMINE":
                count = f"* {len(self.messages)} EXISTS".encode()
                return [count, f"* OK [UIDVALIDITY {self.validity}] valid".encode()], "OK [READ-ONLY] done"
            case "UID":
                return self._uid(rest), "OK done"
            case "LOGOUT":
                return [b"* BYE"], "OK done"
        return [], f"BAD {name}"

    def _uid(self, rest: str) -> list[bytes]:
        if rest.startswith("SEARCH"):
            numbers = sorted(self.messages)
            if found := re.search(r"UID (\d+):\*", rest):
                # The last message answers a range that begins behind it.
                numbers = [one for one in numbers if one >= int(found[1])] or numbers[-1:]
            return [f"* SEARCH {' '.join(map(str, numbers))}".encode()]
        numbers = [int(one) for one in rest.split(" ")[1].split(",")]
        lines = []
        for at, number in enumerate(numbers, 1):
            data, what = self.messages[number], "BODY[]<0>"
            if "HEADER.FIELDS" in rest:
                head = data.partition(b"\r\n\r\n")[0] + b"\r\n"
                data = b"".join(found[0] for found in _HEADERS.finditer(head)) + b"\r\n"
                what = "BODY[HEADER.FIELDS (CONTENT-TYPE)]"
            else:
                size = re.search(r"<0\.(\d+)>", rest)
                data = data[: int(size[1])] if size else data
            before, behind = ("", f" UID {number}") if self.number_behind else (f"UID {number} ", "")
            lines.append(
                f"* {at} FETCH ({before}{what} {{{len(data)}}}\r\n".encode() + data + behind.encode() + b")"
            )
        return lines


@contextmanager
def letter_box() -> Iterator[LetterBox]:
    """Run the mailbox while the block runs."""
    box = LetterBox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            state: dict[str, bool] = {}
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                box.asked.append(command)
                lines, end = box.answer(command, state)
                self.wfile.write(b"".join(one + b"\r\n" for one in lines) + f"{tag} {end}\r\n".encode())
                if command.upper() == "LOGOUT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()
