import type { ModelInfo } from '@darkroom/shared/schemas/model-info';

/** How often a surprise has …, when the model was taught it. */
const SHARES = { pair: 0.2, style: 0.4, colour: 0.25, page: 0.3 };

/** Words that start with a vowel and sound as if they did not: a unicorn, a UFO, a ukulele. */
const WITH_A = /^(?:eu|u(?:fo|k|ni|s))/i;

export function withArticle(words: string): string {
  return /^[aeiou]/i.test(words) && !WITH_A.test(words) ? `an ${words}` : `a ${words}`;
}

/**
 * A prompt that the model should do well: put together from the words that it was taught, or else one of its examples.
 * Null when the model names neither. `random` gives numbers in [0, 1).
 */
export function surprise(
  { vocabulary, examples }: Pick<ModelInfo, 'vocabulary' | 'examples'>,
  random: () => number = Math.random,
): string | null {
  const oneOf = (words: readonly string[]) => words[Math.floor(random() * words.length)];
  const sometimes = (share: number, words: readonly string[]) => (random() < share ? oneOf(words) : undefined);
  if (!vocabulary) return oneOf(examples) ?? null;
  const { things, styles, colours } = vocabulary;
  const thing = oneOf(things) ?? '';
  const other = vocabulary.pairs ? sometimes(SHARES.pair, things) : undefined;
  const colour = other ? undefined : sometimes(SHARES.colour, colours);
  const page = sometimes(
    SHARES.page,
    colours.filter((each) => each !== colour),
  );
  const style = sometimes(SHARES.style, styles);
  const subject = withArticle(colour ? `${colour} ${thing}` : thing);
  const scene = other && other !== thing ? `${subject} and ${withArticle(other)}` : subject;
  return `${scene}${page ? ` on ${withArticle(page)} background` : ''}${style ? `, ${style}` : ''}`;
}
