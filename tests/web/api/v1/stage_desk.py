"""What the desk's acts of two need before they are asked for or decided."""

from tests.cast import MEDIUM
from tests.web.api.v1.callers import Face, uid
from tests.web.api.v1.stage import Ask

WANTED = {"institution": MEDIUM, "role": "call_supervisor"}


def reopening_body(face: Face) -> dict[str, object]:
    """A friend's tie, refused a moment ago."""
    tie = face.relationship("Сергей")
    refused = face.officer("head").post(f"/relationships/{tie}/refusal", {"ground": "ground-no-document"})
    assert refused.status_code == 204
    return {"relationship": tie, "ground": "refused-in-error", "article": "IR 86", "words": "Перепутаны бумаги"}


def merge_body(face: Face) -> dict[str, object]:
    return {
        "kept": face.relationship("Болат"), "ended": face.relationship("Сергей"), "ground": "same-phone",
        "words": "Один человек",
    }  # fmt: skip


def merge_to_decide(face: Face) -> Ask:
    made = face.officer("registry_officer").post("/merges", merge_body(face))
    return Ask(f"/merges/{made.json['id']}/decision", {"grant": False})


def role_wanted(face: Face) -> Ask:
    gate = uid(face.world.as_officer("gate_officer").id)
    return Ask(f"/officers/{gate}/roles", WANTED, "account_administrator")


def role_to_give(face: Face) -> Ask:
    asked = role_wanted(face)
    made = face.officer("account_administrator").post(asked.path, asked.body)
    return Ask(f"/roles/{made.json['id']}/approval")


def role_to_end(face: Face) -> Ask:
    asked = role_to_give(face)
    return Ask(asked.path.replace("/approval", "/ending"), {"reason": "not-approved"})
