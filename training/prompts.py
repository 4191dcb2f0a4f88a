"""The prompts that no training may see word for word: 64 for the demo sheet, 50 for retrieval and 50 more of rarer objects, 100 for what belongs to what."""
from __future__ import annotations

import numpy as np

from scenes import HUES, Scene, World, normalise

DEMO = """a red apple on a blue background
a cat on a yellow background
a dog face on a teal background
a penguin on a pink background
a lion on a light blue background
a fox on a white background
a panda on a green background
an owl on a purple background
an elephant on an orange background
a frog on a beige background
a butterfly on a black background
a bee on a light blue background
a ladybug on a white background
a turtle on a yellow background
an octopus on a teal background
a whale on a beige background
a shark on an orange background
a dinosaur on a pink background
a unicorn on a purple background
a koala on a brown background
a sunflower on a blue background
a rose on a black background
a cactus on an orange background
a palm tree on a pink background
a mushroom on a teal background
a pine tree on a beige background
a banana on a purple background
a strawberry on a green background
a pineapple on a light blue background
an avocado on a yellow background
a slice of pizza on a red background
a hamburger on a teal background
a doughnut on a blue background
a birthday cake on a purple background
a cupcake on a light blue background
a cup of coffee on a pink background
a yellow car on a gray background
a blue car on an orange background
a rocket on a black background
an airplane on a yellow background
a sailboat on a purple background
a castle on a light blue background
a house on a green background
a red balloon on a light blue background
a green balloon on a white background
a purple balloon on a yellow background
a guitar on a brown background
a camera on an orange background
a light bulb on a blue background
a crown on a purple background
a robot on a yellow background
a ghost on a black background
an alien on a purple background
a snowman on a light blue background
a pumpkin on a black background
a teddy bear on a white floor with a pink wall
a gift on a brown floor with a light blue wall
a cat to the left of a car on a white background
an apple to the right of a banana on a light blue background
a dog face next to a cat face on a green background
three strawberries on a white background
two penguins on a light blue background
a small rocket on a purple background
a big smiley face on a blue to pink gradient from top to bottom""".splitlines()

RETRIEVAL_SEED = 4242
RETRIEVAL_KINDS = {"plain": 0.56, "gradient": 0.08, "floor": 0.08, "size": 0.06, "position": 0.06, "two": 0.08, "count": 0.08}


def retrieval(world: World, count: int = 50) -> list[Scene]:
    """Scenes of core objects in (object, background) pairs that are held out, all captions and first objects different."""
    return different(world, RETRIEVAL_SEED, 1.0, count)


WIDE_SEED = 6262


def wide(world: World, count: int = 50) -> list[Scene]:
    """The same of the 421 objects that are not in the core."""
    return different(world, WIDE_SEED, 0.0, count)


def different(world: World, seed: int, core_share: float, count: int) -> list[Scene]:
    """Held-out scenes of which no two begin with the same object."""
    rng = np.random.default_rng(seed)
    scenes: list[Scene] = []
    seen: set[str] = set()
    while len(scenes) < count:
        scene = world.draw(rng, core_share, RETRIEVAL_KINDS, True)
        if scene.names[0] not in seen:
            seen.add(scene.names[0])
            scenes.append(scene)
    return scenes


BINDING_SEED = 5151
BINDING_KINDS = ("two", "position", "plain")


def binding(world: World, count: int = 100) -> list[Scene]:
    """Scenes of core objects before backgrounds that training never puts behind them: two objects beside or above each other, one in a place, one in a colour."""
    rng = np.random.default_rng(BINDING_SEED)
    scenes: list[Scene] = []
    seen: set[str] = set()
    while len(scenes) < count:
        kind = BINDING_KINDS[len(scenes) % len(BINDING_KINDS)]
        scene = world.draw(rng, 1.0, {kind: 1.0}, True)
        coloured = any(scene.caption.startswith((f"a {c} ", f"an {c} ")) and not scene.caption.startswith((f"a {c} background", f"an {c} background")) for c in HUES)
        if (kind == "plain" and not coloured) or scene.caption in seen:
            continue
        seen.add(scene.caption)
        scenes.append(scene)
    return scenes


def forbidden(world: World) -> set[str]:
    """All held-out captions, normalised."""
    return {normalise(p) for p in DEMO} | {normalise(s.caption) for s in (*retrieval(world), *wide(world), *binding(world))}
