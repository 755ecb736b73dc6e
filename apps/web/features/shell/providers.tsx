'use client';

import { Tooltip } from '@base-ui/react/tooltip';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { LiveStream } from '../job/live-stream.tsx';

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({ defaultOptions: { queries: { networkMode: 'always', retry: 2, refetchOnWindowFocus: true } } }),
  );
  return (
    <QueryClientProvider client={client}>
      <LiveStream />
      <Tooltip.Provider delay={400}>{children}</Tooltip.Provider>
    </QueryClientProvider>
  );
}
