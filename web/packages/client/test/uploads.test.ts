import { describe, expect, it } from "vitest";
import { createUploads } from "../src/uploads";

const RULES = { size: 1_000_000, per_message: 2, part: 300_000, media_types: [] };

/** A server that keeps what it is sent, and fails when it is told to. */
function server() {
  const files = new Map<string, { size: number; name: string; bytes: number }>();
  const asked: string[] = [];
  const faults: (() => Response | null)[] = [];
  let count = 0;
  const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
  const problem = (status: number, code: string) => json(status, { status, code });
  const told = (id: string) => {
    const file = files.get(id);
    if (!file) return problem(404, "not_found");
    const ready = file.bytes === file.size;
    const bad = ready && file.name.endsWith(".svg");
    const state = bad ? "refused" : ready ? "ready" : "uploading";
    const refusal = bad ? { code: "type_not_allowed", detail: "" } : null;
    const shape = { id, name: file.name, size: file.size, offset: file.bytes, state, refusal };
    return json(
      bad ? 415 : 200,
      bad ? { status: 415, code: "type_not_allowed" } : { ...shape, media_type: "text/plain", pixels: null },
    );
  };
  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url, "http://site");
    asked.push(`${init.method} ${pathname}${searchParams.size > 0 ? `?${searchParams}` : ""}`);
    if (init.method === "POST") {
      const id = `f${++count}`;
      files.set(id, { ...JSON.parse(String(init.body)), bytes: 0 });
      return json(201, { id, offset: 0, state: "uploading" });
    }
    const id = pathname.split("/")[4] ?? "";
    const file = files.get(id);
    if (init.method === "PATCH" && file) {
      const fault = faults.shift();
      if (Number(searchParams.get("offset")) !== file.bytes) return problem(409, "offset_mismatch");
      const refused = fault?.();
      if (refused) return refused;
      file.bytes += (init.body as Blob).size;
      if (fault) throw new TypeError("the answer is lost");
    }
    return told(id);
  }
  return { fetch, files, asked, faults, problem };
}

function world() {
  const site = server();
  let now = 0;
  let keys = 0;
  const timers: (() => void)[] = [];
  const uploads = createUploads("/engage", RULES, {
    fetch: site.fetch,
    now: () => (now += 100),
    random: () => 0.5,
    uuid: () => `k${++keys}`,
    after(ms, task) {
      // Patience is never at its end here; waiting is.
      const timer = ms < 60_000 ? task : () => {};
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 200; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const waiting = uploads.getSnapshot().some((one) => one.state === "waiting");
      if (waiting) for (const timer of timers.splice(0)) timer();
    }
  };
  return { ...site, uploads, settle };
}

const file = (name: string, size: number) => new File([new Uint8Array(size)], name);

describe("uploads", () => {
  it("sends files in parts and says how far they are", async () => {
    const { uploads, settle, asked } = world();
    const seen: number[] = [];
    uploads.subscribe(() => seen.push(uploads.getSnapshot()[0]?.sent ?? 0));
    uploads.add([file("a.txt", 700_000)]);
    expect(uploads.take()).toBeNull();
    await settle();
    expect(asked[0]).toBe("POST /engage/v1/files");
    expect(asked.filter((one) => one.startsWith("PATCH")).length).toBeGreaterThan(2);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(uploads.take()).toEqual([{ id: "f1", name: "a.txt", size: 700_000, media_type: "text/plain" }]);
    expect(uploads.getSnapshot()).toEqual([]);
  });

  it("goes on where the server is, whatever was lost", async () => {
    const { uploads, settle, faults, problem, files } = world();
    faults.push(
      () => null, // It came, and the answer did not.
      () => problem(503, "unavailable"),
      () => problem(507, "storage_full"),
    );
    uploads.add([file("a.txt", 500_000)]);
    await settle();
    expect(files.get("f1")?.bytes).toBe(500_000);
    expect(uploads.getSnapshot()[0]?.state).toBe("ready");
  });

  it("keeps a paused file where it is", async () => {
    const { uploads, settle } = world();
    const stop = uploads.subscribe(() => {
      const [one] = uploads.getSnapshot();
      if (!one || one.sent === 0 || one.state !== "sending") return;
      stop();
      uploads.pause("k1");
    });
    uploads.add([file("a.txt", 900_000)]);
    await settle();
    const paused = uploads.getSnapshot()[0];
    expect(paused?.state).toBe("paused");
    expect(paused?.sent).toBeLessThan(900_000);
    uploads.resume("k1");
    await settle();
    expect(uploads.getSnapshot()[0]?.state).toBe("ready");
  });

  it("says why a file is not taken, and sends the others", async () => {
    const { uploads, settle, asked } = world();
    uploads.add([file("empty.txt", 0), file("big.txt", 1_000_001), file("a.svg", 5), file("b.txt", 5)]);
    uploads.add([file("c.txt", 5)]);
    await settle();
    const said = uploads.getSnapshot().map((one) => [one.name, one.state, one.code]);
    expect(said).toEqual([
      ["empty.txt", "failed", "empty"],
      ["big.txt", "failed", "too_large"],
      ["a.svg", "failed", "type_not_allowed"],
      ["b.txt", "ready", null],
      ["c.txt", "failed", "too_many"],
    ]);
    expect(uploads.take()?.map((one) => one.name)).toEqual(["b.txt"]);
    uploads.remove("k3");
    expect(asked).toContain("DELETE /engage/v1/files/f1");
  });

  it("begins anew what the server has forgotten", async () => {
    const { uploads, settle, files, faults } = world();
    faults.push(() => {
      files.delete("f1");
      throw new TypeError("the connection broke");
    });
    uploads.add([file("a.txt", 10)]);
    await settle();
    expect(uploads.getSnapshot()[0]).toMatchObject({ state: "ready", sent: 10 });
    expect([...files.keys()]).toEqual(["f2"]);
  });
});
