import { resolve } from 'node:path';
import type { NextConfig } from 'next';

// Nobody is told anything, whoever builds or starts it.
process.env['NEXT_TELEMETRY_DISABLED'] = '1';

const root = resolve(import.meta.dirname, '../..');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: root,
  turbopack: { root },
  transpilePackages: ['@darkroom/shared'],
  serverExternalPackages: ['pino', 'ws'],
  // The API answers with and without the slash, and never redirects a POST.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  // Next's own check needs the compiler API that TypeScript 7 does not have; `npm test` runs the compiler itself.
  typescript: { ignoreBuildErrors: true },
};

export default config;
