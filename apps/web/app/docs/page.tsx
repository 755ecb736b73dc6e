import type { Metadata } from 'next';
import { connection } from 'next/server';
import { openApiDocument } from '../../server/openapi/openapi-document.ts';
import { OPERATIONS } from '../../server/openapi/operations.ts';
import { webRuntime } from '../../server/runtime.ts';
import { OperationSection } from './operation-section.tsx';
import { SchemaSection } from './schema-section.tsx';

export const metadata: Metadata = { title: 'API' };

/** The API reference, made from the OpenAPI document when it is asked for: no script, nothing from elsewhere. */
export default async function DocsPage() {
  await connection();
  const { publicUrl } = webRuntime().config;
  const document = openApiDocument(publicUrl);
  const schemas = Object.entries(document.components.schemas);
  return (
    <div className="mx-auto flex w-full max-w-6xl gap-10 px-4 py-8 sm:px-6">
      <nav
        aria-label="API reference"
        className="sticky top-8 hidden max-h-[calc(100dvh-4rem)] w-52 shrink-0 self-start overflow-y-auto lg:block"
      >
        {document.tags.map(({ name }) => (
          <NavGroup
            key={name}
            title={name}
            links={OPERATIONS.filter(({ tag }) => tag === name).map(({ id, summary }) => ({ href: id, text: summary }))}
          />
        ))}
        <NavGroup title="Shapes" links={schemas.map(([name]) => ({ href: name, text: name }))} />
      </nav>
      <div className="min-w-0 grow">
        <header className="border-line border-b pb-6">
          <h1 className="font-semibold text-title">API</h1>
          <p className="mt-2 max-w-2xl text-ink-soft">
            Text in, picture out, nothing lost. Every path works with and without the trailing slash, times are UTC, and
            errors are problem documents (RFC 9457) with one entry for each wrong field. For programs:{' '}
            <a className="underline underline-offset-4" href="/openapi.json">
              openapi.json
            </a>{' '}
            and{' '}
            <a className="underline underline-offset-4" href="/events.schema.json">
              events.schema.json
            </a>
            .
          </p>
        </header>
        {OPERATIONS.map((operation) => (
          <OperationSection key={operation.id} operation={operation} publicUrl={publicUrl} />
        ))}
        {schemas.map(([name, schema]) => (
          <SchemaSection key={name} name={name} schema={schema} />
        ))}
      </div>
    </div>
  );
}

function NavGroup({ title, links }: { title: string; links: readonly { href: string; text: string }[] }) {
  return (
    <div className="mb-5">
      <h2 className="mb-1 text-ink-faint text-small">{title}</h2>
      <ul>
        {links.map(({ href, text }) => (
          <li key={href}>
            <a className="block py-0.5 text-ink-soft text-small hover:text-ink" href={`#${href}`}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
