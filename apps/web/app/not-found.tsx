import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="mx-auto flex max-w-md flex-col gap-3 px-6 py-24">
      <h1 className="text-title font-semibold">There is nothing here</h1>
      <p className="text-ink-soft">The page does not exist, or its address has a slip.</p>
      <Link href="/" className="text-safelight underline underline-offset-4">
        Go and make a picture
      </Link>
    </main>
  );
}
