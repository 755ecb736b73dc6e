import { expect, test } from 'vitest';
import { pulseOf } from './pulse.ts';

const worker = (state: string, reason: string | null = null) => ({ id: state, state, reason, jobs: [] });

test('the pulse says how many workers there are and what they do', () => {
  const pulse = (...workers: ReturnType<typeof worker>[]) => pulseOf({ connection: 'open', workers });
  expect(pulse()).toMatchObject({ tone: 'warn', text: 'No worker' });
  expect(pulse(worker('idle'))).toMatchObject({ tone: 'calm', text: '1 worker · ready' });
  expect(pulse(worker('rendering'), worker('idle'))).toMatchObject({ tone: 'live', text: '2 workers · rendering' });
  expect(pulse(worker('waiting', 'the disk is full'))).toMatchObject({ tone: 'warn', detail: 'the disk is full' });
  expect(pulse(worker('paused'))).toMatchObject({ tone: 'warn', text: '1 worker · paused' });
  expect(pulseOf({ connection: 'connecting', workers: [worker('idle')] }).tone).toBe('warn');
});
