"""A judge apart from the generator: a small residual network that names what a picture shows, learned on the same drawings
turned, scaled, moved, on any page colour, blurred and noisy, so that it knows the things and not the generator's habits.

    python classifier.py --pictures pictures.npz --out classifier.pt --minutes 3

Heads: the concept alone or left, the concept on the right (or none), the colour a thing was painted in (or none), the page's colour.
"""
import argparse, json, time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import DEVICE, amp, cosine
from compose import COLOURS, NAMES, Scenes, Table
from dataset import load

SIDE = 96
PAGES = (*NAMES, "white")


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.SiLU())
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.skip = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(nn.AvgPool2d(stride), nn.Conv2d(inputs, outputs, 1))

    def forward(self, x):
        return F.silu(self.second(self.first(x)) + self.skip(x))


class Classifier(nn.Module):
    """Pictures (n, 3, 96, 96) in -1…1 to logits {"first", "second", "paint", "page"}."""

    def __init__(self, concepts: int):
        super().__init__()
        widths = (32, 64, 128, 192, 256)
        self.body = nn.Sequential(nn.Conv2d(3, 32, 3, 1, 1), *(Block(a, b, 2) for a, b in zip((32, *widths[:-1]), widths)), Block(256, 256, 1))
        sizes = {"first": concepts, "second": concepts + 1, "paint": len(NAMES) + 1, "page": len(PAGES)}
        self.heads = nn.ModuleDict({name: nn.Linear(3 * 256, size) for name, size in sizes.items()})

    def forward(self, x):
        features = self.body(x)
        pooled = torch.cat([features.mean((2, 3)), *(half.mean((2, 3)) for half in features.chunk(2, dim=3))], 1)
        return {name: head(F.dropout(pooled, 0.1, self.training)) for name, head in self.heads.items()}


def random_batch(table: Table, concept_of: torch.Tensor, by_style: list[torch.Tensor], size: int):
    """Pictures (size, 3, 96, 96) and what the heads should say."""
    rand, concepts = torch.rand, int(concept_of.max()) + 1
    scenes = Scenes.empty(size)
    pair = rand(size) < 0.35
    styles = torch.randint(len(by_style), (size,))
    for n, drawings in enumerate(by_style):  # two things of one picture are of one style
        mine = styles == n
        scenes.index[mine] = drawings[torch.randint(len(drawings), (int(mine.sum()), 2))]
    scenes.index[~pair, 1] = -1
    small, alone = rand(size, 2) * 0.18 + 0.38, rand(size) * 0.55 + 0.5
    scenes.place[..., 0] = torch.where(pair[:, None], small, alone[:, None])
    room = (1 - scenes.place[..., 0]).clamp(min=0)
    scenes.place[..., 1] = torch.where(pair[:, None], torch.tensor([-0.48, 0.48]) + (rand(size, 2) - 0.5) * 0.16, (rand(size, 2) * 2 - 1) * room)
    scenes.place[..., 2] = (rand(size, 2) * 2 - 1) * torch.where(pair[:, None], torch.tensor(0.2), room)
    scenes.place[..., 3] = torch.where(rand(size, 2) < 0.5, 1.0, -1.0)
    scenes.place[..., 4] = (rand(size, 2) - 0.5) * 0.7
    painted = torch.where(rand(size) < 0.35, torch.randint(len(NAMES), (size,)), -1)
    scenes.paint[:] = painted[:, None]
    palette = torch.tensor(list(COLOURS.values())) / 255
    page = torch.where(rand(size) < 0.5, len(NAMES), torch.randint(len(NAMES), (size,)))
    page = torch.where(page == painted, len(NAMES), page)
    known = rand(size) < 0.8  # the others stand on any colour, and the page's head does not learn from them
    named = torch.cat([palette, torch.ones(1, 3)])[page] + (rand(size, 3) - 0.5) * 0.08
    scenes.background[:] = torch.where(known[:, None], named, rand(size, 3)).clamp(0, 1)
    pictures = table.compose(scenes.tensors(), SIDE)
    blurred = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    pictures = torch.lerp(pictures, blurred, rand(size, 1, 1, 1).to(DEVICE))
    pictures = pictures * (1 + (rand(size, 3, 1, 1).to(DEVICE) - 0.5) * 0.15) + (rand(size, 3, 1, 1).to(DEVICE) - 0.5) * 0.1 + torch.randn_like(pictures) * 0.06 * rand(size, 1, 1, 1).to(DEVICE)
    index = scenes.index
    labels = {
        "first": concept_of[index[:, 0]],
        "second": torch.where(pair, concept_of[index[:, 1].clamp(min=0)], concepts),
        "paint": torch.where(painted >= 0, painted, len(NAMES)),
        "page": torch.where(known, page, -1),
    }
    return pictures.clamp(-1.2, 1.2), {name: label.to(DEVICE) for name, label in labels.items()}


def read(path: Path) -> tuple[Classifier, list[str]]:
    state = torch.load(path, map_location=DEVICE, weights_only=True)
    model = Classifier(len(state["concepts"])).to(DEVICE)
    model.load_state_dict({name: value.float() for name, value in state["weights"].items()})
    return model.eval(), state["concepts"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--batch", type=int, default=512 if DEVICE == "cuda" else 64)
    args = parser.parse_args()
    torch.manual_seed(77)
    pictures, rows = load(args.pictures)
    concepts = sorted({row["name"] for row in rows})
    concept_of = torch.tensor([concepts.index(row["name"]) for row in rows])
    by_style = [torch.tensor([i for i, row in enumerate(rows) if row["style"] == style]) for style in sorted({row["style"] for row in rows})]
    table = Table(torch.from_numpy(pictures).permute(0, 3, 1, 2), DEVICE)
    model = Classifier(len(concepts)).to(DEVICE, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02, fused=DEVICE == "cuda")
    start, step, said = time.time(), 0, 0.0

    def score(count: int) -> dict[str, float]:
        model.eval()
        right = {name: [] for name in model.heads}
        with torch.no_grad():
            for _ in range(count):
                inputs, labels = random_batch(table, concept_of, by_style, args.batch)
                for name, logits in model(inputs).items():
                    seen = labels[name] >= 0
                    right[name].append((logits.argmax(1) == labels[name])[seen].float().mean().item())
        model.train()
        return {name: round(sum(values) / len(values), 3) for name, values in right.items()}

    while (progress := (time.time() - start) / (args.minutes * 60)) < 1:
        optimizer.param_groups[0]["lr"] = 2e-3 * min(1, (step + 1) / 100) * cosine(progress)
        inputs, labels = random_batch(table, concept_of, by_style, args.batch)
        with amp():
            outputs = model(inputs.contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(outputs[name].float(), labels[name], ignore_index=-1, label_smoothing=0.05) for name in outputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if time.time() - said > 10:
            said = time.time()
            print(f"classifier step {step} minute {(said - start) / 60:.1f} loss {loss.item():.3f}", flush=True)
    result = score(4096 // args.batch)
    print("classifier on scenes it has not seen:", result, "steps", step, flush=True)
    weights = {name: value.half() if value.is_floating_point() else value for name, value in model.state_dict().items()}
    torch.save({"concepts": concepts, "weights": weights}, args.out)
    args.out.with_suffix(".json").write_text(json.dumps({"accuracy": result, "steps": step, "batch": args.batch}) + "\n")


if __name__ == "__main__":
    main()
