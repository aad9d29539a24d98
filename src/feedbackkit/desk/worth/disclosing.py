"""The disclosure log: who was shown which version of a dossier, sealed in a chain for each subject."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from feedbackkit.codec.chain import append, verify
from feedbackkit.codec.dossiers import decode_log, encode_log, version_of
from feedbackkit.codec.heads import NO_CHAIN
from feedbackkit.codec.text import canonical
from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.cabinet import change_id_of
from feedbackkit.desk.kinds import DISCLOSURE
from feedbackkit.desk.paging import PAGE, pages
from feedbackkit.desk.worth.dossiers import dossier
from feedbackkit.domain.disclosure import Disclosed, Disclosure
from feedbackkit.errors import StoreBusy
from feedbackkit.evidence.dossier import ShownTo
from feedbackkit.ports import Change, Put, RecordKey, Refused

if TYPE_CHECKING:
    from feedbackkit.desk.context import Context
    from feedbackkit.evidence.dossier import Dossier
    from feedbackkit.ports import HistoryEntry

__all__ = ["disclose", "disclosures", "shown_dossier", "verify_log"]

_LOG: Final = "disclosures"
_SEES_THE_LOG: Final = frozenset({"internal", "subject"})


def _chain(subject: str) -> str:
    """The name of a subject's log; no request has it, for the key of none holds a blank."""
    return f"disclosures {subject}"


async def shown_dossier(context: Context, subject: str, audience: str) -> Dossier:
    """The dossier; the subject and the provider see in it, too, who was shown what."""
    log = await disclosures(context, about=subject) if audience in _SEES_THE_LOG else []
    shown = [ShownTo(to=each.to, at_us=each.at_us, version=each.version) for each in log]
    return await dossier(context, subject, audience, shown=shown)


async def disclose(
    context: Context,
    subject: str,
    *,
    audience: str,
    to: str,
    client: str | None,
    purpose: str | None,
    actor: str | None,
) -> tuple[Dossier, Disclosure]:
    """Put a dossier together and write down that it was shown; the same version to the same reader counts once."""
    for _ in range(context.tries):
        made = await shown_dossier(context, subject, audience)
        disclosure = Disclosure(
            subject=subject,
            to=to,
            client=client,
            audience=audience,
            version=version_of(made),
            statements=[each.key for each in (*made.statements, *made.own_view)]
            + [each.reference for each in made.statements if each.reference is not None],
            at_us=made.as_of_us,
            purpose=purpose,
        )
        known = await _written(context, disclosure, actor)
        if known is not None:
            return made, known
    raise StoreBusy(f"the disclosure log of {subject!r} was changed by others again and again; try again")


async def _written(context: Context, disclosure: Disclosure, actor: str | None) -> Disclosure | None:
    """The disclosure as it is stored; `None` where somebody was faster and it has to be begun again."""
    reader = sha256(canonical([disclosure.to, disclosure.client, disclosure.audience, disclosure.version])).hexdigest()
    key = RecordKey(DISCLOSURE, f"{disclosure.subject}/disclosure/{reader[:32]}")
    log_key = RecordKey(_LOG, disclosure.subject)
    log, before = await context.store.read([log_key, key])
    if before is not None:
        return decode_as(Disclosure, before.body)
    end = NO_CHAIN if log is None else decode_log(log.head)
    subject, body = disclosure.subject, encode(disclosure)
    put = Put(*key, 0, None, subject, _refs(disclosure), "disclosed", b"[1]", body)
    event = Disclosed(
        at_us=disclosure.at_us,
        actor=actor or context.owner,
        ref=sha256(body).hexdigest(),
        reason=disclosure.purpose,
    )
    change_id = change_id_of(disclosure.at_us, context.owner, put, context.ids.salt())
    entry, end = append(_chain(subject), event, change_id=change_id, end=end, salt=context.ids.salt())
    version = 0 if log is None else log.version
    kept = Put(*log_key, version, None, subject, (subject,), "kept", encode_log(end), b"{}")
    [result] = await context.store.write([Change(change_id, disclosure.at_us, (kept, put), (entry,))])
    return None if isinstance(result, Refused) else disclosure


def _refs(disclosure: Disclosure) -> tuple[str, ...]:
    refs = (disclosure.subject, *disclosure.statements)
    return refs if disclosure.client is None else (*refs, disclosure.client)


async def disclosures(
    context: Context, *, about: str | None = None, of: str | None = None, to: str | None = None
) -> list[Disclosure]:
    """The disclosures about a subject, of a statement, to a client, in order of time."""
    found = [decode_as(Disclosure, record.body) async for record in pages(context, DISCLOSURE, ref=about or of or to)]
    fitting = [
        each
        for each in found
        if about in {None, each.subject} and to in {None, each.client} and (of is None or of in each.statements)
    ]
    return sorted(fitting, key=lambda each: (each.at_us, each.subject, each.to, each.version))


async def verify_log(context: Context, subject: str) -> None:
    """Pass where the disclosure log of a subject is whole; raise `Broken` where it is not."""
    [log] = await context.store.read([RecordKey(_LOG, subject)])
    entries: list[HistoryEntry] = []
    while True:
        page = await context.store.history(_chain(subject), after=len(entries), limit=PAGE)
        entries += page
        if len(page) < PAGE:
            break
    verify(entries, end=NO_CHAIN if log is None else decode_log(log.head))
