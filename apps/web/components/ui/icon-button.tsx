'use client';

import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { KeyName } from './key-cap.tsx';

type Props = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  /** The key that does the same, shown in the tooltip. */
  shortcut?: string;
  /** Another element than a button, such as a link. */
  render?: ReactElement<Record<string, unknown>>;
  children: ReactNode;
};

export function IconButton({ label, shortcut, render, children, className = '', ...rest }: Props) {
  const look = `${buttonClass({ tone: 'quiet', size: 'small' })} w-8 !px-0 pointer-coarse:w-10 ${className}`;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger aria-label={label} className={look} {...(render ? { render } : {})} {...rest}>
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="rounded-frame border border-line bg-float px-2 py-1 text-small text-ink shadow-lg">
            {label}
            {shortcut ? (
              <kbd className="ml-2 font-mono text-ink-faint">
                <KeyName name={shortcut} />
              </kbd>
            ) : null}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
