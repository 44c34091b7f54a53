import type { SentFile } from "./wire";

/** Where the bytes of a file are: to be shown, or to be saved. */
export function contentOf(base: string, file: Pick<SentFile, "id">, download = false): string {
  return `${base}/v1/files/${encodeURIComponent(file.id)}/content${download ? "?download=true" : ""}`;
}
