import type { Operation } from '../../server/openapi/operations.ts';
import { CodeBlock, FieldTable, ShapeLink } from './parts.tsx';

/** One route: what it does, what it takes, what it answers, and a line to try. */
export function OperationSection({ operation, publicUrl }: { operation: Operation; publicUrl: string }) {
  const { id, method, path, summary, description, parameters, body, answers } = operation;
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="scroll-mt-8 border-line border-b py-8">
      <h2 id={`${id}-title`} className="font-semibold text-body">
        {summary}
      </h2>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3 font-mono text-small">
        <span className={method === 'post' ? 'text-safelight' : 'text-done'}>{method.toUpperCase()}</span>
        <span className="break-all">{path}</span>
      </p>
      <p className="mt-3 max-w-2xl text-ink-soft">
        <Words text={description} />
      </p>
      <CodeBlock label="Try it" text={curlOf(operation, publicUrl)} />
      {parameters.length > 0 && (
        <FieldTable
          caption="Takes"
          rows={parameters.map((each) => ({ name: each.name, kind: each.in, text: <Words text={each.description} /> }))}
        />
      )}
      {body && (
        <p className="mt-4 text-ink-soft text-small">
          Body: <ShapeLink name={body} />
        </p>
      )}
      <FieldTable
        caption="Answers"
        rows={Object.entries(answers).map(([status, answer]) => ({
          name: status,
          kind: answer.schema ? <ShapeLink name={answer.schema} /> : (answer.mediaType ?? ''),
          text: <Words text={answer.description} />,
        }))}
      />
    </section>
  );
}

/** Text in which `code` stands between backticks. */
function Words({ text }: { text: string }) {
  return text.split('`').map((part, place) =>
    place % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes
      <code key={place} className="font-mono text-small">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

function curlOf({ method, path, example, answers }: Operation, publicUrl: string): string {
  const url = `${publicUrl}${path.replace('{id}', '$ID').replace('{index}', '0')}`;
  const isStream = answers[200]?.mediaType === 'text/event-stream';
  const isPicture = answers[200]?.mediaType === 'image/png';
  if (method === 'get') return `curl ${isStream ? '-N ' : ''}${isPicture ? '-L -o picture.png ' : ''}${url}`;
  return `curl ${url} \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(example)}'`;
}
