'use client';

import { models, progressMessage, snapshotMessage, workersMessage } from '@darkroom/shared/schemas/api';
import { job } from '@darkroom/shared/schemas/job';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { applyLive, EMPTY_LIVE_VIEW, type LiveMessage } from './live-view.ts';
import { liveOptions } from './use-live.ts';

const REOPEN_MS = 2000;
/** Browsers keep six HTTP/1.1 connections to a host: tabs that nobody sees give theirs back. */
const HIDDEN_CLOSE_MS = 30_000;

/** The one event stream of this tab; the browser reopens it, and this does where the browser gave up. */
export function LiveStream() {
  const client = useQueryClient();
  useEffect(() => followWhileSeen(client), [client]);
  return null;
}

function followWhileSeen(client: QueryClient): () => void {
  let close: (() => void) | null = followEvents(client);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') close ??= followEvents(client);
    else
      timer = setTimeout(() => {
        close?.();
        close = null;
      }, HIDDEN_CLOSE_MS);
  };
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(timer);
    close?.();
  };
}

function followEvents(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/events');
    listen(source, (message) => tell(client, message));
    source.addEventListener('error', () => {
      tell(client, { type: 'connection', data: 'connecting' });
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

function listen(source: EventSource, take: (message: LiveMessage) => void): void {
  const on = (name: string, read: (data: unknown) => LiveMessage) =>
    source.addEventListener(name, (event: MessageEvent<string>) => take(read(JSON.parse(event.data))));
  on('snapshot', (data) => ({ type: 'snapshot', data: snapshotMessage.parse(data) }));
  on('job', (data) => ({ type: 'job', data: job.parse(data) }));
  on('progress', (data) => ({ type: 'progress', data: progressMessage.parse(data) }));
  on('models', (data) => ({ type: 'models', data: models.parse(data) }));
  on('workers', (data) => ({ type: 'workers', data: workersMessage.parse(data) }));
  source.addEventListener('open', () => take({ type: 'connection', data: 'open' }));
}

function tell(client: QueryClient, message: LiveMessage): void {
  const { queryKey } = liveOptions();
  const before = client.getQueryData(queryKey) ?? EMPTY_LIVE_VIEW;
  client.setQueryData(queryKey, applyLive(before, message));
  if (message.type !== 'snapshot' || !before.known) return;
  // The stream was away: what was fetched before may have missed changes that no snapshot carries.
  void client.invalidateQueries({ queryKey: ['job-pages'] });
  void client.invalidateQueries({ queryKey: ['job'] });
}
