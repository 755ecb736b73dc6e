import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { ExecutionProvider } from './provider-library.ts';

export type ProviderChoice = {
  /** `auto`: CUDA where it can be had, else CPU. */
  executionProvider: ExecutionProvider | 'auto';
  threads: number;
  hasLibrary: (provider: 'cuda') => boolean;
  /** One sentence for the operator. */
  warn: (sentence: string) => void;
};

/**
 * Loads on the provider that was asked for. With `auto`, CUDA is tried until the first time that it fails where the CPU does not; why is
 * said once: a worker on a GPU that draws on its CPU would else look only slow.
 */
export function chooseProvider<Model, Loaded>(
  { executionProvider, threads, hasLibrary, warn }: ProviderChoice,
  load: (model: Model, options: { threads: number; executionProvider: ExecutionProvider }) => Promise<Loaded>,
): (model: Model) => Promise<Loaded> {
  let tryCuda = executionProvider === 'auto' && hasLibrary('cuda');
  return async (model) => {
    if (executionProvider !== 'auto') return await load(model, { threads, executionProvider });
    let reason: string | null = null;
    if (tryCuda) {
      try {
        return await load(model, { threads, executionProvider: 'cuda' });
      } catch (error) {
        reason = messageOf(error);
      }
    }
    const loaded = await load(model, { threads, executionProvider: 'cpu' });
    if (reason !== null) warn(`Drawing on the CPU, because CUDA failed: ${reason}`);
    tryCuda = false;
    return loaded;
  };
}
