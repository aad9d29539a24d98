"""References: from an answer or a talk to a sealed statement, and what is appended to it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedbackkit.codec.references import Signed, digest_of, reference_digest
from feedbackkit.codec.values import decode_as, encode
from feedbackkit.desk.answers.answering import answer_key
from feedbackkit.desk.kinds import REFERENCE, VERIFICATION
from feedbackkit.desk.looks.looking import one
from feedbackkit.desk.plans.questioning import questionnaire_of
from feedbackkit.desk.references.reference_file import Folder, ReferenceFile, reference_file, reply_key, until_stored
from feedbackkit.desk.worth.voices import voice_of
from feedbackkit.domain.answer import Answer
from feedbackkit.domain.checks import NOTE_LIMIT, presentable, text
from feedbackkit.domain.questionnaire import Choice
from feedbackkit.domain.reference import Reference, ReferenceEventKind, ReferenceReply, ReferenceState
from feedbackkit.domain.verification import Finding, Verification, points_of
from feedbackkit.errors import InvalidValue, NotAllowed
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from feedbackkit.desk.context import Context
    from feedbackkit.domain.people import Party
    from feedbackkit.domain.voice import Voice
    from feedbackkit.ports import Signer

__all__ = [
    "approve",
    "draft",
    "record_call",
    "reply",
    "retract",
    "seal",
    "voice_in_force",
    "words_of",
]


async def voice_in_force(context: Context, request: str) -> Voice:
    """The answer in force to a request, with who gave it; a request without one raises `NotAllowed`."""
    revision = (await one(context, request)).progress.revision
    [record] = await context.store.read([answer_key(request, max(1, revision))])
    if record is None:
        raise NotAllowed(f"request {request!r} has no answer to make a reference of")
    return await voice_of(context, decode_as(Answer, record.body))


async def words_of(context: Context, voice: Voice, question: str | None) -> str:
    """What was said in words to a question, or to the only one that was answered in words; a choice is no words."""
    ref = voice.request.questionnaire
    asked = () if ref is None else (await questionnaire_of(context, ref)).questions
    choices = {each.name for each in asked if isinstance(each, Choice)}
    said = {name: words for name, words in voice.answer.items.items() if isinstance(words, str) and name not in choices}
    if question is None and len(said) == 1:
        return next(iter(said.values()))
    if question is None or question not in said:
        told = ", ".join(said) or "none was"
        raise InvalidValue("reference.question", f"must be one answered in words ({told}), or give the text", "another")
    return said[question]


async def draft(context: Context, reference: Reference, *, actor: str | None) -> Reference:
    """Store a draft, or word it anew; the same content twice is no event."""

    async def attempt(folder: Folder) -> None:
        if reference.supersedes is not None:
            _may_follow(reference, (await reference_file(context, reference.supersedes)))
        [record] = await context.store.read([RecordKey(REFERENCE, reference.key)])
        digest = reference_digest(reference)
        if record is None:
            folder.happen(ReferenceFile.new(reference), ReferenceEventKind.DRAFTED, ref=digest)
            return
        file = ReferenceFile.stored(record)
        if (file.reference.subject, file.reference.source) != (reference.subject, reference.source):
            raise InvalidValue(
                "reference.key", "must belong to one reference only", f"{reference.key!r} for another one"
            )
        if file.standing.content != digest:
            folder.happen(file, ReferenceEventKind.REDRAFTED, ref=digest)
            file.rewrite(reference)

    await until_stored(context, reference.key, attempt, actor=actor)
    return reference


def _may_follow(reference: Reference, predecessor: ReferenceFile) -> None:
    before = predecessor.reference
    if (before.subject, before.source) != (reference.subject, reference.source):
        raise NotAllowed(
            f"reference {before.key!r} is another source's or about somebody else: it cannot be superseded"
        )
    state, successor = predecessor.standing.state, predecessor.standing.successor
    if state is not ReferenceState.SEALED and successor != reference.key:
        raise NotAllowed(f"reference {before.key!r} is {state} and cannot be superseded")


async def approve(
    context: Context, key: str, *, content: str | None, party: Party, reason: str | None, actor: str | None
) -> None:
    """Take its source's word for it; said twice it counts once.

    `content`: the digest of what the source saw. Where it was worded anew meanwhile, it is not approved.
    """

    async def attempt(folder: Folder) -> None:
        file = await reference_file(context, key)
        seen = content or file.digest
        if file.standing.state in _STOOD_BY and file.standing.content == seen:
            return
        folder.happen(
            file, ReferenceEventKind.APPROVED, ref=seen, party=party, reason=_words("approval.reason", reason)
        )

    await until_stored(context, key, attempt, actor=actor)


_STOOD_BY: Final = frozenset({ReferenceState.APPROVED, ReferenceState.SEALED, ReferenceState.SUPERSEDED})


def _words(field: str, words: str | None) -> str | None:
    return None if words is None else text(field, words, limit=NOTE_LIMIT)


async def seal(context: Context, key: str, *, signer: Signer | None, actor: str | None) -> None:
    """Seal what was approved, and let it take the place of the one that it supersedes; said twice it counts once."""

    async def attempt(folder: Folder) -> None:
        file = await reference_file(context, key)
        if file.standing.state in _SEALED:
            return
        digest = file.digest
        folder.happen(file, ReferenceEventKind.SEALED, ref=digest)
        if signer is not None:
            file.signed = Signed(signer.key_id, signer.sign(bytes.fromhex(digest)).hex())
        if file.reference.supersedes is not None:
            folder.happen(
                await reference_file(context, file.reference.supersedes), ReferenceEventKind.SUPERSEDED, ref=key
            )

    await until_stored(context, key, attempt, actor=actor)


_SEALED: Final = frozenset({ReferenceState.SEALED, ReferenceState.SUPERSEDED})


async def retract(context: Context, key: str, *, party: Party, reason: str | None, actor: str | None) -> None:
    """Take a reference back; it stays on record. Said twice it counts once."""

    async def attempt(folder: Folder) -> None:
        file = await reference_file(context, key)
        if file.standing.state is ReferenceState.RETRACTED:
            return
        folder.happen(file, ReferenceEventKind.RETRACTED, party=party, reason=_words("retraction.reason", reason))

    await until_stored(context, key, attempt, actor=actor)


async def reply(context: Context, key: str, words: str, *, party: Party, actor: str | None) -> ReferenceReply:
    """Append what the subject says; the same words as last time are no event."""
    said: list[ReferenceReply] = []

    async def attempt(folder: Folder) -> None:
        said.clear()
        file = await reference_file(context, key)
        number = file.standing.replies
        [last] = await context.store.read([reply_key(key, number)])
        before = None if last is None else decode_as(ReferenceReply, last.body)
        if before is not None and before.words == words:
            said.append(before)
            return
        now = ReferenceReply(reference=key, at_us=folder.now_us, words=words)
        folder.happen(file, ReferenceEventKind.REPLIED, ref=digest_of(now), party=party)
        folder.others.append(_appended(reply_key(key, number + 1), file.reference, now))
        said.append(now)

    await until_stored(context, key, attempt, actor=actor)
    return said[0]


def _appended(key: RecordKey, reference: Reference, value: Verification | ReferenceReply) -> Put:
    refs = (reference.subject, reference.source)
    return Put(*key, 0, None, reference.source, refs, "appended", b"[1]", encode(value))


async def record_call(context: Context, found: Verification, *, actor: str | None) -> Verification:
    """Append what a call found; the same call under the same key is recorded once."""
    key = RecordKey(VERIFICATION, f"{found.reference}/call/{found.key}")

    async def attempt(folder: Folder) -> None:
        file = await reference_file(context, found.reference)
        [record] = await context.store.read([key])
        if record is not None:
            if decode_as(Verification, record.body) != found:
                raise InvalidValue("verification.key", "must belong to one call only", f"{found.key!r} for another one")
            return
        if found.at_us > folder.now_us:
            raise InvalidValue("verification.at", "must not lie ahead", "a later instant")
        known = {point.id for point in points_of(file.reference)}
        unknown = [point for point in found.points if point not in known]
        if unknown:
            raise InvalidValue("verification.points", f"must be of 1 to {len(known)}", presentable(unknown[0]))
        confirmed = found.finding is Finding.CONFIRMED
        kind = ReferenceEventKind.CONFIRMED if confirmed else ReferenceEventKind.DISPUTED
        folder.happen(file, kind, ref=digest_of(found))
        folder.others.append(_appended(key, file.reference, found))

    await until_stored(context, found.reference, attempt, actor=actor)
    return found
