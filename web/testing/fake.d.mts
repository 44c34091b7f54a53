// biome-ignore-all lint/suspicious/noExplicitAny: the fake is plain JavaScript; tests look into it freely.
export class Refusal extends Error {
  constructor(
    status: number,
    code: string,
    detail?: string,
    errors?: { field: string; code: string; detail: string }[],
  );
  readonly status: number;
  readonly problem: object;
}
export class FakeServer {
  constructor(options?: {
    now?: () => number;
    after?: (ms: number, task: () => void) => () => void;
    heartbeat?: number;
  });
  [member: string]: any;
}
