import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import { type ModelsListed, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import type { ModelsAnswer } from '../protocol/generate.ts';
import type { SidecarContext } from './sidecar-context.ts';

const LOOK_EVERY_MS = 5000;

/** Publishes what the engine lists, at start and whenever that changes; says in the log what cannot be used. */
export async function publishModelCatalog(context: SidecarContext, signal: AbortSignal): Promise<void> {
  let published: string | null = null;
  while (!signal.aborted) {
    const listing = await context.generator.models({ signal }).catch(() => null);
    const listed = listing && JSON.stringify(listing);
    if (listing && listed !== published) {
      for (const { id: model, reason } of listing.unusable ?? []) context.logger.warn({ model }, reason);
      await publish(context, listing).catch(() => undefined);
      published = listed;
    }
    // Until the engine has answered once, jobs cannot be accepted: look more often.
    await delayUnlessAborted(published === null ? 250 : LOOK_EVERY_MS, signal);
  }
}

async function publish({ gate, log, ids, clock, workerId }: SidecarContext, listing: ModelsAnswer): Promise<void> {
  const event: ModelsListed = {
    schemaVersion: SCHEMA_VERSION,
    eventId: ids.next(),
    time: isoTimeOf(clock),
    type: 'models_listed',
    workerId,
    ...listing,
  };
  await gate.through('log', () => log.publish(TOPICS.modelCatalog, { key: workerId, payload: encodeEvent(event) }));
}
