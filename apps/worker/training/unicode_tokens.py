"""Ten thousand strings over all of Unicode, and the ids that Hugging Face's CLIP tokenizer gives them.

    npm run parity          (runs this too: it remakes the golden and then draws as many again with a new seed and has the engine compare)
Each string mixes characters of two neighbourhoods with words, digits, marks and spaces; together they hold every character that has a meaning in Unicode 17
once, and some of those for private use and without a meaning yet.
Writes apps/worker/src/diffusion/goldens/unicode-tokens.json.gz: {unicode, versions, rows: [[text, ids], …]}.
"""
import gzip, json, os, random, subprocess, tempfile
from pathlib import Path

import regex
import tokenizers
import transformers
from transformers import CLIPTokenizer

from weights import DEMO, HERE

COUNT = 10_000
OUT = HERE.parent / "src/diffusion/goldens/unicode-tokens.json.gz"
BETWEEN = (" ", " ", " ", "", "", "", "  ", ", ", "\t", "\n", "-", "'s", "'ll ", " dog ", "DOG", "2", "3d", "(", ")", ":1.2", "!", "<|endoftext|>", "\u0301", "\u200d", "\ufe0f")


def every(choice: random.Random) -> list[str]:
    """Every character that has a meaning, in the order of the blocks; regex has newer tables than Python's own."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    meant = regex.compile(r"[^\p{Cn}\p{Co}]")
    return [character for character in characters if meant.match(character) or choice.random() < 0.002]


def strings(seed: int) -> list[str]:
    choice = random.Random(seed)
    characters = every(choice)
    # neighbours stay near one another, as in words, and yet no two runs have the same strings
    size = 8
    pieces = [characters[i:i + size] for i in range(0, len(characters), size)]
    for piece in pieces:
        choice.shuffle(piece)
    choice.shuffle(pieces)
    texts: list[list[str]] = [[] for _ in range(COUNT)]
    for n, piece in enumerate(pieces):
        for character in piece:
            texts[n % COUNT] += [character, choice.choice(BETWEEN) if choice.random() < 0.4 else ""]
    return ["".join(text) for text in texts]


def write(seed: int, out: Path) -> None:
    reference = CLIPTokenizer.from_pretrained(DEMO / "tokenizer")
    rows = [[text, reference.encode(text)[1:-1]] for text in strings(seed)]
    golden = {"unicode": "17.0.0", "versions": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__}, "seed": seed, "rows": rows}
    # without a time in its head, so that the same rows are the same file
    out.write_bytes(gzip.compress(json.dumps(golden, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0))
    print(len(rows), "strings of", sum(len(row[0]) for row in rows), "characters", f"{out.stat().st_size / 1024:.0f} KiB")


def main() -> None:
    write(1, OUT)
    with tempfile.TemporaryDirectory() as folder:
        other, seed = Path(folder) / "others.json.gz", random.SystemRandom().randrange(2**32)
        print("others, seed", seed)
        write(seed, other)
        subprocess.run(["npx", "vitest", "run", "src/diffusion/tokenizer/unicode.test.ts"], cwd=HERE.parent, env={**os.environ, "UNICODE_TOKENS": str(other)}, check=True)


if __name__ == "__main__":
    main()
