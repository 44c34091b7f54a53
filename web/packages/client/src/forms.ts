/**
 * Forms, without a face: what may be answered, the work that is asked for, and how it is sent. The rules are those of the server's
 * check (`engage-core/src/forms/model`); one table of answers is held against both.
 */
import type { components } from "./schemas";

type Schemas = components["schemas"];

export type FormOffer = Schemas["FormOffer"];
export type FormField = Schemas["FormField"];
export type FormChallenge = Schemas["FormChallenge"];
export type FormDefinition = Schemas["FormDefinition"];
export type FormInfo = Schemas["FormInfo"];
export type Submission = Schemas["SubmissionInfo"];
export type SubmissionState = Schemas["SubmissionState"];
export type FormAnswers = Readonly<Record<string, unknown>>;
/** The code of what is wrong, by the name of the field. */
export type FormFaults = Readonly<Record<string, string>>;

/** What came of sending it. */
export type FormOutcome =
  | { kind: "sent"; thanks: string }
  | { kind: "faults"; faults: FormFaults; consent: boolean }
  /** Its token is none any more: `expired` by time, `used` by something else that was sent with it. */
  | { kind: "expired" | "used" }
  | { kind: "limited"; seconds: number }
  | { kind: "failed" };

const EDGES = /^\p{White_Space}+|\p{White_Space}+$/gu;
const LONGEST: Record<string, number> = { multiline: 10_000, email: 254, url: 2_000, tel: 40 };

/** The fields that are asked, as far as the answers lead to them. */
export function askedFields(fields: readonly FormField[], answers: FormAnswers): FormField[] {
  const asked: FormField[] = [];
  for (const field of fields) {
    const { when } = field;
    const on = when && asked.find(({ name }) => name === when.field);
    if (!when || (on && read(on, answers[on.name]).fault === undefined && holds(when.is, answers[on.name]))) {
      asked.push(field);
    }
  }
  return asked;
}

/** What is wrong with the answers, all at once. */
export function checkForm(fields: readonly FormField[], answers: FormAnswers): FormFaults {
  const faults: Record<string, string> = {};
  for (const field of askedFields(fields, answers)) {
    const { fault, given } = read(field, Object.hasOwn(answers, field.name) ? answers[field.name] : null);
    if (fault) faults[field.name] = fault;
    else if (!given && field.required) faults[field.name] = "required";
  }
  for (const name of Object.keys(answers)) {
    if (!fields.some((field) => field.name === name)) faults[name] = "unknown";
  }
  return faults;
}

interface Read {
  fault?: string;
  given?: boolean;
}

function read(field: FormField, answer: unknown): Read {
  if (answer === null || answer === undefined) return {};
  switch (field.kind) {
    case "checkbox":
      return typeof answer === "boolean" ? { given: answer || !field.required } : { fault: "wrong_type" };
    case "several": {
      if (!Array.isArray(answer)) return { fault: "wrong_type" };
      const known = (field.choices ?? []).filter((choice) => answer.includes(choice));
      return known.length === answer.length ? { given: known.length > 0 } : { fault: "unknown" };
    }
    case "number":
      if (typeof answer === "number") return number(field, answer);
  }
  return typeof answer === "string" ? text(field, answer) : { fault: "wrong_type" };
}

function text(field: FormField, typed: string): Read {
  const lines = field.kind === "multiline";
  const answer = (lines ? typed.replace(/\r\n?/g, "\n") : typed).replace(EDGES, "");
  const length = [...answer].length;
  if (!length) return {};
  if (/\p{Cc}/u.test(lines ? answer.replace(/[\n\t]/g, "") : answer)) return { fault: "control_character" };
  if (length > longest(field)) return { fault: "too_long" };
  if (length < (field.min_length ?? 0)) return { fault: "too_short" };
  switch (field.kind) {
    case "select":
    case "radio":
      return field.choices?.includes(answer) ? { given: true } : { fault: "unknown" };
    case "email":
      return isAddress(answer) ? { given: true } : { fault: "not_an_address" };
    case "tel":
      return isPhone(answer) ? { given: true } : { fault: "not_a_phone_number" };
    case "url":
      return isUrl(answer) ? { given: true } : { fault: "not_a_url" };
    case "date":
      return date(field, answer);
    case "number":
      return number(field, /^[0-9+\-.eE]{1,40}$/.test(answer) ? Number(answer) : Number.NaN);
  }
  return { given: true };
}

/** How long an answer may be, in characters. */
export function longest({ kind, name, max_length }: FormField): number {
  const own = LONGEST[kind] ?? (kind === "text" && name === "name" ? 200 : 500);
  return Math.min(max_length ?? own, own);
}

function number({ min, max }: FormField, answer: number): Read {
  if (!Number.isFinite(answer)) return { fault: "not_a_number" };
  if (typeof min === "number" && answer < min) return { fault: "too_small" };
  if (typeof max === "number" && answer > max) return { fault: "too_great" };
  return { given: true };
}

function date({ earliest, latest }: FormField, answer: string): Read {
  const day = /^\d{4}-\d\d-\d\d$/.test(answer) ? new Date(`${answer}T00:00:00Z`) : new Date(Number.NaN);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== answer) return { fault: "not_a_date" };
  if (earliest && answer < earliest) return { fault: "too_early" };
  if (latest && answer > latest) return { fault: "too_late" };
  return { given: true };
}

function isAddress(answer: string): boolean {
  const at = answer.indexOf("@");
  const host = answer.slice(at + 1);
  return (
    at > 0 &&
    !/[\p{White_Space}<>,;"()]/u.test(answer) &&
    !host.includes("@") &&
    host.split(".").every((label) => label !== "")
  );
}

function isPhone(answer: string): boolean {
  const digits = answer.replace(/[^0-9]/g, "").length;
  return digits >= 3 && digits <= 15 && /^[0-9+\-()./ ]+$/.test(answer);
}

function isUrl(answer: string): boolean {
  const host = /^https?:\/\/([^/?#]*)/i.exec(answer)?.[1] ?? "";
  return host !== "" && !host.startsWith(".") && !/[\p{White_Space}<>"\\]/u.test(answer);
}

function holds(is: readonly string[], answer: unknown): boolean {
  if (typeof answer === "boolean") return is.includes(String(answer));
  if (typeof answer === "string") return is.includes(answer.replace(EDGES, ""));
  return Array.isArray(answer) && answer.some((one) => is.includes(one));
}

/**
 * Does the work, as ALTCHA, version 1, wants it; null where the browser cannot, or `signal` says to stop. The browser digests beside the
 * page, a few hundred at a time: the page stays as quick as it was.
 */
export async function solve(challenge: FormChallenge, signal?: AbortSignal): Promise<string | null> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) return null;
  const encoder = new TextEncoder();
  const wanted = challenge.challenge.toLowerCase();
  for (let from = 0; from <= challenge.maxnumber && !signal?.aborted; from += 200) {
    const numbers = Array.from({ length: Math.min(200, challenge.maxnumber - from + 1) }, (_, step) => from + step);
    const digests = await Promise.all(numbers.map((n) => subtle.digest("SHA-256", encoder.encode(challenge.salt + n))));
    const found = digests.findIndex((digest) => hex(digest) === wanted);
    if (found >= 0) {
      const { algorithm, salt, signature } = challenge;
      return btoa(JSON.stringify({ algorithm, challenge: wanted, number: from + found, salt, signature }));
    }
  }
  return null;
}

const hex = (digest: ArrayBuffer) =>
  Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");

/** The form `name`, to fill in; `again` is the token of one that cannot be sent any more. Throws when it cannot be had. */
export async function fetchForm(base: string, name: string, again?: string): Promise<FormOffer> {
  const query = again ? `?again=${encodeURIComponent(again)}` : "";
  const url = `${base}/v1/forms/${encodeURIComponent(name)}${query}`;
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(`the form ${name} cannot be had: ${response.status}`);
  return response.json();
}

export interface FormSending {
  answers: FormAnswers;
  consent: boolean;
  work: string | null;
  locale: string;
  /** What people do not see. */
  website: string;
}

/** Sends it. The same again, with the same token, arrives once. */
export async function sendForm(base: string, { name, token }: FormOffer, sending: FormSending): Promise<FormOutcome> {
  const page = location.origin + location.pathname;
  try {
    const response = await fetch(`${base}/v1/forms/${encodeURIComponent(name)}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...sending, token, page }),
      signal: AbortSignal.timeout(20_000),
    });
    const told = await response.json();
    if (response.ok) return { kind: "sent", thanks: told.thanks };
    if (response.status === 429) {
      return { kind: "limited", seconds: Number(response.headers.get("retry-after")) || 60 };
    }
    if (told.code === "form_expired") return { kind: "expired" };
    if (told.code === "form_used") return { kind: "used" };
    if (response.status === 422) return { kind: "faults", ...faultsOf(told.errors ?? []) };
  } catch {
    // It is said that it was not sent; what was typed is still there.
  }
  return { kind: "failed" };
}

function faultsOf(errors: { field: string; code: string }[]) {
  const below = "/answers/";
  const named = errors.filter(({ field }) => field.startsWith(below));
  const name = (field: string) => field.slice(below.length).replace(/~1/g, "/").replace(/~0/g, "~");
  return {
    faults: Object.fromEntries(named.map(({ field, code }) => [name(field), code])),
    consent: errors.some(({ field }) => field === "/consent"),
  };
}
