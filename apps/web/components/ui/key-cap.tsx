import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';

/** Drawn, since not every font has them. */
const DRAWN = { '←': ArrowLeft, '→': ArrowRight, '↑': ArrowUp, '↓': ArrowDown };

/** The name of a key, as it stands on a keyboard. */
export function KeyName({ name }: { name: string }) {
  const Icon = name in DRAWN ? DRAWN[name as keyof typeof DRAWN] : null; // `in` has just told
  if (!Icon) return name;
  return (
    <>
      <Icon size={13} aria-hidden className="inline" />
      <span className="sr-only">{name}</span>
    </>
  );
}
