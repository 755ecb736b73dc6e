const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/**
 * A time in the reader's zone, its UTC in the title. Only for what is fetched in the browser: a server would render it in its own zone.
 */
export function LocalTime({ iso, timeOnly = false }: { iso: string; timeOnly?: boolean }) {
  return (
    <time dateTime={iso} title={iso} className="tabular-nums">
      {(timeOnly ? TIME : DAY_AND_TIME).format(new Date(iso))}
    </time>
  );
}
