'use client';

import './globals.css';
import { Button } from '../components/ui/button.tsx';

/** In the place of the whole page, where even its frame could not be drawn. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" data-theme="dark">
      <body>
        <main className="mx-auto flex max-w-md flex-col items-start gap-3 px-6 py-24">
          <h1 className="text-title font-semibold">Darkroom stumbled</h1>
          <p className="text-ink-soft">Your jobs are safe: they go on without this page. Try again, or reload it.</p>
          <Button onClick={reset}>Try again</Button>
        </main>
      </body>
    </html>
  );
}
