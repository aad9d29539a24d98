"""An endorsement that others can verify without the store it came from."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld  # type: ignore[import-untyped]  # publishes no types

from feedbackkit.errors import InvalidValue
from feedbackkit.export import Ed25519Signer, endorsement_credential, signed_endorsement
from tests.evidence.sample import sample

if TYPE_CHECKING:
    from feedbackkit.evidence.dossier import Statement

CONTEXTS: Final = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
}
VOCABULARY: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
SIGNER: Final = Ed25519Signer(bytes(range(32)))


def _quoted() -> Statement:
    return next(each for each in sample().statements if each.passages and each.speaker.name)


def _credential(**fields: Any) -> dict[str, Any]:
    values = {
        "id": "urn:uuid:8f0f4c1e-0000-4000-8000-000000000001",
        "issuer": "did:web:hanse-interim.example",
        "issuer_name": "Hanse Interim GmbH",
        "subject": "urn:feedbackkit:p-brandt",
    }
    return endorsement_credential(_quoted(), **{**values, **fields})


def _shipped(url: str, _options: object) -> dict[str, Any]:
    """The published contexts, as a package ships them; any other address fails."""
    text = files("openbadgeslib.ob3.contexts").joinpath(CONTEXTS[url]).read_text("utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def _leaves(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_leaves(each) for key, each in value.items() if key not in {"@context", "type"}), set())
    if isinstance(value, list):
        return set().union(*(_leaves(each) for each in value), set())
    return {str(value)}


def test_every_term_is_of_the_published_contexts() -> None:
    """Expanded by them nothing is lost: a term that they do not know would be dropped."""
    credential = _credential()
    options: Any = {"documentLoader": _shipped}
    expanded = jsonld.expand(credential, options)
    assert _leaves(credential) <= _leaves(expanded)
    assert f"{VOCABULARY}EndorsementCredential" in expanded[0]["@type"]
    [subject] = expanded[0]["https://www.w3.org/2018/credentials#credentialSubject"]
    assert subject["@type"] == [f"{VOCABULARY}EndorsementSubject"]
    assert f"{VOCABULARY}endorsementComment" in subject


def test_the_signature_holds_under_the_public_key_and_no_other() -> None:
    """A compact JWS of type vc+jwt, whose payload is the credential itself."""
    token = signed_endorsement(_credential(), signer=SIGNER)
    header, payload, signature = (urlsafe_b64decode(f"{part}==") for part in token.split("."))
    assert json.loads(header)["typ"] == "vc+jwt"
    assert json.loads(header)["alg"] == "EdDSA"
    assert json.loads(payload) == _credential()
    signed = token.rpartition(".")[0].encode()
    Ed25519PublicKey.from_public_bytes(SIGNER.public_key).verify(signature, signed)
    other = Ed25519Signer(bytes(32)).public_key
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(other).verify(signature, signed)


def test_the_words_are_the_source_s_own() -> None:
    """The comment holds what was said, and who said it."""
    comment = _credential()["credentialSubject"]["endorsementComment"]
    statement = _quoted()
    assert statement.passages[0].text in comment
    assert str(statement.speaker.name) in comment


def test_what_may_not_be_quoted_is_no_endorsement() -> None:
    """Without words there is nothing to sign."""
    silent = next(each for each in sample().statements if not each.passages)
    with pytest.raises(InvalidValue, match="must have words"):
        endorsement_credential(silent, id="urn:x", issuer="did:web:x", issuer_name="X", subject="urn:y")


@pytest.mark.parametrize("field", ["id", "issuer", "subject"])
def test_a_name_where_a_uri_belongs_is_refused(field: str) -> None:
    """Whoever is endorsed and whoever endorses is named so that a program can find them."""
    with pytest.raises(InvalidValue, match=rf"^credential.{field} must be a URI"):
        _credential(**{field: "Thomas Brandt"})
