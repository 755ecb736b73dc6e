/**
 * `npm run contact-sheet`: draws the example prompts of the built-in model with seeds 1 and 2, through the diffusion
 * service as it runs in production, and lays them out in docs/contact-sheet.png: a prompt's two pictures side by side,
 * four prompts a row, in the order of models/demo/darkroom.json. Nothing is picked.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contactSheet } from '../../apps/worker/src/diffusion/png/contact-sheet.ts';
import { startDrawing } from './drawing.ts';

const SEEDS = [1, 2];
const COLUMNS = 8;
/** Pixels of a picture that make one of the sheet, along one side. */
const SHRINK = 2;
const SHEET = join(import.meta.dirname, '../../docs/contact-sheet.png');

await using drawing = await startDrawing();
const pictures: Uint8Array[] = [];
for (const prompt of drawing.model.examples) {
  for (const seed of SEEDS) pictures.push(await drawing.draw({ prompt, seed }));
  console.log(prompt);
}
writeFileSync(SHEET, contactSheet(pictures, { columns: COLUMNS, shrink: SHRINK }));
console.log(SHEET);
