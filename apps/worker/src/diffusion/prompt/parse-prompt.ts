/** A piece of a prompt and how much attention it gets; `break` ends a chunk. */
export type PromptPart = { text: string; weight: number } | 'break';

const ROUND = 1.1;
const SQUARE = 1 / 1.1;

/** In the order of A1111's own tokens: escapes, brackets, a weight that closes one, text without any of these, a colon. */
const TOKEN = /\\[()[\]\\]|\\|\(|\[|:\s*(?<weight>[+-]?(?:\d+\.?\d*|\.\d+))\s*\)|\)|\]|[^\\()[\]:]+|:/gu;
const BREAK = /\s*\bBREAK\b\s*/u;

/**
 * AUTOMATIC1111's attention syntax (`parse_prompt_attention`): `(x)` × 1.1, `[x]` ÷ 1.1, `(x:1.5)` × 1.5, each within each; `\(` and the
 * like are the character itself; a bracket that is never closed counts to the end, one that was never opened is text.
 */
export function parsePrompt(prompt: string): PromptPart[] {
  const parts: PromptPart[] = [];
  const open: { kind: '(' | '['; from: number }[] = [];
  const weigh = (from: number, factor: number) => {
    for (let i = from; i < parts.length; i++) {
      const part = parts[i];
      if (part && part !== 'break') parts[i] = { ...part, weight: part.weight * factor };
    }
  };
  const closes = (kind: '(' | '[', factor: number): boolean => {
    const place = open.findLastIndex((bracket) => bracket.kind === kind);
    const [bracket] = place < 0 ? [] : open.splice(place, 1);
    if (bracket) weigh(bracket.from, factor);
    return bracket !== undefined;
  };
  for (const { 0: token, groups } of prompt.matchAll(TOKEN)) {
    const weight = groups?.['weight'];
    if (token.startsWith('\\')) parts.push({ text: token.slice(1), weight: 1 });
    else if (token === '(' || token === '[') open.push({ kind: token, from: parts.length });
    else if (weight !== undefined && closes('(', Number(weight))) continue;
    else if (token === ')' && closes('(', ROUND)) continue;
    else if (token === ']' && closes('[', SQUARE)) continue;
    else pushText(parts, token);
  }
  for (const { kind, from } of open) weigh(from, kind === '(' ? ROUND : SQUARE);
  return merged(parts);
}

function pushText(parts: PromptPart[], text: string): void {
  for (const [i, piece] of text.split(BREAK).entries()) {
    if (i > 0) parts.push('break');
    if (piece !== '') parts.push({ text: piece, weight: 1 });
  }
}

/** Neighbours of one weight are one text, so that words are not cut where an escape was. */
function merged(parts: readonly PromptPart[]): PromptPart[] {
  const result: PromptPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part !== 'break' && last !== undefined && last !== 'break' && last.weight === part.weight)
      result[result.length - 1] = { text: last.text + part.text, weight: part.weight };
    else result.push(part);
  }
  return result;
}
