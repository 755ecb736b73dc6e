const FORMATS = {
  'date and time': new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
  date: new Intl.DateTimeFormat(undefined, { dateStyle: 'full' }),
  time: new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }),
};

type Props = { iso: string; show?: keyof typeof FORMATS };

/**
 * A time in the reader's zone, its UTC in the title. Only for what is fetched in the browser: a server would render it in its own zone.
 */
export function LocalTime({ iso, show = 'date and time' }: Props) {
  return (
    <time dateTime={iso} title={iso} className="tabular-nums">
      {FORMATS[show].format(new Date(iso))}
    </time>
  );
}
