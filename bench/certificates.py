"""Certificates in a batch of 1,000: how many a second, one file a person or all in one, and how large.

Every page has the same words, and a symbol with a signed address of some 450 characters.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from hashlib import shake_256
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.peers import Peer, PlainReportLab, PlainWeasyPrint
from bench.row import Row, against
from trainingmgr.documents.certificate import Press
from trainingmgr.documents.fonts import load_chain
from trainingmgr.documents.merge import MergePart, merge_pdfs
from trainingmgr.domain.certificate import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CertificateLanguage,
    CertificateSnapshot,
    verify_url,
)

BATCH = 1000
TITLE = "全国社区治理和服务创新实验区示范培训班"
ROUNDS = 3
# So many are drawn in a round by the peers, whose time for the batch follows: they would take minutes.
PEER_SAMPLE = {"reportlab": 40, "weasyprint": 20}

_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def _signed_address(serial: str, code: str, name: str) -> str:
    """As long as one with a signed token, which tells the facts of the certificate, and of which the last part is
    as good as random."""
    head = b'{"alg":"EdDSA","kid":"2019-11","typ":"tm-cert+jws"}'
    said = (
        f'{{"iss":"train.example.org","sn":"{serial}","n":"{name}","h":"24",'
        f'"t":"{TITLE}","d":"2019-10-30/11-02"}}'
    )
    parts = (head, said.encode(), shake_256(serial.encode()).digest(64))
    token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return verify_url("https://train.example.org", serial, code) + "&t=" + token


def people(count: int) -> Iterator[CertificateSnapshot]:
    """Invented holders, each with a name, a serial and a code of their own."""
    day = date(2019, 11, 2)
    for number in range(count):
        serial = f"CD2019-2019-{number + 1:04d}"
        code = "".join(CODE_ALPHABET[(number * 7 + at * at * 11) % 32] for at in range(CODE_LENGTH))
        given = _GIVEN[number % 30] + _GIVEN[number // 30 % 30] * (number % 5 > 0)
        name = _SURNAMES[number % 20] + given
        yield CertificateSnapshot(
            language=CertificateLanguage.ZH,
            serial=serial,
            code=code,
            verify_url=_signed_address(serial, code, name),
            holder_name=name,
            training_title_zh=TITLE,
            training_title_en="",
            host_zh="民政部",
            host_en="",
            place_zh="四川省成都市",
            place_en="",
            start_date=date(2019, 10, 30),
            end_date=day,
            class_hours=Decimal(24),
            issue_date=day,
            is_sample=False,
        )


def _press() -> Press:
    return Press(fonts=load_chain())


def ours() -> float:
    """Certificates a second over the whole batch."""
    start = perf_counter()
    press = _press()
    for snapshot in people(BATCH):
        press.draw(snapshot)
    return BATCH / (perf_counter() - start)


def ours_steady() -> float:
    """The same once everything is set up and warm."""
    press = _press()
    everybody = list(people(BATCH))
    for snapshot in everybody[: BATCH // 2]:
        press.draw(snapshot)
    start = perf_counter()
    for snapshot in everybody[BATCH // 2 :]:
        press.draw(snapshot)
    return BATCH / 2 / (perf_counter() - start)


def ours_merged() -> float:
    """Pages a second of one file of the whole batch, drawn and merged."""
    start = perf_counter()
    press = _press()
    with TemporaryDirectory() as folder:
        parts = (MergePart(one.serial, press.draw(one)) for one in people(BATCH))
        merge_pdfs(parts, Path(folder, "all.pdf"), title="all")
    return BATCH / (perf_counter() - start)


def ours_bytes() -> float:
    press = _press()
    sizes = [len(press.draw(snapshot)) for snapshot in people(PEER_SAMPLE["reportlab"])]
    return sum(sizes) / len(sizes)


def _timed(make: Callable[[], Peer], sample: int) -> tuple[float, float]:
    """Seconds of set-up, and of each certificate."""
    start = perf_counter()
    peer = make()
    ready = perf_counter()
    for snapshot in people(sample):
        peer.draw(snapshot)
    return ready - start, (perf_counter() - ready) / sample


def _whole_batch(make: Callable[[], Peer], sample: int) -> float:
    prepared, each = _timed(make, sample)
    return BATCH / (prepared + each * BATCH)


def plain_reportlab() -> float:
    return _whole_batch(PlainReportLab, PEER_SAMPLE["reportlab"])


def plain_reportlab_steady() -> float:
    peer = PlainReportLab()
    for snapshot in people(5):
        peer.draw(snapshot)
    return 1 / _timed(lambda: peer, PEER_SAMPLE["reportlab"])[1]


def plain_reportlab_bytes() -> float:
    peer = PlainReportLab()
    sizes = [len(peer.draw(snapshot)) for snapshot in people(PEER_SAMPLE["reportlab"])]
    return sum(sizes) / len(sizes)


def weasyprint() -> float:
    return _whole_batch(PlainWeasyPrint, PEER_SAMPLE["weasyprint"])


def weasyprint_merged() -> float:
    """One document of so many pages as are drawn at all; its time a page is the same for more."""
    start = perf_counter()
    PlainWeasyPrint().draw_all(people(PEER_SAMPLE["weasyprint"]))
    return PEER_SAMPLE["weasyprint"] / (perf_counter() - start)


def _alone(task: Callable[[], float]) -> float:
    """In a process of its own, so that every round pays for its set-up."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task).result()


_PAIRS: tuple[tuple[str, Callable[[], float], Callable[[], float], int], ...] = (
    ("certificates, the whole batch, against a plain ReportLab script", ours, plain_reportlab, 25),
    ("certificates, set-up left out, against the same", ours_steady, plain_reportlab_steady, 100),
    ("certificates, the whole batch, against WeasyPrint on the same page", ours, weasyprint, 50),
    ("one print file of the whole batch, against WeasyPrint", ours_merged, weasyprint_merged, 50),
)


def rows() -> list[Row]:
    """Rounds in turn: each of ours and its peer, and again."""
    rates: list[tuple[list[float], list[float]]] = [([], []) for _ in _PAIRS]
    missing = ""
    for _ in range(ROUNDS):
        for (_, mine, theirs, _), (our_rates, peer_rates) in zip(_PAIRS, rates, strict=True):
            our_rates.append(_alone(mine))
            try:
                peer_rates.append(_alone(theirs))
            except OSError as error:
                missing = str(error).splitlines()[0]
    found = []
    for (name, _, _, least), (our_rates, peer_rates) in zip(_PAIRS, rates, strict=True):
        if len(peer_rates) == ROUNDS:
            found.append(against(name, our_rates, peer_rates, at_least=least, show=_rate))
        else:
            hint = (
                f"not measured: WeasyPrint cannot start ({missing}); install libpango-1.0-0 libpangoft2-1.0-0"
            )
            found.append(Row(name, _rate(max(our_rates)), hint, 0.0, 0.0, f"at least {least}", ok=False))
    return [*found, _bytes_row()]


def _bytes_row() -> Row:
    mine, theirs = _alone(ours_bytes), _alone(plain_reportlab_bytes)
    return Row(
        "bytes a certificate, against a plain ReportLab script",
        f"{mine:,.0f}",
        f"{theirs:,.0f}",
        mine / theirs,
        0.0,
        "at most 0.7",
        ok=mine / theirs <= 0.7,
    )


def _rate(value: float) -> str:
    return f"{value:,.1f} a second"


if __name__ == "__main__":
    for row in rows():
        print(row)
