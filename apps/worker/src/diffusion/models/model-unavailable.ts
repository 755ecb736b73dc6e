import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';

/** A model that cannot be used here, and the file (relative to its folder) that is to blame. */
export function modelUnavailable(
  model: string,
  reason: string,
  options: { file?: string; cause?: unknown; context?: Record<string, unknown> } = {},
): DarkroomError {
  const { file, cause, context } = options;
  const place = file === undefined ? '' : `${file}: `;
  return new DarkroomError('MODEL_UNAVAILABLE', `The model "${model}" cannot be used: ${place}${reason}`, {
    cause,
    context: { model, ...(file === undefined ? {} : { file }), ...context },
  });
}
