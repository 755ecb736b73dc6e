'use client';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { EMPTY_LIVE_VIEW, type LiveView } from './live-view.ts';

/** Written by the event stream only; it is never fetched. */
export function liveOptions() {
  return queryOptions<LiveView>({
    queryKey: ['live'],
    queryFn: () => EMPTY_LIVE_VIEW,
    initialData: EMPTY_LIVE_VIEW,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    enabled: false,
  });
}

export function useLive(): LiveView {
  return useQuery(liveOptions()).data;
}
