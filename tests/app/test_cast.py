"""The cast stands as its page says."""

from service.app.relationship_see import relationships_of, relationships_to
from tests.cast import World


def test_everybody_is_in_the_state_that_the_cast_promises(world: World) -> None:
    with world.environment.database.reading() as session:
        states = {
            name: {one.id: one.state for one in relationships_to(session, world.people[name])}
            for name in ("Ерлан", "Олег", "Нұрлан", "Іңкәр", "Пётр", "Иван")
        }
    found = {pair: states[pair[1]][relationship] for pair, relationship in world.relations.items()}
    expected = dict.fromkeys(world.relations, "confirmed")
    expected.update({("Болат", "Ерлан"): "claimed", ("Сергей", "Ерлан"): "verified", ("Ләззат", "Нұрлан"): "revoked"})
    assert found == expected
    assert states["Иван"] == {}


def test_a_brother_does_not_see_his_claim_before_the_convict_has_answered(world: World) -> None:
    with world.environment.database.reading() as session:
        assert relationships_of(session, world.people["Болат"]) == []
