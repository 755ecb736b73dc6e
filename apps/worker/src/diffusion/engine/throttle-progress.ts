import type { EngineMessage } from './engine.ts';

/** Twenty a second look smooth; steps may be a hundred a second, and each line costs every process on its way. */
const EVERY_MS = 50;

/**
 * Lets through every message but progress that says little: a further step of the same phase soon after the last one.
 * Previews, the last step, new phases and new pictures always pass.
 */
export function throttleProgress(
  emit: (message: EngineMessage) => void,
  now: () => number,
): (message: EngineMessage) => void {
  let last: { sent: number; phase: string; pictures: number } | null = null;
  return (message) => {
    if (message.type === 'progress') {
      const { phase, pictures, step, steps, preview } = message;
      const isNews = !last || last.phase !== phase || last.pictures !== pictures || step === steps || preview;
      if (!isNews && now() - (last?.sent ?? 0) < EVERY_MS) return;
      last = { sent: now(), phase, pictures };
    }
    emit(message);
  };
}
