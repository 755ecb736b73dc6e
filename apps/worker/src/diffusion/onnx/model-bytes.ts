import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MODEL_FILES, type ModelDescription } from '../models/model-description.ts';

/** Bytes of the graphs and of the weights that lie beside them. Widened from float16 they take twice that in memory. */
export async function modelBytes({ folder }: ModelDescription): Promise<number> {
  const folders = [MODEL_FILES.textEncoder, MODEL_FILES.unet, MODEL_FILES.vaeDecoder].map((file) =>
    dirname(join(folder, file)),
  );
  const sizes = folders.map(async (each) => {
    const names = await readdir(each).catch(() => []);
    const files = await Promise.all(names.map((name) => stat(join(each, name)).catch(() => null)));
    return files.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
  });
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}
