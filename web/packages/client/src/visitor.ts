import type { Client } from "./client";
import type { Conversation } from "./wire";

/** What a visitor may do with a conversation besides talking. Functions of their own: who does not use them does not carry them. */

const at = (id: string) => `/v1/chat/conversations/${encodeURIComponent(id)}`;

/** Says how it went, from 1 to 5, in a conversation that is closed. Throws an `ApiError`. */
export function rate(client: Client, id: string, score: number, comment = ""): Promise<Conversation> {
  return client.api.call("PUT", `${at(id)}/rating`, { score, ...(comment && { comment }) });
}

/** Asks for a person where a bot answers. Throws an `ApiError`. */
export function handOff(client: Client, id: string): Promise<Conversation> {
  return client.api.call("POST", `${at(id)}/handoff`, {});
}

/** Where a conversation can be fetched as a file. */
export function transcriptOf(client: Client, id: string, format: "text" | "html" = "text"): string {
  return `${client.base}${at(id)}/transcript?format=${format}`;
}
