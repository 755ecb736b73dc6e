import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { AppShell } from '../features/shell/app-shell.tsx';
import { Providers } from '../features/shell/providers.tsx';
import { THEME_COOKIE, themeOf } from '../features/shell/theme.ts';

export const metadata: Metadata = {
  title: { default: 'Darkroom', template: '%s · Darkroom' },
  description: 'Text in, picture out, nothing lost.',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, themeColor: '#100e0d' };

/** The theme stands in a cookie, so that the first paint is right without a script. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <Providers>
          <AppShell theme={theme}>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
