"""Goldens of samplers and named schedules: k-diffusion's and diffusers' trajectories on a toy denoiser.

    npm run parity          (runs this too)

Writes apps/worker/src/diffusion/goldens/{samplers,named-schedules}.json with the versions that made them. Of k-diffusion only
`sampling.py` is loaded: the package as a whole wants a dozen others that no sampler uses.
"""
import importlib.util, json, math, subprocess, sys, tempfile, types, zipfile
from pathlib import Path

import diffusers
import numpy
import scipy.stats
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DEISMultistepScheduler, LCMScheduler, UniPCMultistepScheduler
from diffusers.schedulers import scheduling_ddpm, scheduling_lcm

OUT = Path(__file__).parent.parent / "src/diffusion/goldens"
CONFIG = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "num_train_timesteps": 1000}
K_DIFFUSION_VERSION = "0.1.1.post1"
VALUES = 6
STEPS = (1, 2, 7)
K_DIFFUSION = {"euler": "euler", "euler_ancestral": "euler_ancestral", "heun": "heun", "dpm2": "dpm_2", "dpm2_ancestral": "dpm_2_ancestral", "lms": "lms",
               "dpmpp_2m": "dpmpp_2m", "dpmpp_2s_ancestral": "dpmpp_2s_ancestral", "dpmpp_sde": "dpmpp_sde", "dpmpp_2m_sde": "dpmpp_2m_sde", "dpmpp_3m_sde": "dpmpp_3m_sde"}
STOCHASTIC = ("euler_ancestral", "dpm2_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde")


def load_k_diffusion():
    folder = tempfile.mkdtemp()
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, f"k-diffusion=={K_DIFFUSION_VERSION}"], check=True)
    (wheel,) = Path(folder).glob("*.whl")
    package = types.ModuleType("k_diffusion")
    package.__path__ = []
    utils = types.ModuleType("k_diffusion.utils")
    utils.append_dims = lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)]
    package.utils = utils
    sys.modules |= {"k_diffusion": package, "k_diffusion.utils": utils}
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("k_diffusion.sampling", loader=None))
    module.__package__ = "k_diffusion"
    exec(compile(zipfile.ZipFile(wheel).read("k_diffusion/sampling.py"), "sampling.py", "exec"), module.__dict__)
    return module


def toy(x, sigma):
    """D(x; sigma): smooth, not linear, different at every level."""
    return x / (1 + sigma**2) + 0.3 * torch.sin(2 * x / torch.sqrt(1 + sigma**2)) / (1 + sigma)


def training_sigmas() -> torch.Tensor:
    alphas = DDIMScheduler(**CONFIG).alphas_cumprod.double()
    return ((1 - alphas) / alphas).sqrt()


def named_schedules(k, sigmas: torch.Tensor, steps: int) -> dict[str, list[float]]:
    low, high, count = float(sigmas[0]), float(sigmas[-1]), len(sigmas)
    logs = sigmas.log()

    def sigma_of(t):  # k_diffusion.external.DiscreteSchedule.t_to_sigma
        t = t.double()
        low_index, high_index, weight = t.floor().long(), t.ceil().long(), t.frac()
        return ((1 - weight) * logs[low_index] + weight * logs[high_index]).exp()

    beta = numpy.rint(scipy.stats.beta.ppf(1 - numpy.linspace(0, 1, steps, endpoint=False), 0.6, 0.6) * (count - 1))
    schedules = {
        "karras": k.get_sigmas_karras(steps, low, high)[:-1].tolist(),
        "exponential": k.get_sigmas_exponential(steps, low, high)[:-1].tolist(),
        "normal": sigma_of(torch.linspace(count - 1, 0, steps, dtype=torch.float64)).tolist(),
        "sgm_uniform": sigma_of(torch.linspace(count - 1, 0, steps + 1, dtype=torch.float64)[:-1]).tolist(),
        "simple": [float(sigmas[-(1 + int(i * count / steps))]) for i in range(steps)],
        "ddim_uniform": [float(sigmas[1 + i * (count // steps)]) for i in range(steps)][::-1],
        "beta": [float(sigmas[int(t)]) for t in beta],
    }
    # ComfyUI drops a timestep that comes twice and has a step less; ours never has.
    return {name: levels for name, levels in schedules.items() if len(set(levels)) == steps}


class Noise:
    """The same draws for both sides; recorded as they are taken."""

    def __init__(self, seed: int):
        self.random = numpy.random.RandomState(seed)
        self.taken: list[list[float]] = []

    def next(self) -> torch.Tensor:
        # float32 values, so that both sides have the very same.
        values = self.random.randn(VALUES).astype("float32")
        self.taken.append([float(v) for v in values])
        return torch.from_numpy(values).double()[None]


def row(sampler, schedule, sigmas, start, noise, evaluations, end, timesteps=None) -> dict:
    return {"sampler": sampler, "schedule": schedule, "sigmas": sigmas, **({"timesteps": timesteps} if timesteps else {}), "start": start, "noise": noise,
            "evaluations": evaluations, "end": end}


def k_rows(k, schedules: dict[str, list[float]], steps: int) -> list[dict]:
    rows = []
    for sampler, name in K_DIFFUSION.items():
        # Theirs fail on a single step: a variable is only set in steps before the last.
        if steps == 1 and sampler in ("dpmpp_2m_sde", "dpmpp_3m_sde"):
            continue
        for schedule, levels in schedules.items():
            noise = Noise(len(rows))
            start = numpy.random.RandomState(1).randn(VALUES).astype("float32") * numpy.float32(levels[0])
            sigmas = torch.tensor([*levels, 0.0], dtype=torch.float64)
            evaluations = []

            def model(x, sigma):
                evaluations.append({"sigma": float(sigma[0]), "latent": x[0].tolist()})
                return toy(x, sigma[0])

            first = {}

            def noise_sampler(sigma, sigma_next):
                """Increments of one Brownian motion over sigma: the half step's is a part of the whole one's."""
                if sampler != "dpmpp_sde":
                    return noise.next()
                key = float(sigma)
                if key not in first:
                    first[key] = (float(sigma_next), noise.next())
                    return first[key][1]
                middle, half = first[key]
                share = (key - middle) / (key - float(sigma_next))
                return math.sqrt(share) * half + math.sqrt(1 - share) * noise.next()

            options = {"noise_sampler": noise_sampler} if sampler in STOCHASTIC else {}
            end = getattr(k, f"sample_{name}")(model, torch.from_numpy(start).double()[None], sigmas, disable=True, **options)
            rows.append(row(sampler, schedule, sigmas.tolist(), [float(v) for v in start], noise.taken, evaluations, end[0].tolist()))
    return rows


def diffusers_row(sampler: str, scheduler, steps: int) -> dict:
    """Their samples are x / sqrt(1 + sigma^2): the variance-preserving form."""
    scheduler.set_timesteps(steps)
    timesteps = [int(t) for t in scheduler.timesteps]
    # DEIS ends at the lowest level of training, the others at 0.
    sigmas = [float(training_sigmas()[t]) for t in timesteps] + [float(training_sigmas()[0]) if sampler == "deis" else 0.0]
    noise = Noise(steps)
    start = numpy.random.RandomState(1).randn(VALUES).astype("float32") * numpy.float32(sigmas[0])
    sample = torch.from_numpy(start).double()[None] / math.sqrt(1 + sigmas[0] ** 2)
    evaluations = []
    for i, timestep in enumerate(scheduler.timesteps):
        sigma = torch.tensor(sigmas[i], dtype=torch.float64)
        x = sample * torch.sqrt(1 + sigma**2)
        evaluations.append({"sigma": float(sigma), "latent": x[0].tolist()})
        epsilon = (x - toy(x, sigma)) / sigma
        generator = {"generator": noise} if sampler in ("ddpm", "lcm") else {}
        sample = scheduler.step(epsilon, timestep, sample, **generator).prev_sample
    return row(sampler, "leading", sigmas, [float(v) for v in start], noise.taken, evaluations, (sample[0] * math.sqrt(1 + sigmas[-1] ** 2)).tolist(), timesteps)


def diffusers_rows(steps: int) -> list[dict]:
    for module in (scheduling_ddpm, scheduling_lcm):
        module.randn_tensor = lambda shape, generator=None, **_: generator.next()
    leading = {**CONFIG, "timestep_spacing": "leading", "steps_offset": 1}
    return [
        diffusers_row("ddim", DDIMScheduler(**leading, clip_sample=False, set_alpha_to_one=True), steps),
        diffusers_row("ddpm", DDPMScheduler(**leading, clip_sample=False, variance_type="fixed_small"), steps),
        diffusers_row("unipc", UniPCMultistepScheduler(**leading, final_sigmas_type="zero"), steps),
        diffusers_row("deis", DEISMultistepScheduler(**leading), steps),
        diffusers_row("lcm", LCMScheduler(**CONFIG, clip_sample=False, set_alpha_to_one=True), steps),
    ]


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return value


def main() -> None:
    k = load_k_diffusion()
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "k-diffusion": K_DIFFUSION_VERSION, "scipy": scipy.__version__, "dtype": "float64"}
    sigmas = training_sigmas()
    schedules = [{"schedule": name, "steps": steps, "sigmas": levels} for steps in (*STEPS, 20, 50, 150) for name, levels in named_schedules(k, sigmas, steps).items()]
    rows = [each for steps in STEPS for each in k_rows(k, named_schedules(k, sigmas, steps), steps) + diffusers_rows(steps)]
    for name, content in (("named-schedules", {"config": CONFIG, "schedules": schedules}), ("samplers", {"config": CONFIG, "rows": rows})):
        (OUT / f"{name}.json").write_text(json.dumps({"versions": versions, **rounded(content)}) + "\n")
    print(f"{len(rows)} trajectories, {len(schedules)} schedules")


main()
