import type { World } from "./world";

const PIXELS = { width: 40, height: 30 };

/** Files of the fake server, as `docs/protocol/files.md` has it: begun by a name and a size, then sent in parts. */
export class FakeFiles {
  held: { name: string; size: number; offset: number }[] = [];
  /** With this code parts are refused. */
  refusal: string | null = null;
  /** Whether parts are never answered. */
  stuck = false;
  /** What parts wait for before they are answered. */
  gate: Promise<void> = Promise.resolve();

  constructor(private readonly server: World["server"]) {
    server.says = { files: { size: 1000, per_message: 2, part: 1 << 20, media_types: ["image/png"] } };
  }

  /** In place of the browser's, for whom `cookie` says, below the mount `/engage`. */
  fetch(cookie: unknown) {
    return async (url: string, init: RequestInit = {}): Promise<Response> => {
      const { method = "GET", body, signal } = init;
      const path = url.slice("/engage".length);
      if (path.startsWith("/v1/files")) return this.answer(method, path, body, signal);
      const data = body && JSON.parse(String(body));
      try {
        return Response.json((await this.server.http(method, path, data, cookie as never)) ?? null);
      } catch (error) {
        const { status = 500, code = "internal" } = error as { status?: number; code?: string };
        return Response.json({ status, code }, { status });
      }
    };
  }

  /** What is said of files at `path`, below the mount. */
  async answer(method: string, path: string, body: unknown, signal?: AbortSignal | null): Promise<Response> {
    if (method === "DELETE") return new Response(null, { status: 204 });
    if (method === "POST") {
      this.held.push({ ...JSON.parse(String(body)), offset: 0 });
      return this.told(this.held.length - 1, 201);
    }
    const at = Number(path.match(/^\/v1\/files\/f(\d+)/)?.[1]);
    const file = this.held[at];
    if (!file) return Response.json({ status: 404, code: "not_found" }, { status: 404 });
    if (this.stuck && method === "PATCH") {
      await new Promise((_, fail) => signal?.addEventListener("abort", () => fail(new Error("aborted"))));
    }
    if (method === "PATCH") await this.gate;
    if (this.refusal && method === "PATCH") return Response.json({ status: 415, code: this.refusal }, { status: 415 });
    if (body instanceof Blob) file.offset += body.size;
    return this.told(at);
  }

  private told(at: number, status = 200): Response {
    const { name, size, offset } = this.held[at] as (typeof this.held)[0];
    const ready = offset === size;
    if (ready) this.server.cards.set(`f${at}`, { id: `f${at}`, name, size, media_type: "image/png", pixels: PIXELS });
    const facts = { media_type: ready ? "image/png" : null, ...(ready && { pixels: PIXELS }) };
    return Response.json(
      { id: `f${at}`, name, size, offset, state: ready ? "ready" : "uploading", ...facts },
      { status },
    );
  }
}
