import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createApi } from "../src/api";
import type { Pending } from "../src/model";

const docs = join(import.meta.dirname, "../../../../docs");
const openapi = JSON.parse(readFileSync(join(docs, "openapi.json"), "utf8"));
const protocol = readFileSync(join(docs, "protocol/chat.md"), "utf8");
const wire = readFileSync(join(import.meta.dirname, "../src/wire.ts"), "utf8");

const pending: Pending = {
  id: "m",
  conversation: "c",
  thread: "c",
  kind: "message",
  body: "hello",
  replyTo: null,
  at: 0,
  state: "queued",
  code: null,
  seq: 0,
  flight: 0,
  attempts: 0,
  retryAt: 0,
};

/** Everything that a visitor's client asks for. */
const CALLS: ((api: ReturnType<typeof createApi>) => Promise<unknown>)[] = [
  (api) => api.openSession(),
  (api) => api.updateSession({ name: "Ann", email: null }),
  (api) => api.endSession(),
  (api) => api.list({ status: "all" }, "before", 30),
  (api) => api.create({ ...pending, conversation: null }),
  (api) => api.snapshot("c"),
  (api) => api.before("c", 7),
  (api) => api.poll("c", 7, "epoch"),
  (api) => api.post({ ...pending, replyTo: "r" }),
  (api) => api.read("c", 7),
  (api) => api.typing("c", true),
];

describe("what is asked of the server", () => {
  test.each(CALLS.map((call) => [String(call).replace(/.*=> api\./, ""), call] as const))("%s", async (_, call) => {
    const asked: { method: string; url: string; body: unknown }[] = [];
    const fetch = async (url: string, { method = "GET", body }: RequestInit) => {
      asked.push({ method, url, body: body && JSON.parse(String(body)) });
      return new Response("{}");
    };
    await call(createApi("/engage", { fetch, after: () => () => {} }));
    const [{ method, url, body }] = asked as [(typeof asked)[number]];
    const [path, query] = url.replace("/engage", "/{site}").split("?") as [string, string?];
    const found = Object.keys(openapi.paths).find((known) => known.startsWith("/{site}") && pattern(known).test(path));
    const operation = openapi.paths[found ?? ""]?.[method.toLowerCase()];
    expect(operation, `${method} ${path}`).toBeDefined();
    for (const name of new URLSearchParams(query).keys()) {
      expect(operation.parameters.map((parameter: { name: string }) => parameter.name)).toContain(name);
    }
    const schema = resolve(operation.requestBody?.content["application/json"].schema);
    expect(unfit(body, schema)).toEqual([]);
  });
});

describe("the socket's frames", () => {
  const [up, down] = protocol.split("### Server to client");
  test.each([
    ["ClientFrame", up ?? ""],
    ["ServerFrame", down ?? ""],
  ])("%s is as it is written down", (name, text) => {
    const source = wire.slice(wire.indexOf(`export type ${name}`)).split(/;\n\n|;\n$/)[0] ?? "";
    const frames = [...source.matchAll(/\{\s*type: ((?:"\w+"(?: \| )?)+)([^}]*)/g)];
    expect(frames.length).toBeGreaterThan(5);
    for (const [, types, members] of frames) {
      for (const type of types?.match(/\w+/g) ?? []) {
        const row = text
          .split("\n")
          .find((line) => line.startsWith("|") && line.split("|")[1]?.includes(`\`${type}\``));
        expect(row, `${name} ${type}`).toBeDefined();
        for (const member of members?.match(/\w+(?=\??:)/g) ?? []) {
          const said = row?.includes("the same") || row?.includes(member);
          expect(said, `${name} ${type}.${member}`).toBe(true);
        }
      }
    }
  });
});

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace("/{site}", "/\\{site\\}").replace(/\{(?!site)\w+\}/g, "[^/]+")}$`);
}

function resolve(schema: { $ref?: string } | undefined) {
  const name = schema?.$ref?.split("/").pop();
  return name ? openapi.components.schemas[name] : schema;
}

/** What of `body` the schema does not take, and what it misses. */
function unfit(body: unknown, schema: { properties?: object; required?: string[] } | undefined): string[] {
  if (body === undefined || body === "") return schema?.required ?? [];
  if (!schema) return ["a body that nobody reads"];
  const names = Object.keys(body as object);
  const unknown = names.filter((name) => !(name in (schema.properties ?? {})));
  return [...unknown, ...(schema.required ?? []).filter((name) => !names.includes(name))];
}
