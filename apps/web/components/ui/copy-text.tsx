'use client';

import { Copy } from 'lucide-react';
import { toast } from 'sonner';

/** Text in a monospace that can be selected, and is copied with one click. */
export function CopyText({ text, what }: { text: string; what: string }) {
  return (
    <button
      type="button"
      aria-label={`Copy ${what} ${text}`}
      onClick={() => void copyText(text, what)}
      className="group inline-flex min-h-6 items-center gap-1.5 rounded-frame text-left font-mono text-[0.75rem] text-ink select-text hover:text-safelight pointer-coarse:min-h-10"
    >
      {/* Where it does not fit, in two lines of about the same length: none stands alone with its last characters. */}
      <span className="text-balance break-all">{text}</span>
      <Copy size={13} aria-hidden className="shrink-0 text-ink-faint group-hover:text-safelight" />
    </button>
  );
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.success(`Copied ${what}`);
  } catch {
    toast.error('The browser did not allow copying', { description: text });
  }
}
