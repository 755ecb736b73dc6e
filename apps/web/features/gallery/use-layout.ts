'use client';

import { useEffect, useState } from 'react';

const LAYOUTS = ['squares', 'rows'] as const;
export type Layout = (typeof LAYOUTS)[number];

const KEY = 'darkroom.gallery.layout';

/** Squares or justified rows; the choice is kept. It is read after the first paint, which server and browser share. */
export function useLayout(): [Layout, (layout: Layout) => void] {
  const [layout, setLayout] = useState<Layout>('squares');
  useEffect(() => {
    const kept = localStorage.getItem(KEY);
    setLayout(LAYOUTS.find((each) => each === kept) ?? 'squares');
  }, []);
  const choose = (next: Layout) => {
    setLayout(next);
    localStorage.setItem(KEY, next);
  };
  return [layout, choose];
}
