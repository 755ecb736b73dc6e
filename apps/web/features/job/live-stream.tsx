'use client';

import { models, progressMessage, snapshotMessage, workersMessage } from '@darkroom/shared/schemas/api';
import { job } from '@darkroom/shared/schemas/job';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applyLive, EMPTY_LIVE_VIEW, type LiveMessage } from './live-view.ts';
import { liveOptions } from './use-live.ts';

const REOPEN_MS = 2000;

/** The one event stream of this tab; the browser reopens it, and this does where the browser gave up. */
export function LiveStream() {
  const client = useQueryClient();
  useEffect(() => followEvents(client), [client]);
  return null;
}

function followEvents(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (message: LiveMessage) =>
    client.setQueryData(liveOptions().queryKey, (view = EMPTY_LIVE_VIEW) => applyLive(view, message));
  const open = () => {
    source = new EventSource('/events');
    const on = (name: string, read: (data: unknown) => LiveMessage) =>
      source?.addEventListener(name, (event: MessageEvent<string>) => tell(read(JSON.parse(event.data))));
    on('snapshot', (data) => ({ type: 'snapshot', data: snapshotMessage.parse(data) }));
    on('job', (data) => ({ type: 'job', data: job.parse(data) }));
    on('progress', (data) => ({ type: 'progress', data: progressMessage.parse(data) }));
    on('models', (data) => ({ type: 'models', data: models.parse(data) }));
    on('workers', (data) => ({ type: 'workers', data: workersMessage.parse(data) }));
    source.addEventListener('open', () => tell({ type: 'connection', data: 'open' }));
    source.addEventListener('error', () => {
      tell({ type: 'connection', data: 'connecting' });
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, REOPEN_MS);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
