/// <reference lib="es2025.regexp" />
/** A token that stands for itself when it is typed, markers above all. */
export type SpecialToken = {
  content: string;
  id: number;
  /** Whether it is looked for in the cleaned text (then its case does not matter) or in the text as typed. */
  normalized: boolean;
};

/** The text cut at the special tokens in it, leftmost and longest first. */
export function splitAtSpecialTokens(text: string, tokens: readonly SpecialToken[]): (string | SpecialToken)[] {
  if (tokens.length === 0) return [text];
  const longestFirst = tokens.toSorted((a, b) => b.content.length - a.content.length);
  const pattern = new RegExp(`(${longestFirst.map((token) => RegExp.escape(token.content)).join('|')})`, 'u');
  return text
    .split(pattern)
    .filter((piece) => piece !== '')
    .map((piece) => longestFirst.find((token) => token.content === piece) ?? piece);
}
