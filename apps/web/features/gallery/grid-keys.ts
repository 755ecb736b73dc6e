import type { KeyboardEvent } from 'react';

/** Where an arrow key leads from one of `count` tiles that stand in rows of `columns`; null where there is none. */
export function tileAfter(key: string, from: number, columns: number, count: number): number | null {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (step === undefined) return null;
  const to = from + step;
  return to < 0 || to >= count ? null : to;
}

/** Moves the focus among the links of a grid by arrow keys. */
export function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const from = links.findIndex((link) => link.matches(':focus'));
  const top = links[0]?.getBoundingClientRect().top;
  const columns = links.filter((link) => link.getBoundingClientRect().top === top).length;
  const to = from < 0 ? null : tileAfter(event.key, from, columns, links.length);
  if (to === null) return;
  event.preventDefault();
  links[to]?.focus();
}
