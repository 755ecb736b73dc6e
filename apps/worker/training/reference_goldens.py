"""Small goldens from the references: PyTorch's noise, diffusers' schedules, Hugging Face's token ids.

    npm run parity          (runs this after parity.py)
    python reference_goldens.py --openai-merges bpe_simple_vocab_16e6.txt.gz          (also that part of OpenAI's vocabulary)

Writes apps/worker/src/diffusion/goldens/{noise,schedules,tokens}.json, each with the versions that made it; with
OpenAI's merges (MIT; in the PyPI wheel open_clip_torch 3.3.0) also openai-tokens.json.
"""
import argparse, gzip, json, random, sys, tempfile
from pathlib import Path

import diffusers
import tokenizers
import torch
import transformers
from diffusers import EulerDiscreteScheduler
from transformers import CLIPTokenizer

HERE = Path(__file__).parent
OUT = HERE.parent / "src/diffusion/goldens"

# (seed, elements): one by one below 16, whole blocks, ragged ends, seeds beyond 32 bits
NOISE = ((0, 1), (0, 2), (5, 7), (7, 15), (0, 16), (42, 17), (42, 31), (7, 100), (112358132141, 16), (688982445, 16), (2**32, 16), (2**53 - 1, 48), (1, 2048),
         # each seed that people have asked about, below a block of 16, at it, and where it does not come out even
         *((seed, count) for seed in (0, 42, 2**32 - 1, 112358132141) for count in (3, 15, 16, 33, 4 * 5 * 7)))
# a latent, then the noise of stochastic steps: several draws of one generator; one of a pair is kept between those below 16
DRAWS = ((2**32 - 1, ((1, 4, 3, 5), (1, 4, 3, 5))), (0, ((3,), (1, 3, 3), (2, 8), (5,), (4,), (17,))), (42, ((1, 1, 1, 7),) * 5))



def noise() -> list[dict]:
    rows = []
    for seed, count in NOISE:
        values = torch.randn(count, generator=torch.Generator("cpu").manual_seed(seed))
        rows.append({"seed": seed, "values": [float(v) for v in values]})
    return rows


def draws() -> list[dict]:
    rows = []
    for seed, shapes in DRAWS:
        generator = torch.Generator("cpu").manual_seed(seed)
        rows.append({"seed": seed, "draws": [torch.randn(shape, generator=generator).flatten().tolist() for shape in shapes]})
    return rows


def schedules() -> list[dict]:
    rows = []
    betas = ({"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}, {"beta_schedule": "linear"}, {"beta_schedule": "squaredcos_cap_v2"},
             {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "rescale_betas_zero_snr": True}, {"trained_betas": [0.001 * (i + 1) for i in range(50)], "num_train_timesteps": 50})
    spacings = ({"timestep_spacing": "leading", "steps_offset": 1}, {"timestep_spacing": "leading"}, {"timestep_spacing": "trailing"}, {"timestep_spacing": "linspace"})
    for beta in betas:
        for spacing in spacings:
            config = {**beta, **spacing}
            for steps in (1, 2, 3, 7, 20, 27, 50):
                scheduler = EulerDiscreteScheduler(**config)
                scheduler.set_timesteps(steps)
                rows.append({"config": config, "steps": steps, "timesteps": [float(t) for t in scheduler.timesteps],
                             "sigmas": [float(s) for s in scheduler.sigmas], "initial_noise_sigma": float(scheduler.init_noise_sigma)})
    return rows


def texts() -> list[str]:
    """By hand what people have stumbled over; then words of many scripts, from every block that Python knows well."""
    chosen = ["", " ", "a dog", "A  DOG\n\nrun", "this is a test string of text", "caf\u00e9", "cafe\u0301", "a\u00a0dog", "a\u200bdog", "a \U0001f600 dog",
              "\u0661\u0662\u0663", "\ufb01sh", "\u0130stanbul", "hello world", "hello! dog", "don't we'll they've I'm he'd it's you're", "DON'T WE'LL", "''s ''t'll", "x'y'sz",
              "a <|endoftext|> dog", "A<|ENDOFTEXT|>!!b", "x!<|startoftext|>", "<|startoftext|><|endoftext|>", "<|end", "!!!", "a !dog", "!?...--", "100 dogs, 3.14", "2nd 3D 4k",
              "((((a))))", "[[a]]", "artoria_pendragon_\\(fate\\)", "\\", "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u039f\u0394\u039f\u03a3 \u03a3", "stra\u00dfe STRASSE \u1e9e",
              "\u30c6\u30b9\u30c8 \u732b", "\uac00\ub098\ub2e4", "\u1100\u1161", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd",
              "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "a\u0085b\u2028c\u2029d\u3000e\u1680f", "a\u180eb\ufeffc\u2060d\u00add", "\x01\x02\x1c\x1d\x1e\x1f\x7f", "\t\r\n\v\f", "\u00bd \u2167 \u2460 \u00b2 \u0be7 \u216b",
              "\u01c5 \u01c8 \u1f88", "\U00010400 \U0001d400 \U0001d7d8", "\u0345\u0300\u0301", "I\u0307 i\u0307", "\u212b \u2126 K", "\ufffd", "\U0010ffff", "\ue000", "a" * 300, "dog " * 60, "ab" * 200 + "!" * 100]
    generator = random.Random(4)
    blocks = [(0x20, 0x7f), (0x80, 0x100), (0x100, 0x250), (0x250, 0x2b0), (0x2b0, 0x300), (0x300, 0x370), (0x370, 0x400), (0x400, 0x530), (0x530, 0x600), (0x600, 0x700), (0x700, 0x860),
              (0x900, 0xe00), (0xe00, 0x1000), (0x1000, 0x10a0), (0x10a0, 0x1100), (0x1100, 0x1200), (0x1200, 0x1400), (0x1400, 0x1700), (0x1780, 0x18b0), (0x1e00, 0x1f00), (0x1f00, 0x2000),
              (0x2000, 0x2070), (0x2070, 0x20d0), (0x2100, 0x2190), (0x2190, 0x2400), (0x2460, 0x2500), (0x2500, 0x2800), (0x2c60, 0x2e00), (0x2e00, 0x2e80), (0x3000, 0x3100), (0x3130, 0x3400),
              (0x4e00, 0x4f00), (0xa640, 0xa6a0), (0xa720, 0xa7c0), (0xac00, 0xad00), (0xf900, 0xfb00), (0xfb00, 0xfb50), (0xfb50, 0xfe00), (0xfe20, 0xfe70), (0xff00, 0xfff0),
              (0x10300, 0x10480), (0x10400, 0x10450), (0x1d400, 0x1d800), (0x1f300, 0x1f650), (0x20000, 0x20100)]
    for start, end in blocks:
        for _ in range(6):
            letters = [chr(generator.randrange(start, end)) for _ in range(generator.randrange(1, 9))]
            letters.insert(generator.randrange(len(letters) + 1), generator.choice([" ", "a", "'s", "7", "Dog", "!"]))
            chosen.append("".join(letter for letter in letters if letter != "\0"))
    return chosen


def special(content: str) -> dict:
    return {"__type": "AddedToken", "content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}


def tokens() -> dict:
    """Ids of each text for the demo's tokenizer, and of some with another padding token and with markers found in cleaned text."""
    source = HERE.parents[2] / "models/demo/tokenizer"
    rows = [{"text": text, "ids": CLIP.encode(text)} for CLIP in [CLIPTokenizer.from_pretrained(source)] for text in texts()]
    variants = []
    for name, config in (("padded with !", {"pad_token": "!"}), ("markers in cleaned text", {"bos_token": special("<|startoftext|>"), "eos_token": special("<|endoftext|>"), "unk_token": special("<|endoftext|>"), "pad_token": "<|endoftext|>"})):
        full = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "model_max_length": 24, "tokenizer_class": "CLIPTokenizer", **config}
        with tempfile.TemporaryDirectory() as folder:
            for file in ("vocab.json", "merges.txt"):
                (Path(folder) / file).write_bytes((source / file).read_bytes())
            (Path(folder) / "tokenizer_config.json").write_text(json.dumps(full))
            tokenizer = CLIPTokenizer.from_pretrained(folder)
            some = ["a dog", "hello! dog", "a !dog", "don't!!'s", "a <|endoftext|> dog", "A<|ENDOFTEXT|>!!b", "x!<|startoftext|>", "<|STARTOFTEXT|> a", "dog " * 60]
            variants.append({"name": name, "config": full, "rows": [{"text": text, "ids": tokenizer(text, padding="max_length", truncation=True, max_length=24).input_ids} for text in some]})
    return {"rows": rows, "variants": variants}


OPENAI_TEXTS = ("this is a test string of text", "A  DOG\n\nrun", "caf\u00e9", "cafe\u0301", "a\u00a0dog", "a\u200bdog", "a \U0001f600 dog", "\u0661\u0662\u0663", "\ufb01sh",
                "\u0130stanbul", "hello world", "a photograph of an astronaut riding a horse", "trending on artstation, 8k, highly detailed")


def openai(path: Path) -> dict:
    """Ids of OpenAI's vocabulary for texts that people have reported, with the entries and merges that can matter for them."""
    sys.path.insert(0, str(HERE))
    from tokenizer import byte_alphabet
    alphabet = byte_alphabet()
    merges = gzip.decompress(path.read_bytes()).decode().split("\n")[1:49152 - 256 - 2 + 1]
    symbols = list(alphabet.values())
    entries = [*symbols, *(s + "</w>" for s in symbols), *(m.replace(" ", "") for m in merges), "<|startoftext|>", "<|endoftext|>"]
    ids = {entry: i for i, entry in enumerate(entries)}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "vocab.json").write_text(json.dumps(ids))
        (Path(folder) / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
        tokenizer = CLIPTokenizer(f"{folder}/vocab.json", f"{folder}/merges.txt", bos_token="<|startoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token="<|endoftext|>")
        rows = [{"text": text, "ids": tokenizer(text).input_ids[1:-1]} for text in OPENAI_TEXTS]
        split = tokenizer.backend_tokenizer
        words = [word for text in OPENAI_TEXTS for word, _ in split.pre_tokenizer.pre_tokenize_str(split.normalizer.normalize_str(text))]
    spelt = [word + "</w>" for word in words]
    ranks = {merge: rank for rank, merge in enumerate(merges) if any(merge.replace(" ", "") in word for word in spelt)}
    wanted = {*symbols, *(s + "</w>" for s in symbols), *(m.replace(" ", "") for m in ranks), "<|startoftext|>", "<|endoftext|>"}
    return {"source": "OpenAI CLIP, bpe_simple_vocab_16e6 (MIT)", "ids": {e: i for e, i in ids.items() if e in wanted}, "ranks": ranks, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--openai-merges", type=Path)
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    versions = {"torch": torch.__version__.split("+")[0], "diffusers": diffusers.__version__, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    contents = {"noise": {"rows": noise(), "draws": draws()}, "schedules": schedules(), "tokens": tokens()}
    if args.openai_merges:
        contents["openai-tokens"] = openai(args.openai_merges)
    for name, content in contents.items():
        (OUT / f"{name}.json").write_text(json.dumps({"command": "npm run parity", "versions": versions, name: content}, ensure_ascii=True) + "\n")
        print(name, (OUT / f"{name}.json").stat().st_size // 1024, "KiB")


if __name__ == "__main__":
    main()
