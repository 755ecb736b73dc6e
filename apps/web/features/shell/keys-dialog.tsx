'use client';

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { IconButton } from '../../components/ui/icon-button.tsx';

const GROUPS = [
  {
    title: 'Anywhere',
    keys: [
      ['c', 'Create'],
      ['g', 'Gallery'],
      ['?', 'This list'],
    ],
  },
  { title: 'Create', keys: [['Ctrl / ⌘ + Enter', 'Generate']] },
  {
    title: 'Gallery',
    keys: [
      ['← → ↑ ↓', 'From picture to picture'],
      ['Enter', 'Open'],
    ],
  },
  {
    title: 'A picture',
    keys: [
      ['← →', 'Newer, older'],
      ['d', 'Download'],
      ['s', 'Copy its seed'],
      ['r', 'Re-use its settings'],
      ['t', 'Try again, where it failed or was cancelled'],
      ['Esc', 'Back to the gallery'],
    ],
  },
] as const;

export function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 w-[min(28rem,calc(100vw-2rem))] -translate-1/2 rounded-frame border border-line bg-raised p-5 shadow-lg">
          <div className="mb-3 flex items-center justify-between">
            <Dialog.Title className="text-title font-semibold">Keys</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close">{<X size={18} aria-hidden />}</IconButton>} />
          </div>
          {GROUPS.map(({ title, keys }) => (
            <section key={title} className="border-t border-line py-3">
              <h3 className="mb-1 text-small text-ink-faint">{title}</h3>
              <dl>
                {keys.map(([key, act]) => (
                  <div key={key} className="flex justify-between gap-4 py-0.5">
                    <dt>{act}</dt>
                    <dd>
                      <kbd className="font-mono text-small text-ink-soft">{key}</kbd>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
