import type { JobStatus } from '@darkroom/shared/schemas/job';
import { Ban, Check, CircleAlert, CircleDashed, Hourglass, type LucideIcon, RotateCw, Unplug } from 'lucide-react';

/** Each status has its own icon and colour, everywhere the same; its word stands in `status-words.ts`. */
export const STATUS_LOOKS: Readonly<Record<JobStatus, { icon: LucideIcon; tone: string }>> = {
  waiting: { icon: Hourglass, tone: 'text-waiting' },
  rendering: { icon: CircleDashed, tone: 'text-safelight' },
  retrying: { icon: RotateCw, tone: 'text-retry' },
  recovering: { icon: Unplug, tone: 'text-retry' },
  completed: { icon: Check, tone: 'text-done' },
  cancelled: { icon: Ban, tone: 'text-ink-faint' },
  failed: { icon: CircleAlert, tone: 'text-failed' },
};
