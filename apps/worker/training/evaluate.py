"""What the built-in model really draws: pictures of the diffusion service itself, named by the classifier.

    npm run evaluate -- --pictures pictures.npz --classifier classifier.pt --out evaluation

Makes a list of prompts and seeds (nothing picked), has the service draw it (draw-list), asks classifier.py's network what each picture
shows, and writes models/demo/figures.json. A run that was stopped goes on with the same command.
"""
import argparse, json, random, subprocess
from collections import Counter, defaultdict
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
import numpy as np

from captions import STYLES, Captions, read_concepts, with_article
from classifier import PAGES, SIDE, read
from compose import NAMES
from dataset import load
from weights import DEMO, HERE, read_own, write_own

STEPS = 8
SEEDS = range(4)
KNOWN = 3  # seeds of a thing that must be named rightly before the form offers it
SAMPLE = 40  # things for the tables of steps, samplers and guidance
SAMPLERS = ("euler", "euler_ancestral", "heun", "dpm2", "dpm2_ancestral", "lms", "ddim", "ddpm", "dpmpp_2m", "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde", "unipc", "lcm", "deis")


def plan(everyday: dict[str, list[str]], names: list[str]) -> list[dict]:
    """{group, wish, wanted: what each head should say}."""
    choice, rows = random.Random(5), []
    things = [name.lower() for name in everyday]
    add = lambda group, prompt, seed, wanted, **more: rows.append({"group": group, "wish": {"prompt": prompt, "seed": seed, "steps": STEPS, **more}, "wanted": wanted})
    for thing in things:
        for seed in SEEDS:
            add("everyday things", with_article(thing), seed, {"first": thing})
    for style in STYLES:
        for thing in choice.sample(things, SAMPLE):
            add(f"style {style}", f"{with_article(thing)}, {style}", choice.randrange(1000), {"first": thing})
    for colour in NAMES:
        for thing in choice.sample(things, 20):
            add(f"thing painted {colour}", with_article(f"{colour} {thing}"), choice.randrange(1000), {"first": thing, "paint": colour})
            add(f"page {colour}", f"{with_article(thing)} on a {colour} background", choice.randrange(1000), {"first": thing, "page": colour})
    for _ in range(150):
        left, right = choice.sample(things, 2)
        add("pairs", f"{with_article(left)} and {with_article(right)}", choice.randrange(1000), {"first": left, "second": right})
    for noise in ("qwzxv", "a photo of", "highly detailed, 4k, masterpiece", "riding a bicycle through the forest at sunset"):
        for thing in choice.sample(things, 25):
            prompt = f"{noise} {with_article(thing)}" if noise == "a photo of" else f"{with_article(thing)}, {noise}"
            add("with words it does not know", prompt, choice.randrange(1000), {"first": thing})
    sample = choice.sample(things, SAMPLE)
    for steps in (4, 6, 8, 12, 20, 30):
        for i, thing in enumerate(sample):
            add(f"steps {steps}", with_article(thing), 100 + i, {"first": thing}, steps=steps)
    for sampler in SAMPLERS:
        for i, thing in enumerate(sample):
            add(f"sampler {sampler}", with_article(thing), 100 + i, {"first": thing}, sampler=sampler)
    for cfg in (1, 2, 3, 4, 5, 7, 10, 15):
        for i, thing in enumerate(sample):
            add(f"cfg {cfg}", with_article(thing), 100 + i, {"first": thing}, cfg_scale=cfg)
    for name in names:
        add("all concepts", with_article(name.lower()), 0, {"first": name.lower()})
    return rows


def everyday_word(name: str, everyday: dict[str, list[str]], captions: Captions) -> str:
    """What people call it: "car" for "automobile", "dog" for "dog face"."""
    short = name.lower().removesuffix(" face")
    return everyday[name][0] if everyday[name] else short if captions.meant_by(short) else name.lower()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("pictures", "classifier", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    args = parser.parse_args()
    _, drawings = load(args.pictures)
    everyday = read_concepts(HERE / "concepts.txt")
    captions = Captions(drawings, everyday)
    names = sorted({row["name"] for row in drawings})
    rows = plan(everyday, names)
    args.out.mkdir(parents=True, exist_ok=True)
    wishes = args.out / "list.json"
    wishes.write_text(json.dumps([row["wish"] for row in rows]))
    subprocess.run(["npm", "run", "--silent", "draw-list", "--", wishes.resolve(), (args.out / "drawn").resolve()], cwd=HERE.parents[2], check=True)

    model, concepts = read(args.classifier)
    meant = {word: captions.meant_by(word) for row in rows for word in (row["wanted"]["first"], row["wanted"].get("second")) if word}
    right: dict[str, Counter] = defaultdict(Counter)
    of_thing: dict[str, int] = Counter()
    taken: dict[str, Counter] = defaultdict(Counter)
    for start in range(0, len(rows), 64):
        part = rows[start:start + 64]
        pixels = np.stack([np.asarray(Image.open(args.out / "drawn" / f"{start + i}.png").convert("RGB")) for i in range(len(part))])
        inputs = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            said = {head: logits.argmax(1).tolist() for head, logits in model(F.interpolate(inputs, (SIDE, SIDE), mode="bilinear", antialias=True)).items()}
        for i, row in enumerate(part):
            wanted, count = row["wanted"], right[row["group"]]
            names_of = {"first": concepts, "second": [*concepts, None], "paint": [*NAMES, None], "page": PAGES}
            saw = {head: names_of[head][said[head][i]] for head in said}
            hits = {head: saw[head] in meant[value] if head in ("first", "second") else saw[head] == value for head, value in wanted.items()}
            count["pictures"] += 1
            for head, hit in hits.items():
                count[head] += hit
            count["all"] += all(hits.values())
            if row["group"] == "everyday things":
                of_thing[wanted["first"]] += hits["first"]
                if not hits["first"]:
                    taken[wanted["first"]][saw["first"]] += 1
    table = {group: {"pictures": count["pictures"], **{head: round(count[head] / count["pictures"], 3) for head in count if head != "pictures"}} for group, count in right.items()}
    for kind in ("thing painted", "page"):
        mine = [row for group, row in table.items() if group.startswith(kind)]
        table[f"{kind} (all colours)"] = {"pictures": sum(row["pictures"] for row in mine), "all": round(sum(row["all"] * row["pictures"] for row in mine) / sum(row["pictures"] for row in mine), 3)}
    poor = {thing: dict(taken[thing].most_common(2)) for thing in sorted(of_thing, key=of_thing.get) if of_thing[thing] <= 1}
    judge = json.loads(args.classifier.with_suffix(".json").read_text())
    (DEMO / "figures.json").write_text(json.dumps({"command": "npm run evaluate", "judge": judge, "steps": STEPS, "seeds": len(SEEDS), "precision": table, "taken_for_others": poor}, indent=2, ensure_ascii=False) + "\n")
    own = read_own()
    known = [name for name in everyday if of_thing[name.lower()] >= KNOWN]
    own["vocabulary"] = {"things": sorted({everyday_word(name, everyday, captions) for name in known}), "styles": list(STYLES), "colours": list(NAMES), "pairs": True}
    write_own(own)
    for group, row in table.items():
        print(f"{group:32} {row}")


if __name__ == "__main__":
    main()
