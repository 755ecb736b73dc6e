'use client';

import { Button } from '../components/ui/button.tsx';

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto flex max-w-md flex-col items-start gap-3 px-6 py-24">
      <h1 className="text-title font-semibold">This page stumbled</h1>
      <p className="text-ink-soft">Your jobs are safe: they go on without it. Try again, or reload the page.</p>
      <Button onClick={reset}>Try again</Button>
    </main>
  );
}
