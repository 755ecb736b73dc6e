'use client';

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { buttonClass } from '../../components/ui/button.tsx';
import { KeyName } from '../../components/ui/key-cap.tsx';

const GROUPS = [
  {
    title: 'Anywhere',
    keys: [
      [['c'], 'Create'],
      [['g'], 'Gallery'],
      [['?'], 'This list'],
    ],
  },
  { title: 'Create', keys: [[['Ctrl / Cmd', 'Enter'], 'Generate']] },
  {
    title: 'Gallery',
    keys: [
      [['←', '→', '↑', '↓'], 'From picture to picture'],
      [['Enter'], 'Open'],
    ],
  },
  {
    title: 'A picture',
    keys: [
      [['←', '→'], 'Newer, older'],
      [['d'], 'Download'],
      [['s'], 'Copy its seed'],
      [['r'], 'Re-use its settings'],
      [['t'], 'Try again, where it failed or was cancelled'],
      [['Esc'], 'Back to the gallery'],
    ],
  },
] as const;

export function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[min(28rem,calc(100vw-2rem))] -translate-1/2 overflow-y-auto rounded-frame border border-line bg-float p-5 shadow-lg">
          <div className="mb-3 flex items-center justify-between">
            <Dialog.Title className="text-title font-semibold">Keys</Dialog.Title>
            <Dialog.Close aria-label="Close" className={`${buttonClass({ tone: 'quiet', size: 'small' })} -mr-2`}>
              <X size={18} aria-hidden />
            </Dialog.Close>
          </div>
          {GROUPS.map(({ title, keys }) => (
            <section key={title} className="border-t border-line py-3">
              <h3 className="mb-1 text-small text-ink-faint">{title}</h3>
              <dl>
                {keys.map(([names, act]) => (
                  <div key={act} className="flex items-center justify-between gap-4 py-0.5 text-small">
                    <dt>{act}</dt>
                    <dd className="flex gap-1">
                      {names.map((name) => (
                        <kbd
                          key={name}
                          className="min-w-6 rounded-frame border border-line-strong px-1.5 text-center font-sans text-ink-soft"
                        >
                          <KeyName name={name} />
                        </kbd>
                      ))}
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
