"""What the verifier does not compare, and why: read from the tables themselves, for `docs/verify.md` and its test."""

from service.store.columns import Exempt
from service.store.tables import Passing, Row
from service.store.verify.tables import all_models


def exemptions() -> dict[str, str]:
    """Tables and columns outside the record, with the reason each gives."""
    found: dict[str, str] = {}
    for model in sorted(all_models(), key=lambda model: str(model.__tablename__)):
        columns = {column.name: column.info["record"] for column in model.__table__.columns}  # type: ignore[attr-defined]
        exempt = {name: record for name, record in columns.items() if isinstance(record, Exempt)}
        if issubclass(model, Passing) and exempt.keys() == columns.keys():
            found[f"`{model.__tablename__}`"] = model.exempt
        elif issubclass(model, Row | Passing):
            found |= {f"`{model.__tablename__}.{name}`": record.reason for name, record in exempt.items()}
    return found


def exemptions_page() -> str:
    """The table of `docs/verify.md`."""
    return "".join(f"| {what} | {why} |\n" for what, why in exemptions().items())


if __name__ == "__main__":
    print(exemptions_page(), end="")
