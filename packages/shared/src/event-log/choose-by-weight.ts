/** Smooth weighted round robin: each offer earns its weight, the richest is served and pays for all. */
export function chooseByWeight<T extends { member: { weight: number; credit: number } }>(
  offers: readonly T[],
): T | null {
  let richest: T | null = null;
  let total = 0;
  for (const offer of offers) {
    offer.member.credit += offer.member.weight;
    total += offer.member.weight;
    if (richest === null || offer.member.credit > richest.member.credit) richest = offer;
  }
  if (richest !== null) richest.member.credit -= total;
  return richest;
}
