import type { ComponentProps } from 'react';

const TONES = {
  primary:
    'bg-safelight text-on-safelight font-semibold hover:brightness-110 aria-disabled:bg-raised aria-disabled:text-ink-faint aria-disabled:brightness-100 aria-disabled:cursor-not-allowed',
  /** The first thing to do with what is there; the safelight is for what needs one. */
  solid: 'border border-line-strong bg-raised text-ink font-medium hover:bg-line',
  plain: 'border border-line-strong text-ink hover:bg-raised',
  quiet: 'text-ink-soft hover:bg-raised hover:text-ink',
} as const;
const SIZES = {
  large: 'h-12 px-5 text-body',
  medium: 'h-10 px-3 text-small',
  small: 'h-8 px-2 text-small pointer-coarse:h-10',
} as const;

type Look = { tone?: keyof typeof TONES; size?: keyof typeof SIZES };

/** The classes of a button, for links that look like one. */
export function buttonClass({ tone = 'plain', size = 'medium' }: Look = {}): string {
  return `inline-flex shrink-0 items-center justify-center gap-2 rounded-frame transition-colors duration-150 ${TONES[tone]} ${SIZES[size]}`;
}

export function Button({ tone, size, className = '', ...rest }: ComponentProps<'button'> & Look) {
  const look = { ...(tone ? { tone } : {}), ...(size ? { size } : {}) };
  return <button type="button" className={`${buttonClass(look)} ${className}`} {...rest} />;
}
