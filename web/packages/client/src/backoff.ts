const FIRST = 500;
const MOST = 30_000;

/** Full jitter: anything between 0 and min(30 s, 0.5 s × 2^n). `random` is in [0, 1). */
export function backoff(attempts: number, random: number): number {
  return random * Math.min(MOST, FIRST * 2 ** Math.min(attempts, 16));
}

/** The wait before attempt `attempts + 1`, never below a jittered part of what the server asked for. */
export function wait(attempts: number, floor: number, random: number): number {
  return Math.max(backoff(attempts, random), floor * (0.5 + random / 2));
}
