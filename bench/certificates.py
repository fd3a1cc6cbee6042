"""Certificates a second, one file a person, in a batch of 1,000 with its set-up counted."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from time import perf_counter

from bench.peers import PlainReportLab, PlainWeasyPrint
from bench.row import Row, against
from trainingmgr.documents.certificate import draw_certificate
from trainingmgr.documents.fonts import load_chain
from trainingmgr.domain.certificate import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CertificateLanguage,
    CertificateSnapshot,
    verify_url,
)

BATCH = 1000
ROUNDS = 5
# So many are drawn in a round by the peers, whose time for the batch follows: they would take minutes.
PEER_SAMPLE = {"reportlab": 60, "weasyprint": 30}

_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def people(count: int) -> Iterator[CertificateSnapshot]:
    """Invented holders, each with a name, a serial and a code of their own."""
    day = date(2019, 11, 2)
    for number in range(count):
        serial = f"CD2019-2019-{number + 1:04d}"
        code = "".join(CODE_ALPHABET[(number * 7 + at * at * 11) % 32] for at in range(CODE_LENGTH))
        given = _GIVEN[number % 30] + _GIVEN[number // 30 % 30] * (number % 5 > 0)
        yield CertificateSnapshot(
            language=CertificateLanguage.ZH,
            serial=serial,
            code=code,
            verify_url=verify_url("https://train.example.org", serial, code),
            holder_name=_SURNAMES[number % 20] + given,
            training_title_zh="全国社区治理和服务创新实验区示范培训班",
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


def ours() -> float:
    """Certificates a second over the whole batch."""
    start = perf_counter()
    chain = load_chain()
    for snapshot in people(BATCH):
        draw_certificate(snapshot, chain)
    return BATCH / (perf_counter() - start)


def _peer(make: Callable[[], PlainReportLab | PlainWeasyPrint], sample: int) -> float:
    start = perf_counter()
    peer = make()
    ready = perf_counter()
    for snapshot in people(sample):
        peer.draw(snapshot)
    each = (perf_counter() - ready) / sample
    return BATCH / (ready - start + each * BATCH)


def plain_reportlab() -> float:
    return _peer(PlainReportLab, PEER_SAMPLE["reportlab"])


def weasyprint() -> float:
    return _peer(PlainWeasyPrint, PEER_SAMPLE["weasyprint"])


def _alone(task: Callable[[], float]) -> float:
    """In a process of its own, so that every round pays for its set-up."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task).result()


def rows() -> list[Row]:
    """Rounds in turn: ours, ReportLab, WeasyPrint, and again."""
    taken: dict[Callable[[], float], list[float]] = {ours: [], plain_reportlab: [], weasyprint: []}
    missing = ""
    for _ in range(ROUNDS):
        for task, rates in taken.items():
            try:
                rates.append(_alone(task))
            except OSError as error:
                missing = str(error).splitlines()[0]
    found = [
        against(
            "certificates, against a plain ReportLab script",
            taken[ours],
            taken[plain_reportlab],
            at_least=4,
            show=_rate,
        )
    ]
    name = "certificates, against WeasyPrint on the same page"
    if missing:
        hint = f"not measured: WeasyPrint cannot start ({missing}); install libpango-1.0-0 libpangoft2-1.0-0"
        return [*found, Row(name, _rate(max(taken[ours])), hint, 0.0, 0.0, "at least 10", ok=False)]
    return [*found, against(name, taken[ours], taken[weasyprint], at_least=10, show=_rate)]


def _rate(value: float) -> str:
    return f"{value:,.1f} a second"


if __name__ == "__main__":
    for row in rows():
        print(row)
