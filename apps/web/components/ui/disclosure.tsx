'use client';

import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

type Props = {
  title: string;
  summary: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
};

/** A group that opens; closed it says what is in it. */
export function Disclosure({ title, summary, open, onOpenChange, children }: Props) {
  return (
    <Collapsible.Root open={open} onOpenChange={onOpenChange} className="border-t border-line">
      <Collapsible.Trigger className="group flex min-h-11 w-full items-center gap-2 rounded-frame text-left text-small">
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-ink-faint transition-transform duration-150 group-data-panel-open:rotate-90"
        />
        <span className="font-medium text-ink">{title}</span>
        <span className="ml-auto min-w-0 truncate text-ink-faint tabular-nums group-data-panel-open:invisible">
          {summary}
        </span>
      </Collapsible.Trigger>
      <Collapsible.Panel className="flex flex-col gap-3 pt-1 pb-4">{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
