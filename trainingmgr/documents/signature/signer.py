"""Signs any number of files for one organisation. Made once for a batch: what does not differ is prepared here."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID

from trainingmgr.crypto import Identity
from trainingmgr.documents.certificate import Addition, Bound, Numbers
from trainingmgr.documents.fonts import font_chain
from trainingmgr.documents.pdf import deflate, ref
from trainingmgr.documents.signature.appearance import Appearance, Bodies
from trainingmgr.documents.signature.cms import CmsMaker, RawSign, raw_sign
from trainingmgr.documents.signature.device import device_sign
from trainingmgr.documents.signature.field import (
    Rectangle,
    SignatureDictionary,
    catalog_entries,
    field_body,
)
from trainingmgr.documents.signature.level import Level
from trainingmgr.documents.signature.update import NotPlainError, append_objects
from trainingmgr.domain.refusal import Refusal

if TYPE_CHECKING:
    from trainingmgr.documents.signature.timestamp import StampAuthority, ValidationData

# A time stamp's certificates may be others tomorrow.
_SPARE = 2048


class Signer:
    """Certifies files by PAdES, allowing no later change.

    Without a time stamp authority the level is B-B. With one it is B-LT where certificates, and word that none
    of them was revoked, can be had now, else B-T; `level` says which. `rectangle` makes the signature visible
    on `page` (counted from 0). Raises Refusal `signature.certificate_expired`, and what the device of the key
    or the authority refuse: `signature.device_missing`, `signature.device_failed`, `signature.tsa_unreachable`,
    `signature.tsa_refused`.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        reason: str = "",
        location: str = "",
        contact: str = "",
        tsa_url: str = "",
        rectangle: Rectangle | None = None,
        page: int = 0,
    ) -> None:
        certificate = x509.load_der_x509_certificate(identity.certificates[0])
        moment = datetime.now(UTC)
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            raise Refusal(
                "signature.certificate_expired",
                start=certificate.not_valid_before_utc.date().isoformat(),
                end=certificate.not_valid_after_utc.date().isoformat(),
            )
        self._certificate = identity.certificates[0]
        self._page = page
        self._rectangle = rectangle
        self._texts = {
            "name": _name_of(certificate),
            "reason": reason,
            "location": location,
            "contact": contact,
        }
        self._maker = CmsMaker(identity.certificates, _raw(identity))
        self._authority: StampAuthority | None = None
        self._data: ValidationData | None = None
        self._room = self._maker.longest
        if tsa_url:
            self._turn_to(tsa_url, identity, moment)
        self._dictionary = SignatureDictionary(**self._texts, room=self._room)
        self._appearance = (
            Appearance(self._texts["name"], rectangle, font_chain()) if rectangle is not None else None
        )
        self._packed_data = [[deflate(one) for one in group] for group in self._groups()]

    @property
    def level(self) -> Level:
        """What every file signed here attains."""
        if self._authority is None:
            return Level.B_B
        return Level.B_T if self._data is None else Level.B_LT

    def sign(self, pdf: bytes, moment: datetime | None = None) -> bytes:
        """The signed file; the given bytes stand at its head unchanged. `moment` is the present by default.

        At level B-B, and with a key at hand, the same file and moment give the same bytes; a file that is too
        unusual for the fast way (encrypted, with a form of its own) takes the present moment. Raises Refusal
        `signature.already_signed`, `signature.encrypted`, `signature.unreadable`, `signature.device_failed`,
        `signature.tsa_unreachable`, `signature.tsa_refused`.
        """
        moment = moment or datetime.now(UTC)
        try:
            out, at = append_objects(pdf, self._page, self.adding)
        except NotPlainError:
            from trainingmgr.documents.signature.elsewise import sign_elsewise

            return sign_elsewise(
                pdf,
                self._container,
                certificate=self._certificate,
                room=self._room,
                texts=self._texts,
                page=self._page,
                rectangle=self._rectangle,
                data=self._data,
            )
        self.fill(out, at, moment)
        return bytes(out)

    def adding(self, numbers: Numbers) -> Addition:
        """What a writer of a whole file puts into it; the first of the bodies is what `fill` is told the place of."""
        bodies = Bodies(numbers.first)
        signature = bodies.add(self._dictionary.body)
        shown = self._appearance.write(bodies) if self._appearance else None
        field = bodies.add(field_body(signature, numbers.page, self._rectangle, shown))
        store = self._write_data(bodies) if self._packed_data else None
        return Addition(
            bodies=bodies.bodies,
            page={"Annots": f"[{ref(field)}]"},
            catalog=catalog_entries(signature, field, store),
        )

    def fill(self, pdf: bytearray, at: int, moment: datetime | None = None) -> None:
        """Sign a finished file in place, the signature dictionary standing at `at`; no byte may change afterwards.

        Raises ValueError if it does not stand there or is filled already, and Refusal as `sign` does.
        """
        digest = self._dictionary.digest(pdf, at, moment or datetime.now(UTC))
        self._dictionary.put(pdf, at, self._container(digest))

    def finish(self, bound: Bound, moment: datetime | None = None) -> bytes:
        """Sign a file that was made with `adding`: `signer.finish(press.bind(snapshot, adding=signer.adding))`."""
        pdf = bytearray(bound.data)
        self.fill(pdf, bound.places[0], moment)
        return bytes(pdf)

    def _turn_to(self, url: str, identity: Identity, moment: datetime) -> None:
        # pyHanko takes half a second and 20 MB to load, which who needs no time stamp is spared.
        from trainingmgr.documents.signature.timestamp import StampAuthority, gather

        self._authority = StampAuthority(url)
        size, self._data = gather(identity, self._authority, moment)
        self._room += size + _SPARE

    def _groups(self) -> tuple[tuple[bytes, ...], ...]:
        data = self._data
        return (data.certificates, data.revocation_lists, data.responses) if data else ()

    def _container(self, digest: bytes) -> bytes:
        return self._maker.make(digest, self._authority.stamp if self._authority else None)

    def _write_data(self, bodies: Bodies) -> int:
        entries = ["/Type/DSS"]
        for name, group in zip(("Certs", "CRLs", "OCSPs"), self._packed_data, strict=True):
            if group:
                numbers = " ".join(ref(bodies.add_stream(one, {})) for one in group)
                entries.append(f"/{name}[{numbers}]")
        return bodies.add(f"<<{''.join(entries)}>>")


def _name_of(certificate: x509.Certificate) -> str:
    """The common name, or the organisation's where that is a longer form of it."""
    common, whole = (
        next((str(one.value) for one in certificate.subject.get_attributes_for_oid(kind)), "")
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    )
    return whole if whole.startswith(common) else common


def _raw(identity: Identity) -> RawSign:
    if identity.device is not None:
        return device_sign(identity.device, identity.certificates[0])
    if identity.key is None:
        raise ValueError("an identity without a key")
    return raw_sign(identity.key)
