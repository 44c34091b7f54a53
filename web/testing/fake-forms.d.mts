import type { FakeServer } from "./fake.mjs";
export function submit(
  fake: FakeServer,
  answers: Record<string, unknown>,
  rest?: Record<string, unknown>,
): { id: string; state: string; version: number };
