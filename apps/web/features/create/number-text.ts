export type NumberRule = { minimum: number; maximum: number; multiple?: number; whole?: boolean };

/** The number that a text stands for, null where it is none. A comma is a decimal point to many people. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** What is wrong with a text, or null. An empty one stands for the default. */
export function numberError(text: string, { minimum, maximum, multiple = 1, whole = true }: NumberRule): string | null {
  if (text.trim() === '') return null;
  const number = numberOf(text);
  if (number === null) return `must be a ${whole ? 'whole number' : 'number'}`;
  if (whole && !Number.isInteger(number)) return 'must be a whole number';
  if (number < minimum || number > maximum) return `must be from ${minimum} to ${maximum}`;
  if (number % multiple !== 0 && whole) return `must be a multiple of ${multiple}`;
  return null;
}

/** How a valid text settles when it is left: " 768 " is 768, "7,5" is 7.5. A wrong one stays as it was typed. */
export function settledText(text: string): string {
  const number = numberOf(text);
  return number === null || !Number.isFinite(number) ? text.trim() : String(number);
}
