import { diffusionConfig } from '../../apps/worker/src/diffusion/config.ts';
import { startDiffusion } from '../../apps/worker/src/diffusion/start-diffusion.ts';
import { generateMessage, modelsAnswer } from '../../apps/worker/src/protocol/generate.ts';
import { readLines } from '../../apps/worker/src/protocol/ndjson.ts';

const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** What a picture may say beside the model's defaults. */
export type Wish = { prompt: string; seed: number; steps?: number; cfg_scale?: number; sampler?: string };

/** A model in the diffusion service as it runs in production, without a queue before it. */
export async function startDrawing(id = 'demo') {
  const { MODELS_DIR, DIFFUSION_THREADS } = process.env;
  const service = await startDiffusion(diffusionConfig({ DIFFUSION_PORT: '0', MODELS_DIR, DIFFUSION_THREADS }));
  await service.untilReady();
  const { models } = modelsAnswer.parse(await (await fetch(`${service.url}/models`)).json());
  const model = models.find((each) => each.id === id);
  if (!model) throw new Error(`there is no model "${id}" in the models folder`);

  /** One picture, as PNG. */
  const draw = async ({ prompt, seed, ...wish }: Wish): Promise<Uint8Array> => {
    const settings = {
      ...{ prompt, negative_prompt: '', seed, sampler: wish.sampler ?? model.default_sampler },
      ...{ steps: wish.steps ?? model.default_steps, cfg_scale: wish.cfg_scale ?? model.default_cfg_scale },
      ...{ width: model.default_width, height: model.default_height, batch_size: 1, n_iters: 1, model: model.id },
    };
    const response = await fetch(`${service.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ job_id: crypto.randomUUID(), epoch: 0, attempt: 1, settings }),
    });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}: ${await response.text()}`);
    for await (const line of readLines(response.body, LINE_BYTES_MAX)) {
      const message = generateMessage.parse(JSON.parse(line));
      if (message.type === 'error') throw new Error(message.message);
      if (message.type === 'image') return Buffer.from(message.png, 'base64');
    }
    throw new Error('the stream ended without a picture');
  };
  return { model, draw, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}
