"""Lay drawings on a page, many scenes at once, on whatever device holds them."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

# Colours that prompts can name, for things and for pages (sRGB, 0…255).
COLOURS = {
    "red": (222, 47, 47), "orange": (247, 140, 37), "yellow": (250, 212, 60), "green": (60, 168, 75), "blue": (56, 117, 226),
    "purple": (140, 75, 200), "pink": (247, 130, 190), "brown": (140, 92, 60), "grey": (150, 152, 158), "black": (32, 33, 38),
}
NAMES = tuple(COLOURS)
LUMA = (0.299, 0.587, 0.114)
SLOTS = 2


@dataclass
class Scenes:
    """n scenes of up to two drawings. Positions are in half page widths from the middle; a scale of 1 fills the page."""
    index: torch.Tensor  # (n, 2) int64, -1: nothing
    place: torch.Tensor  # (n, 2, 5) float32: scale, x, y, flip (±1), rotation in radians
    paint: torch.Tensor  # (n, 2) int64 into COLOURS, -1: as drawn
    background: torch.Tensor  # (n, 3) float32 in 0…1

    @classmethod
    def empty(cls, n: int) -> "Scenes":
        return cls(torch.full((n, SLOTS), -1), torch.tensor([1.0, 0, 0, 1, 0]).repeat(n, SLOTS, 1), torch.full((n, SLOTS), -1), torch.ones(n, 3))

    def put(self, n: int, slot: int, index: int, scale: float, x: float, y: float, flip: bool, rotation: float = 0.0, colour: str | None = None) -> None:
        self.index[n, slot] = index
        self.place[n, slot] = torch.tensor([scale, x, y, -1.0 if flip else 1.0, rotation])
        self.paint[n, slot] = NAMES.index(colour) if colour else -1

    def page(self, n: int, colour: str | None) -> None:
        if colour:
            self.background[n] = torch.tensor(COLOURS[colour]) / 255

    def tensors(self) -> tuple[torch.Tensor, ...]:
        return self.index, self.place, self.paint, self.background


class Table:
    """The drawings (n, 4, side, side) uint8 RGBA, and half as large for small copies."""

    def __init__(self, pictures: torch.Tensor, device: str):
        self.whole = pictures.to(device)
        self.half = torch.cat([self._halved(part) for part in self.whole.split(256)])
        self.palette = torch.tensor(list(COLOURS.values()), device=device).float() / 255
        self.luma = torch.tensor(LUMA, device=device).view(1, 3, 1, 1)
        self.middle = torch.cat([self._middle(part) for part in self.half.split(256)])

    @staticmethod
    def _halved(rgba: torch.Tensor) -> torch.Tensor:
        rgba = rgba.float() / 255
        small = F.avg_pool2d(torch.cat([rgba[:, :3] * rgba[:, 3:], rgba[:, 3:]], 1), 2)
        return (torch.cat([small[:, :3] / small[:, 3:].clamp(min=1e-3), small[:, 3:]], 1) * 255 + 0.5).clamp(0, 255).byte()

    def _middle(self, rgba: torch.Tensor) -> torch.Tensor:
        """Median luma of what is opaque."""
        luma = (rgba[:, :3].float() / 255 * self.luma).sum(1).masked_fill(rgba[:, 3] <= 128, torch.nan)
        return luma.flatten(1).nanmedian(1).values.nan_to_num(0.5)

    def _painted(self, rgb: torch.Tensor, middle: torch.Tensor, colour: torch.Tensor) -> torch.Tensor:
        """Paint in one colour, keeping light and shade; eyes and outlines (very bright, very dark) stay as they are."""
        colour = colour.view(-1, 3, 1, 1)
        luma = (rgb * self.luma).sum(1, keepdim=True)
        own = (colour * self.luma).sum(1, keepdim=True)
        shade = luma - middle.view(-1, 1, 1, 1) + own
        dark = colour * (shade / own).clamp(0, 1)
        light = 1 - (1 - colour) * ((1 - shade) / (1 - own)).clamp(0, 1)
        detail = (luma > 0.93) | (luma < 0.12)
        return torch.where(detail, rgb, torch.where(shade <= own, dark, light))

    def _placed(self, table: torch.Tensor, index: torch.Tensor, place: torch.Tensor, paint: torch.Tensor, side: int) -> torch.Tensor:
        """Premultiplied RGBA (n, 4, side, side) in 0…1."""
        rgba = table[index].float() / 255
        rgb, alpha = rgba[:, :3], rgba[:, 3:]
        chosen = paint >= 0
        if chosen.any():
            rgb = rgb.clone()
            rgb[chosen] = self._painted(rgb[chosen], self.middle[index[chosen]], self.palette[paint[chosen]])
        scale, x, y, flip, angle = place.unbind(-1)
        cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
        theta = torch.stack([
            torch.stack([flip * cos, flip * sin, -flip * (cos * x + sin * y)], -1),
            torch.stack([-sin, cos, sin * x - cos * y], -1)], 1)
        grid = F.affine_grid(theta, (len(index), 4, side, side), align_corners=False)
        return F.grid_sample(torch.cat([rgb * alpha, alpha], 1), grid, align_corners=False)

    def compose(self, scenes: tuple[torch.Tensor, ...], side: int = 256) -> torch.Tensor:
        """(n, 3, side, side) float32 in -1…1."""
        index, place, paint, background = (tensor.to(self.whole.device) for tensor in scenes)
        page = background.view(-1, 3, 1, 1).repeat(1, 1, side, side)
        small = place[..., 0] * 256 / side < 0.7 if side == 256 else torch.ones_like(index, dtype=torch.bool)
        for slot in range(SLOTS):
            for table, mine in ((self.whole, ~small[:, slot]), (self.half, small[:, slot])):
                rows = torch.nonzero(mine & (index[:, slot] >= 0)).flatten()
                if len(rows):
                    layer = self._placed(table, index[rows, slot], place[rows, slot], paint[rows, slot], side)
                    page[rows] = layer[:, :3] + page[rows] * (1 - layer[:, 3:])
        return page * 2 - 1
