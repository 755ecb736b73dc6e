/** Names of samplers and schedules are equal whatever their case, their spaces, hyphens or underscores, and with "++" for "pp". */
export function comparableName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll('++', 'pp')
    .replace(/[\s_-]+/gu, ' ');
}
