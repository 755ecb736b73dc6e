'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { THEME_COOKIE, THEMES, type Theme } from './theme.ts';

const ICONS = { dark: Moon, light: Sun, system: Monitor };
const WORDS = { dark: 'dark', light: 'light', system: 'as the system' };
const YEAR_SECONDS = 31_536_000;

export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'dark';
  const Icon = ICONS[theme];
  const change = () => {
    setTheme(next);
    document.documentElement.dataset['theme'] = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  };
  return (
    <IconButton label={`Theme: ${WORDS[theme]}. Change to ${WORDS[next]}`} onClick={change}>
      <Icon size={18} aria-hidden />
    </IconButton>
  );
}
