import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../stack.ts';
import { report } from './figures.ts';

const STEPS = 8;
const LARGE_STEPS = 2;
const figures = z.object({ ratio: z.number(), torch: z.string(), seconds: z.record(z.string(), z.string()) });

/**
 * Time of a picture here ÷ in PyTorch diffusers, same weights and threads. Only where Python has PyTorch: it is no part of Darkroom. BENCH_LARGE
 * and BENCH_LARGE_TORCH name what training/large_model.py wrote, to compare at Stable Diffusion 1.5's size as well.
 */
export function pytorch(): void {
  if (spawnSync('python3', ['-c', 'import torch, diffusers']).status !== 0) {
    console.log('SKIPPED: pytorch: this Python has no torch and diffusers (apps/worker/training/requirements.txt).');
    return;
  }
  compare('demo', ['--steps', String(STEPS)]);
  const { BENCH_LARGE, BENCH_LARGE_TORCH } = process.env;
  if (!BENCH_LARGE || !BENCH_LARGE_TORCH) return;
  const large = ['--onnx', BENCH_LARGE, '--torch', BENCH_LARGE_TORCH, '--steps', String(LARGE_STEPS)];
  compare("random weights of Stable Diffusion 1.5's size", large);
}

function compare(model: string, options: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  try {
    const file = join(folder, 'figures.json');
    const script = join(ROOT, 'apps/worker/training/compare_speed.py');
    const { status } = spawnSync('python3', [script, ...options, '--json', file], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the comparison with PyTorch failed');
    const { ratio, torch, seconds } = figures.parse(JSON.parse(readFileSync(file, 'utf8')));
    const detail = Object.entries(seconds).map(([name, summary]) => `${name} ${summary}`);
    report(`time of a picture / in PyTorch ${torch}, ${model} (aim <= 1.0)`, ratio, detail.join('; '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
