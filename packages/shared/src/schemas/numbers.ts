import { z } from 'zod';

const DECIMAL = /^[+-]?\d{1,20}(\.\d{1,20})?$/;

/**
 * A number, or a decimal numeric string ("20", "4.0"). Everything else that JavaScript would coerce
 * ("", " ", null, true, [], "0x10", "1e3", "４") is refused: `z.coerce.number` turns them into numbers.
 */
function decimal(schema: z.ZodNumber) {
  return z.union([z.number(), z.string()], { error: 'must be a number' }).transform((value, context) => {
    const number = typeof value === 'number' ? value : DECIMAL.test(value) ? Number(value) : Number.NaN;
    const parsed = schema.safeParse(number);
    if (Number.isNaN(number)) context.addIssue({ code: 'custom', message: 'must be a decimal number' });
    else if (!parsed.success) {
      for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', message: issue.message });
    } else return parsed.data;
    return z.NEVER;
  });
}

export function decimalInteger(minimum: number, maximum: number) {
  const range = `must be a whole number from ${minimum} to ${maximum}`;
  const schema = decimal(z.number({ error: range }).min(minimum, range).max(maximum, range).multipleOf(1, range));
  return schema.describe(`A whole number from ${minimum} to ${maximum}; a decimal string is accepted too.`);
}

export function decimalNumber(minimum: number, maximum: number) {
  const range = `must be a number from ${minimum} to ${maximum}`;
  const schema = decimal(z.number({ error: range }).min(minimum, range).max(maximum, range));
  return schema.describe(`A number from ${minimum} to ${maximum}; a decimal string is accepted too.`);
}
