'use client';

import { BookOpen, Images, Keyboard, WandSparkles } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Toaster } from 'sonner';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { Announcements } from './announcements.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import type { Theme } from './theme.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { WorkerPulse } from './worker-pulse.tsx';

const PAGES = [
  { href: '/', label: 'Create', icon: WandSparkles, key: 'c' },
  { href: '/gallery', label: 'Gallery', icon: Images, key: 'g' },
] as const;

/** The frame: a rail on the left, a bar at the bottom on a phone. */
export function AppShell({ theme, children }: { theme: Theme; children: ReactNode }) {
  const router = useRouter();
  const [keysOpen, setKeysOpen] = useState(false);
  useKeys([
    ['c', () => router.push('/')],
    ['g', () => router.push('/gallery')],
    ['?', () => setKeysOpen(true)],
  ]);
  return (
    <div className="flex min-h-dvh flex-col sm:flex-row">
      <a
        href="#content"
        className="absolute left-2 z-50 -translate-y-full bg-raised px-3 py-2 focus:translate-y-2 focus:rounded-frame"
      >
        Skip to content
      </a>
      <header className="z-20 flex shrink-0 items-center border-line max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:h-[calc(3.5rem+env(safe-area-inset-bottom))] max-sm:border-t max-sm:bg-ground max-sm:px-2 max-sm:pb-[env(safe-area-inset-bottom)] sm:sticky sm:top-0 sm:h-dvh sm:w-14 sm:flex-col sm:border-r sm:px-2 sm:py-4 lg:w-52 lg:items-stretch lg:px-3">
        <Link
          href="/"
          aria-label="Darkroom"
          className="mb-6 hidden items-center gap-2.5 rounded-frame px-1 font-semibold tracking-tight sm:flex"
        >
          <Mark />
          <span className="max-lg:hidden">Darkroom</span>
        </Link>
        <Rail />
        <div className="ml-auto flex items-center gap-1 sm:mt-auto sm:ml-0 sm:flex-col sm:gap-3 lg:flex-row lg:flex-wrap lg:px-1">
          <div className="px-1 lg:mb-1 lg:w-full lg:px-1">
            <WorkerPulse />
          </div>
          <ThemeSwitch initial={theme} />
          <IconButton label="API reference" render={<Link href="/docs" />}>
            <BookOpen size={18} aria-hidden />
          </IconButton>
          <IconButton label="Keys" shortcut="?" onClick={() => setKeysOpen(true)} className="max-sm:!hidden">
            <Keyboard size={18} aria-hidden />
          </IconButton>
        </div>
      </header>
      <div id="content" className="min-w-0 flex-1 max-sm:pb-20">
        {children}
      </div>
      <KeysDialog open={keysOpen} onOpenChange={setKeysOpen} />
      <Announcements />
      <Toaster
        position="bottom-right"
        offset={16}
        mobileOffset={{ bottom: '4.5rem', left: '1rem', right: '1rem' }}
        toastOptions={{
          className: '!font-sans !rounded-frame !border-line !bg-float !text-ink',
          classNames: {
            title: '!text-small !font-medium',
            description: '!text-small !text-ink-soft',
            actionButton: '!h-8 !bg-raised !text-small !text-ink hover:!bg-line',
          },
        }}
      />
    </div>
  );
}

function Rail() {
  const pathname = usePathname();
  return (
    <nav aria-label="Pages" className="flex gap-1 sm:flex-col">
      {PAGES.map(({ href, label, icon: Icon, key }) => {
        const current = href === '/' ? pathname === '/' : pathname.startsWith(href);
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            title={`${label} (${key})`}
            className="flex h-11 items-center gap-3 rounded-frame px-3 text-ink-soft transition-colors duration-150 hover:bg-raised hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:text-ink max-sm:px-4 sm:max-lg:w-10 sm:max-lg:justify-center sm:max-lg:px-0 lg:h-10"
          >
            <Icon size={18} aria-hidden />
            <span className="text-small font-medium sm:max-lg:sr-only">{label}</span>
          </Link>
        );
      })}
    </nav>
  );
}

/** A sheet in the tray, and the safelight above it. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="size-7">
      <rect x="3" y="3" width="18" height="18" rx="3" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <circle cx="12" cy="12" r="4" fill="var(--safelight)" />
    </svg>
  );
}
