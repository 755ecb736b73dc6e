/** Imports flow one way (CONTRIBUTING, "Imports flow one way"). */
const COMPOSITION =
  '(^packages/shared/src/composition/|/start-[a-z-]+\\.ts$|^apps/web/server/composition\\.ts$|\\.(test|contract)\\.ts$|abandon-consumer\\.ts$)';

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^next/' } },
    {
      name: 'shared-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^packages/shared/' },
      to: { path: '^(apps|e2e|infra)/' },
    },
    {
      name: 'web-imports-only-shared',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^(apps/worker|e2e|infra)/' },
    },
    {
      name: 'worker-imports-only-shared',
      severity: 'error',
      from: { path: '^apps/worker/' },
      to: { path: '^(apps/web|e2e|infra)/' },
    },
    {
      name: 'worker-parts-share-only-the-protocol',
      severity: 'error',
      from: { path: '^apps/worker/src/([^/]+)/', pathNot: '^apps/worker/src/protocol/.*\\.contract\\.ts$' },
      to: { path: '^apps/worker/src/', pathNot: '^apps/worker/src/($1|protocol)/' },
    },
    {
      name: 'features-do-not-import-one-another',
      comment:
        'What features share stands in features/job, which imports no other feature; the shell puts them together.',
      severity: 'error',
      from: { path: '^apps/web/features/([^/]+)/' },
      to: { path: '^apps/web/features/', pathNot: '^apps/web/features/($1|job|shell)/' },
    },
    {
      name: 'only-composition-roots-name-adapters',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: COMPOSITION },
      to: {
        path: '^packages/shared/src/(event-log/embedded/embedded-event-log|object-store/folder/folder-object-store)\\.ts$',
      },
    },
    {
      name: 'one-file-imports-onnxruntime',
      severity: 'error',
      from: { path: '.', pathNot: '^apps/worker/src/diffusion/onnx/' },
      to: { path: 'onnxruntime-node' },
    },
    {
      name: 'browser-code-does-not-import-the-server',
      severity: 'error',
      from: { path: '^apps/web/(features|components)/' },
      to: { path: '^(apps/web/server/|packages/shared/src/(event-log|object-store|read-model|composition)/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.next|/goldens/)' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
