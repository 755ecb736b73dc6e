/** What a prompt tells the fake engine to do; see its header for what each does. */
export type Directives = {
  fail: boolean;
  failAttempts: number;
  permanent: boolean;
  exit: boolean;
  nan: boolean;
  cut: boolean;
  stepMs: number | null;
};

const DIRECTIVE = /(?<![\w:-])fake:([a-z-]+)(?:=(\d{1,9}))?(?![\w=-])/g;

/** Reads the directives of a prompt. Throws an `Error` on one that does not exist: a test that misspells must not pass. */
export function readDirectives(prompt: string): Directives {
  const directives: Directives = {
    ...{ fail: false, failAttempts: 0, permanent: false, exit: false, nan: false, cut: false },
    stepMs: null,
  };
  for (const [whole, name, value] of prompt.matchAll(DIRECTIVE)) {
    const number = value === undefined ? null : Number(value);
    if (number === null && isFlag(name)) directives[name] = true;
    else if (number !== null && name === 'fail-attempts') directives.failAttempts = number;
    else if (number !== null && name === 'step-ms') directives.stepMs = number;
    else throw new Error(`the fake engine knows no directive "${whole}"`);
  }
  return directives;
}

const FLAGS = ['fail', 'permanent', 'exit', 'nan', 'cut'] as const;

function isFlag(name: string | undefined): name is (typeof FLAGS)[number] {
  return FLAGS.some((flag) => flag === name);
}
