import { z } from 'zod';

const DECIMAL = /^[+-]?\d{1,20}(\.\d{1,20})?$/;

/** The number that a decimal text stands for; NaN for any other text, and for one that a double would round to another number. */
function exactNumber(text: string): number {
  if (!DECIMAL.test(text)) return Number.NaN;
  const number = Number(text);
  const [whole = '', fraction = ''] = text.replace('+', '').split('.');
  const isWhole = /^0*$/.test(fraction);
  if (isWhole) return BigInt(whole) === BigInt(number) ? number : Number.NaN;
  // A double keeps 15 significant digits surely, and more where it reads the same again.
  return (whole + fraction).replace(/^[-0]+/, '').length <= 15 || String(number) === text ? number : Number.NaN;
}

/**
 * A number, or a decimal numeric string ("20", "4.0"). Everything else that JavaScript would coerce
 * ("", " ", null, true, [], "0x10", "1e3", "４") is refused: `z.coerce.number` turns them into numbers.
 */
function decimal(schema: z.ZodNumber, range: string) {
  return z.union([z.number(), z.string()], { error: 'must be a number' }).transform((value, context) => {
    const number = typeof value === 'number' ? value : exactNumber(value);
    const parsed = schema.safeParse(number);
    if (Number.isNaN(number))
      context.addIssue({ code: 'custom', message: `${range}, in decimal digits that can be kept exactly` });
    else if (!parsed.success) {
      for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', message: issue.message });
    } else return parsed.data;
    return z.NEVER;
  });
}

export function decimalInteger(minimum: number, maximum: number) {
  const range = `must be a whole number from ${minimum} to ${maximum}`;
  const schema = decimal(
    z.number({ error: range }).min(minimum, range).max(maximum, range).multipleOf(1, range),
    range,
  );
  return schema.describe(`A whole number from ${minimum} to ${maximum}; a decimal string is accepted too.`);
}

export function decimalNumber(minimum: number, maximum: number) {
  const range = `must be a number from ${minimum} to ${maximum}`;
  const schema = decimal(z.number({ error: range }).min(minimum, range).max(maximum, range), range);
  return schema.describe(`A number from ${minimum} to ${maximum}; a decimal string is accepted too.`);
}
