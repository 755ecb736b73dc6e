import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';
import { encodePng } from './encode-png.ts';

it('a contact sheet has a mean pixel for each block of each picture, row by row, and white where none is left', () => {
  const picture = (...values: number[]) =>
    encodePng({ width: 2, height: 2, pixels: Uint8Array.from(values.flatMap((value) => [value, 0, 255])) });
  const sheet = decode(
    contactSheet([picture(0, 10, 20, 30), picture(100, 100, 100, 100), picture(7, 7, 7, 9)], { columns: 2, shrink: 2 }),
  );
  expect([sheet.width, sheet.height]).toEqual([2, 2]);
  expect([...sheet.data]).toEqual([15, 0, 255, 100, 0, 255, 8, 0, 255, 255, 255, 255]);
});
