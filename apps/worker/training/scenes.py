"""Random scenes to learn from: which drawings stand where, in which colour, on which page, and what that is called."""
import random
from dataclasses import dataclass

import torch
from torch.utils.data import IterableDataset, get_worker_info

from captions import Captions
from compose import COLOURS, Scenes

HANDED = ("left", "right", "clock", "book", "newspaper", "keyboard", "abc", "letter", "question", "calendar")  # never mirrored
EMPTY_CAPTIONS = 0.1  # for classifier-free guidance, Ho & Salimans 2022 (arXiv:2207.12598)


@dataclass
class Shares:
    """How often a scene has …"""
    pair: float = 0.2
    colour: float = 0.2
    background: float = 0.2
    exact: float = 0.5  # the drawing just as it was drawn: whole page, in the middle


class RandomScenes(IterableDataset):
    """Endless batches: (Scenes, token ids (n, length) int64)."""

    def __init__(self, rows: list[dict], everyday: dict[str, list[str]], tokens, size: int, seed: int, shares: Shares = Shares()):
        self.rows, self.tokens, self.size, self.seed, self.shares = rows, tokens, size, seed, shares
        self.captions = Captions(rows, everyday)
        self.by_style: dict[str, list[int]] = {}
        for i, row in enumerate(rows):
            if row["name"] in everyday:
                self.by_style.setdefault(row["style"], []).append(i)
        weight = lambda row: 3.0 if row["name"] in everyday else 0.5 if row["group"] == 0 else 1.0
        total, self.cumulative = 0.0, []
        for row in rows:
            total += weight(row)
            self.cumulative.append(total)

    def scene(self, choice: random.Random):
        """[(drawing, colour)], [(scale, x, y, flip)], background name or None, caption."""
        shares = self.shares
        flip = lambda i: choice.random() < 0.5 and not any(word in self.rows[i]["name"] for word in HANDED)
        colour = lambda share: choice.choice(tuple(COLOURS)) if choice.random() < share else None
        if choice.random() < shares.pair:
            style = choice.choice(tuple(self.by_style))
            things = choice.sample(self.by_style[style], 2)
            painted = [colour(shares.colour / 3) for _ in things]
            scale = choice.uniform(0.47, 0.54)
            places = [(scale * choice.uniform(0.92, 1), side * choice.uniform(0.46, 0.5), choice.uniform(-0.06, 0.06), flip(i)) for i, side in zip(things, (-1, 1))]
        else:
            things = choice.choices(range(len(self.rows)), cum_weights=self.cumulative)
            painted = [colour(shares.colour)]
            scale = 1.0 if choice.random() < shares.exact else choice.uniform(0.78, 1)
            places = [(scale, choice.uniform(-1, 1) * (1 - scale), choice.uniform(-1, 1) * (1 - scale), flip(things[0]))]
        background = colour(shares.background)
        if background in painted and choice.random() < 0.9:
            background = None  # a thing on a page of its own colour is hard to see
        caption = self.captions.write([(self.rows[i], c) for i, c in zip(things, painted)], background, choice)
        return list(zip(things, painted)), places, background, caption

    def batch(self, choice: random.Random, size: int) -> tuple[Scenes, list[str]]:
        scenes, captions = Scenes.empty(size), []
        for n in range(size):
            things, places, background, caption = self.scene(choice)
            for slot, ((index, colour), place) in enumerate(zip(things, places)):
                scenes.put(n, slot, index, *place, colour=colour)
            scenes.page(n, background)
            captions.append("" if choice.random() < EMPTY_CAPTIONS else caption)
        return scenes, captions

    def __iter__(self):
        info = get_worker_info()
        torch.set_num_threads(1)
        choice = random.Random(f"{self.seed} {info.id if info else 0}")
        while True:
            scenes, captions = self.batch(choice, self.size)
            ids = self.tokens(captions, padding="max_length", truncation=True, max_length=self.tokens.model_max_length, return_tensors="pt").input_ids
            yield scenes.tensors(), ids

    def corpus(self, count: int) -> list[str]:
        """Every name and keyword at least once, and captions, for the tokenizer."""
        choice = random.Random(self.seed)
        return [call for calls in self.captions.calls.values() for call in calls] + [self.scene(choice)[3] for _ in range(count)]
