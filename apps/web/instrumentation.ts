/** Called by Next once per process, before the first request. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs' || process.env['NEXT_PHASE'] === 'phase-production-build') return;
  const { bootWeb } = await import('./server/boot.ts');
  await bootWeb();
}
