import type { ReactNode } from 'react';

export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    // A long line scrolls inside its frame, by keyboard too.
    <section aria-label={label} className="mt-4 overflow-x-auto rounded-frame border border-line bg-surface">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="p-3 font-mono text-small leading-6">
        {text}
      </pre>
    </section>
  );
}

export type FieldRow = { name: string; kind: ReactNode; text: ReactNode };

export function FieldTable({ caption, rows }: { caption: string; rows: readonly FieldRow[] }) {
  return (
    <table className="mt-4 block w-full text-left text-small sm:table">
      <caption className="block pb-1 text-left text-ink-faint sm:table-caption">{caption}</caption>
      <tbody className="block sm:table-row-group">
        {rows.map(({ name, kind, text }) => (
          <tr key={name} className="block border-line border-t py-2 align-baseline sm:table-row">
            <th scope="row" className="block font-mono font-normal sm:table-cell sm:w-52 sm:py-2 sm:pr-4">
              {name}
            </th>
            <td className="block font-mono text-ink-faint sm:table-cell sm:w-44 sm:py-2 sm:pr-4">{kind}</td>
            <td className="block text-ink-soft sm:table-cell sm:py-2">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A link to a shape further down. */
export function ShapeLink({ name }: { name: string }) {
  return (
    <a className="font-mono underline decoration-line-strong underline-offset-4 hover:decoration-ink" href={`#${name}`}>
      {name}
    </a>
  );
}
