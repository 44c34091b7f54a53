import type { FakeServer } from "./fake.mjs";
export function post(
  fake: FakeServer,
  template: string,
  recipient: string,
  said: { subject: string; text: string; html: string },
): string;
