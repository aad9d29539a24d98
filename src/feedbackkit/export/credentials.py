"""A statement as an Open Badges 3.0 EndorsementCredential, signed as a W3C verifiable credential 2.0 (``vc+jwt``).

Header and payload follow "Securing Verifiable Credentials using JOSE and COSE" (W3C, 2025): the payload is the
credential itself, signed with Ed25519 (``EdDSA``, RFC 8037).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, Final

from feedbackkit.domain import checks
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue
from feedbackkit.export.statements import beside

if TYPE_CHECKING:
    from feedbackkit.evidence.dossier import Statement
    from feedbackkit.ports import Signer

__all__ = ["endorsement_credential", "signed_endorsement"]

_CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


def endorsement_credential(
    statement: Statement,
    *,
    id: str,
    issuer: str,
    issuer_name: str,
    subject: str,
) -> dict[str, Any]:
    """The credential, not yet signed: the provider endorses that a source said this of the subject.

    `id`, `issuer` and `subject` are URIs, such as ``urn:uuid:…`` or ``did:…``; the issuer's must resolve to its public
    key for those who verify. Who said it stands in the comment's signature, as far as the dossier lets it be known, and
    below it the subject's reply and what verifications found.
    A statement without words that may be quoted is refused.
    """
    if not statement.passages:
        raise InvalidValue("statement", "must have words that may be quoted", "none")
    for field, value in (("id", id), ("issuer", issuer), ("subject", subject)):
        if ":" not in checks.line(f"credential.{field}", value, limit=500):
            raise InvalidValue(f"credential.{field}", "must be a URI", checks.shape(value))
    speaker = statement.speaker
    who = ", ".join(filter(None, (speaker.name, speaker.organisation)))
    words = "\n\n".join(passage.text for passage in statement.passages)
    comment = f"{words}\n— {who}" if who else words
    return {
        "@context": list(_CONTEXTS),
        "id": id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"Reference by {who}" if who else "Reference",
        "issuer": {"id": issuer, "type": ["Profile"], "name": checks.line("credential.issuer_name", issuer_name)},
        "validFrom": f"{face(statement.at_us):%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": subject,
            "type": ["EndorsementSubject"],
            "endorsementComment": "\n\n".join([comment, *beside(statement)]),
        },
    }


def signed_endorsement(credential: dict[str, Any], *, signer: Signer) -> str:
    """The credential as a compact JWS of type ``vc+jwt``; see `feedbackkit.export.Ed25519Signer` for a signer."""
    issuer = credential["issuer"]["id"]
    header = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "iss": issuer, "kid": f"{issuer}#{signer.key_id}"}
    signed = f"{_encoded(header)}.{_encoded(credential)}"
    return f"{signed}.{_base64(signer.sign(signed.encode('ascii')))}"


def _encoded(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
