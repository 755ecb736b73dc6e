/** One server of the platform that this machine can run without containers. A new one is a file of this shape in `all-services.ts`. */
export type Service = {
  name: ServiceName;
  title: string;
  version: string;
  ports: readonly PortPlan[];
  /** What is missing on this machine to install or run it, one sentence each; nothing that the cache already holds. */
  missing(cache: string): Promise<string[]>;
  /** Brings it into the cache folder, once. */
  install(cache: string): Promise<void>;
  /** Writes what it needs into its folder and says how it is run. */
  prepare(place: ServicePlace): Promise<ServiceCommand>;
  isHealthy(ports: Ports): Promise<boolean>;
  healthyWithinMs: number;
  /** What processes of the platform are told, to use it. */
  environment(ports: Ports): Record<string, string>;
  /** What suites are told that start servers of their own from what is installed. */
  installedEnvironment?(cache: string): Record<string, string>;
  /** What the contract suites are told. */
  testEnvironment(ports: Ports): Record<string, string>;
};

export type ServiceName = 's3' | 'pulsar';
/** By the names in `PortPlan`. */
export type Ports = Readonly<Record<string, number>>;
type PortPlan = { name: string; what: string; variable: string; usual: number };
type ServicePlace = { cache: string; folder: string; ports: Ports };
type ServiceCommand = { command: readonly string[]; env: Readonly<Record<string, string>> };

/** One sentence for a person, without a stack. */
export class ServiceRefusal extends Error {}
