import { ApiError } from "./api";
import { wait } from "./backoff";
import { contentOf } from "./files";
import { isTransient } from "./model";
import type { Ports } from "./ports";
import type { FileRules, Problem, SentFile, UploadedFile } from "./wire";

/** The first part of a file, in bytes: small, as nobody knows the line yet. */
const FIRST = 128 * 1024;
/** A part should take about this long, in ms: so that progress is seen, and little is lost when the line breaks. */
const STEP = 1_500;
/** How long the answer to a part may take, in ms. */
const PATIENCE = 60_000;

/** A file on its way, as it should be shown. Immutable. */
export interface Upload {
  /** Ours, until it is removed. */
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** Bytes that the server has. */
  readonly sent: number;
  /** `waiting`: behind others, or for the connection. `checking`: all is there, and is looked at. `failed`: see `code`. */
  readonly state: "waiting" | "sending" | "paused" | "checking" | "ready" | "failed";
  /** Why it failed: the server's code, or `too_many`, `too_large`, `empty`, `lost`. */
  readonly code: string | null;
  /** Once it is ready: what a message takes. */
  readonly file: SentFile | null;
}

export type Uploads = ReturnType<typeof createUploads>;

interface Job {
  upload: Upload;
  blob: Blob;
  id: string | null;
  attempts: number;
  call: AbortController | null;
}

/**
 * Sends files to `base` (no slash at its end), one after the other, each from where it broke off: after a lost connection,
 * a pause, or a fault of the server. What is refused says why, and is never tried again by itself.
 */
export function createUploads(
  base: string,
  rules: FileRules,
  ports: Pick<Ports, "fetch" | "after" | "now" | "random" | "uuid">,
) {
  const listeners = new Set<() => void>();
  const jobs: Job[] = [];
  let shown: readonly Upload[] = [];
  let running: Job | null = null;
  let calm = () => {};
  let part = FIRST;

  function show(job: Job, changes: Partial<Upload>): void {
    job.upload = { ...job.upload, ...changes };
    tell();
  }

  function tell(): void {
    shown = jobs.map((job) => job.upload);
    for (const listener of [...listeners]) listener();
  }

  async function call(job: Job, method: string, path: string, body?: Blob | string): Promise<UploadedFile> {
    const abort = new AbortController();
    job.call = abort;
    const done = ports.after(PATIENCE, () => abort.abort());
    const type = typeof body === "string" ? "application/json" : "application/offset+octet-stream";
    try {
      const response = await ports.fetch(`${base}/v1/files${path}`, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
        ...(body !== undefined && { body, headers: { "content-type": type } }),
      });
      if (response.ok) return (await response.json()) as UploadedFile;
      const problem = (await response.json().catch(() => null)) as Problem | null;
      const retryAfter = Number(response.headers.get("retry-after")) * 1000 || 0;
      const code = problem?.code ?? `http_${response.status}`;
      throw new ApiError({ status: response.status, code, detail: problem?.detail ?? null, retryAfter }, problem);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError({ status: 0, code: "network", detail: null, retryAfter: 0 });
    } finally {
      done();
      job.call = null;
    }
  }

  /** One step of a file: begins it, or sends its next part. */
  async function step(job: Job): Promise<void> {
    const { upload } = job;
    if (job.id === null) {
      const begun = await call(job, "POST", "", JSON.stringify({ name: upload.name, size: upload.size }));
      job.id = begun.id;
      return;
    }
    const to = Math.min(upload.sent + part, upload.size);
    if (to === upload.size) show(job, { state: "checking" });
    const began = ports.now();
    const path = `/${job.id}?offset=${upload.sent}`;
    const told = await call(job, "PATCH", path, job.blob.slice(upload.sent, to));
    const took = Math.max(1, ports.now() - began);
    // Never more than twice what has just worked.
    part = Math.round(Math.min(rules.part, part * 2, Math.max(64 * 1024, ((to - upload.sent) * STEP) / took)));
    takeIn(job, told);
  }

  function takeIn(job: Job, told: UploadedFile): void {
    job.attempts = 0;
    if (told.state === "ready") {
      const { id, name, size, media_type, pixels } = told;
      const file: SentFile = { id, name, size, media_type: media_type ?? "", ...(pixels && { pixels }) };
      show(job, { state: "ready", sent: job.upload.size, name, file });
    } else if (told.state === "refused") {
      show(job, { state: "failed", code: told.refusal?.code ?? "invalid" });
    } else if (is(job, "paused")) show(job, { sent: told.offset });
    else show(job, { state: "sending", sent: told.offset });
  }

  /** Asks what has come: the answer to a part may be lost though the part was not. */
  async function look(job: Job): Promise<void> {
    if (job.id !== null) takeIn(job, await call(job, "GET", `/${job.id}`));
  }

  const is = (job: Job, state: Upload["state"]) => job.upload.state === state;
  const goes = (job: Job) => jobs.includes(job) && (is(job, "sending") || is(job, "checking"));

  async function run(): Promise<void> {
    const next = jobs.find((job) => is(job, "waiting"));
    if (running || !next) return;
    calm();
    running = next;
    show(next, { state: "sending", code: null });
    let lost = next.id !== null;
    while (goes(next)) {
      try {
        if (lost) await look(next);
        lost = false;
        if (goes(next)) await step(next);
      } catch (error) {
        const { failure } = error as ApiError;
        if (!goes(next)) break;
        lost = true;
        if (failure.code === "offset_mismatch" || failure.code === "upload_finished") continue;
        // Begun and forgotten by the server meanwhile, as after a day: it begins anew.
        if (failure.status === 404 && failure.code === "not_found" && next.id !== null) {
          next.id = null;
          show(next, { sent: 0, state: "sending" });
          lost = false;
          continue;
        }
        if (!isTransient(failure) || failure.code === "quota_exceeded" || failure.code === "too_many_files") {
          show(next, { state: "failed", code: failure.code });
          break;
        }
        part = FIRST;
        show(next, { state: "waiting", code: failure.code });
        calm = ports.after(wait(next.attempts++, failure.retryAfter, ports.random()), () => void run());
        running = null;
        return;
      }
    }
    running = null;
    void run();
  }

  return {
    getSnapshot: () => shown,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Takes files; those that cannot be sent are shown with the reason. */
    add(files: Iterable<Blob & { name?: string }>): void {
      for (const blob of files) {
        const name = blob.name || `${blob.type.split("/")[0] || "file"}.${blob.type.split("/")[1] || "bin"}`;
        const full = jobs.filter((job) => !is(job, "failed")).length >= rules.per_message;
        const code = full ? "too_many" : blob.size > rules.size ? "too_large" : blob.size === 0 ? "empty" : null;
        const state = code ? ("failed" as const) : ("waiting" as const);
        const upload = { key: ports.uuid(), name, size: blob.size, sent: 0, state, code, file: null };
        jobs.push({ upload, blob, id: null, attempts: 0, call: null });
      }
      tell();
      void run();
    },
    /** Puts files here that the server has already: they wait to be sent again. */
    put(files: readonly SentFile[]): void {
      for (const file of files) {
        const { id, name, size } = file;
        if (jobs.some((job) => job.id === id)) continue;
        const upload = { key: ports.uuid(), name, size, sent: size, state: "ready" as const, code: null, file };
        jobs.push({ upload, blob: new Blob(), id, attempts: 0, call: null });
      }
      tell();
    },
    /** Shows files that a reload has cut short: their bytes are gone, so that they must be chosen again. */
    miss(names: readonly string[]): void {
      for (const name of names) {
        const state = { sent: 0, state: "failed" as const, code: "lost", file: null };
        const upload = { key: ports.uuid(), name, size: 0, ...state };
        jobs.push({ upload, blob: new Blob(), id: null, attempts: 0, call: null });
      }
      tell();
    },
    pause(key: string): void {
      const job = jobs.find((one) => one.upload.key === key);
      if (!job || !["waiting", "sending"].includes(job.upload.state)) return;
      show(job, { state: "paused" });
      job.call?.abort();
    },
    /** Goes on with what was paused, and tries again what failed. */
    resume(key: string): void {
      const job = jobs.find((one) => one.upload.key === key);
      if (!job || (!is(job, "paused") && !is(job, "failed")) || job.upload.code === "lost") return;
      // What was refused for what it holds begins anew.
      if (is(job, "failed")) job.id = null;
      show(job, { state: "waiting", code: null, ...(job.id === null && { sent: 0 }) });
      void run();
    },
    /** The connection is back: nobody has to wait for the next try. */
    wake: () => void run(),
    /** Gives a file up, here and on the server. */
    remove(key: string): void {
      const at = jobs.findIndex((one) => one.upload.key === key);
      const [job] = at < 0 ? [] : jobs.splice(at, 1);
      if (!job) return;
      job.call?.abort();
      tell();
      // What the server keeps of it goes by itself after a day.
      if (job.id !== null)
        ports.fetch(`${base}/v1/files/${job.id}`, { method: "DELETE", credentials: "same-origin" }).catch(() => {});
    },
    /** What is ready, for a message; it is then no longer here. Null while something is still on its way. */
    take(): SentFile[] | null {
      const left = jobs.filter((job) => !is(job, "failed"));
      if (left.some((job) => job.upload.file === null)) return null;
      const files = left.flatMap((job) => job.upload.file ?? []);
      jobs.splice(0, jobs.length, ...jobs.filter((job) => is(job, "failed")));
      tell();
      return files;
    },
    /** Where the bytes of a file are. */
    contentOf: (file: SentFile, download = false) => contentOf(base, file, download),
  };
}
