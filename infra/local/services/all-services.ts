import { pulsar } from './pulsar.ts';
import type { Service, ServiceName } from './service.ts';
import { versitygw } from './versitygw.ts';

export const SERVICES: readonly Service[] = [versitygw, pulsar];

export function serviceNamed(name: ServiceName): Service {
  const found = SERVICES.find((service) => service.name === name);
  if (!found) throw new Error(`${name} is no service`);
  return found;
}
