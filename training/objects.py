"""Choose the objects that the renderer may draw and write them to objects.json.

Input: the unpacked npm packages `@lobehub/fluent-emoji-3d` (art, MIT) and `emojibase-data` (labels, MIT).
Each entry of CHOICE is `emojibase label[=plain name][|colour][flags]`:
  `*` core object (drawn more often at first), `+` may be recoloured, `~` plural or mass noun (takes no article).
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

CHOICE = """
monkey face=monkey | gorilla | orangutan|orange | dog | dog face* | poodle | wolf | fox|orange* | raccoon | cat|orange* | cat face* | black cat
lion* | tiger | tiger face | leopard | horse face=horse|brown | unicorn* | zebra | deer | bison | cow | cow face | ox | water buffalo
pig|pink* | pig face | boar | ram | ewe=sheep | goat | camel | two-hump camel=bactrian camel | llama | giraffe | elephant* | mammoth | rhinoceros=rhino
hippopotamus=hippo | mouse face=mouse | rat | hamster | rabbit face=rabbit* | rabbit=white rabbit | chipmunk=squirrel | beaver | hedgehog | bat | bear|brown* | polar bear
koala* | panda* | sloth | otter | skunk | kangaroo | badger | turkey | chicken=hen | rooster | hatching chick | baby chick=chick|yellow
bird|blue+ | penguin* | dove | eagle | duck | swan|white | owl* | dodo | feather | flamingo|pink | peacock | parrot | goose | frog|green*
crocodile|green | turtle|green* | lizard | snake|green | dragon | sauropod=long-necked dinosaur | T-Rex=dinosaur* | spouting whale | whale|blue* | dolphin | seal
fish|blue+* | tropical fish | blowfish=pufferfish | shark* | octopus|red+* | spiral shell=seashell | coral | jellyfish | crab|red | lobster|red | shrimp | squid | oyster
snail | butterfly|blue+* | bug=caterpillar | ant | honeybee=bee* | beetle | lady beetle=ladybug* | cricket=grasshopper | spider | scorpion | mosquito | worm
bouquet | cherry blossom | white flower | lotus | rose|red+* | hibiscus | sunflower* | blossom=yellow flower | tulip|pink+ | seedling | potted plant
evergreen tree=pine tree* | deciduous tree=tree|green* | palm tree* | cactus|green* | sheaf of rice=wheat | four leaf clover|green | maple leaf|red | fallen leaf=autumn leaf | nest with eggs | mushroom|red+*
grapes|purple~ | melon | watermelon=slice of watermelon | tangerine=orange | lemon|yellow | lime|green | banana|yellow* | pineapple* | mango | red apple=apple|red* | green apple | pear|green
peach | cherries|red~ | strawberry|red* | blueberries~ | kiwi fruit | tomato|red* | olive | coconut | avocado* | eggplant|purple | potato | carrot|orange | ear of corn=ear of corn
hot pepper=chili pepper | bell pepper=pepper|green+ | cucumber | leafy green=lettuce~ | broccoli~ | garlic~ | onion | peanuts~ | chestnut
bread=loaf of bread | croissant | baguette bread=baguette | pretzel | bagel | pancakes~ | waffle | cheese wedge=piece of cheese | meat on bone | poultry leg=chicken leg | cut of meat=steak | bacon~
hamburger* | french fries~ | pizza=slice of pizza* | hot dog | sandwich | taco | burrito | egg=white egg | cooking=fried egg | pot of food=pot of stew | green salad=bowl of salad | popcorn~ | butter~ | salt=salt shaker
canned food=can of food | bento box | rice ball | cooked rice=bowl of rice | steaming bowl=bowl of noodles | spaghetti~ | sushi~ | fried shrimp | dango | dumpling | fortune cookie
soft ice cream | ice cream=bowl of ice cream | doughnut* | cookie | birthday cake* | shortcake=slice of cake | cupcake* | pie | chocolate bar | candy | lollipop | custard | honey pot=jar of honey
baby bottle | glass of milk | hot beverage=cup of coffee* | teapot|green+ | wine glass=glass of wine | cocktail glass | tropical drink | beer mug=mug of beer | cup with straw | bubble tea | ice=ice cube
chopsticks~ | spoon | kitchen knife | jar | amphora
globe showing Europe-Africa=globe | compass | mountain=mountain | volcano | beach with umbrella=beach | rock | wood=log | hut | house* | office building | hospital | castle* | church | mosque | tent | fountain
ferris wheel=ferris wheel | circus tent | locomotive=train | high-speed train | tram | bus=bus* | ambulance | fire engine=fire truck|red | police car | taxi|yellow | automobile=car|red+* | pickup truck | delivery truck=truck | tractor
racing car | motorcycle | motor scooter=scooter | bicycle | kick scooter | skateboard | traffic light | vertical traffic light=traffic light | stop sign | anchor | ring buoy=life ring | sailboat* | canoe | speedboat | ship
airplane* | parachute | helicopter | rocket* | flying saucer | satellite | luggage=suitcase | hourglass done=hourglass | watch | alarm clock | mantelpiece clock
crescent moon=moon|yellow* | full moon | sun|yellow* | ringed planet=planet | star|yellow* | cloud|white | cloud with lightning=storm cloud | cloud with rain=rain cloud | tornado | rainbow | umbrella|purple+ | high voltage=lightning bolt
snowflake | snowman without snow=snowman* | comet | fire=flame* | droplet=water drop|blue | water wave=wave
jack-o-lantern=pumpkin|orange* | Christmas tree=christmas tree | firecracker | balloon|red+* | party popper | wind chime | red envelope | ribbon=pink ribbon | wrapped gift=gift* | ticket | trophy | sports medal=medal
soccer ball* | baseball | basketball|orange | volleyball | american football | tennis=tennis racket | flying disc=frisbee | bowling=bowling ball | ping pong=ping pong paddle | boxing glove|red+ | ice skate | fishing pole | diving mask | skis~ | sled
bullseye=dartboard | yo-yo | kite | water pistol | pool 8 ball | crystal ball | magic wand | video game=game controller | joystick | game die=dice | puzzle piece|green+ | teddy bear* | piñata=pinata | mirror ball=disco ball | chess pawn
artist palette=paint palette | thread=spool of thread|blue+ | yarn=ball of yarn|orange+ | framed picture
glasses~ | sunglasses~ | goggles~ | lab coat | safety vest | necktie|blue+ | t-shirt|blue+ | jeans~ | scarf|red+ | gloves~ | coat | socks~ | dress|blue+ | kimono | shorts~ | purse | handbag | backpack|red+ | man’s shoe=shoe | running shoe=sneaker
hiking boot | high-heeled shoe=high heel|red+ | crown* | woman’s hat=sun hat | top hat* | graduation cap | billed cap=baseball cap|blue+ | lipstick | ring | gem stone=diamond
loudspeaker | megaphone | postal horn | bell|yellow | microphone | headphone=headphones~ | radio | saxophone | trumpet | accordion | guitar* | musical keyboard=piano keyboard | violin | banjo | drum | maracas~ | flute | harp
mobile phone=phone | telephone | battery | electric plug=plug | laptop | desktop computer | printer | keyboard | computer mouse | floppy disk | abacus | movie camera | television=tv | camera* | video camera | magnifying glass tilted left=magnifying glass
candle | light bulb* | flashlight | red paper lantern=paper lantern | closed book=book|red+* | open book | books=stack of books | notebook | scroll | newspaper | coin | money bag | credit card | envelope | package=cardboard box | postbox=mailbox|red
pencil | fountain pen | paintbrush | crayon|red+ | briefcase | calendar | clipboard | pushpin | paperclip | straight ruler=ruler | scissors~ | wastebasket | locked=padlock | key|yellow* | hammer | axe | dagger | crossed swords~ | bomb | bow and arrow
shield | carpentry saw=saw | wrench | screwdriver | gear | balance scale=scale | hook | toolbox|red+ | magnet | ladder | test tube | microscope | telescope | syringe | pill | stethoscope | door | mirror | window | bed | couch and lamp=couch | chair | toilet
bathtub | broom | basket | bucket|blue+ | soap | toothbrush | sponge | fire extinguisher | shopping cart | moai=stone head
ghost* | alien* | robot* | skull | clown face=clown | red heart=heart|red* | grinning face=smiley face|yellow* | snowman=snowman in snow | mage=wizard | pile of poo=poop
"""


def parse(entry: str) -> dict:
    """Split one CHOICE entry into its parts."""
    flags = ""
    while entry[-1] in "*+~":
        flags += entry[-1]
        entry = entry[:-1].strip()
    entry, _, colour = entry.partition("|")
    label, _, name = entry.partition("=")
    return {"label": label.strip(), "name": (name or label).strip(), "colour": colour.strip() or None,
            "core": "*" in flags, "recolour": "+" in flags, "plural": "~" in flags}


def entries() -> list[str]:
    """CHOICE as separate entries (` | ` with blanks separates, `|` without blanks starts a colour)."""
    return [part.strip() for line in CHOICE.strip().splitlines() for part in line.split(" | ")]


def main() -> None:
    """Resolve every label to a file and write objects.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--art", required=True, help="package/assets of @lobehub/fluent-emoji-3d")
    parser.add_argument("--labels", required=True, help="package/en/data.json of emojibase-data")
    parser.add_argument("--out", default=str(Path(__file__).with_name("objects.json")))
    args = parser.parse_args()
    files = {}
    for path in Path(args.art).glob("*.webp"):
        files[path.stem.lower().replace("-fe0f", "")] = path.name
    by_label = {}
    for item in json.loads(Path(args.labels).read_text()):
        by_label.setdefault(item["label"].lower(), (item["hexcode"], item.get("tags", []), item.get("group")))
    objects, names = [], set()
    for entry in map(parse, entries()):
        found = by_label.get(entry["label"].lower())
        name = files.get(found[0].lower().replace("-fe0f", "")) if found else None
        if name is None or entry["name"] in names:
            print("left out:", entry["label"], "(no art)" if name is None else "(name taken)")
            continue
        names.add(entry["name"])
        objects.append({"name": entry["name"], "file": name, "group": found[2], "colour": entry["colour"],
                        "core": entry["core"], "recolour": entry["recolour"], "plural": entry["plural"]})
    Path(args.out).write_text("[\n" + ",\n".join(json.dumps(o) for o in objects) + "\n]\n")
    print(len(objects), "objects,", sum(o["core"] for o in objects), "core,", sum(o["recolour"] for o in objects), "recolourable")


if __name__ == "__main__":
    main()
