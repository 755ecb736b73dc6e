'use client';

import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { Button } from '../../components/ui/button.tsx';
import type { Draft } from '../job/draft.ts';
import { estimateMs } from '../job/estimate.ts';
import { duration, pictures } from '../job/status-words.ts';
import { useLive } from '../job/use-live.ts';
import { pictureCount, settingsOf } from './form-request.ts';

type Props = { draft: Draft; model: ModelInfo | null; reasons: readonly string[] };

/** Says what it will do, or every reason why it cannot. It stays focusable, so that the reasons can be heard. */
export function GenerateButton({ draft, model, reasons }: Props) {
  const { jobs } = useLive();
  const blocked = reasons.length > 0;
  const count = pictureCount(draft);
  const expected = model && !blocked ? estimateMs(settingsOf(draft, model), Object.values(jobs)) : null;
  return (
    <div className="z-10 shrink-0 border-t border-line bg-ground px-4 py-3 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-sm:bottom-[calc(3.5rem+env(safe-area-inset-bottom))] sm:px-5 sm:max-lg:left-14">
      <Button
        type="submit"
        tone="primary"
        size="large"
        aria-disabled={blocked}
        aria-describedby={blocked ? 'reasons' : undefined}
        title="Ctrl / Cmd + Enter"
        className="w-full tabular-nums"
      >
        Generate {count === null ? 'pictures' : pictures(count)}
        {expected === null ? null : <span className="font-normal"> · about {duration(expected)}</span>}
      </Button>
      {blocked ? (
        <ul id="reasons" className="mt-2 flex flex-col gap-0.5 text-small text-ink-soft">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
