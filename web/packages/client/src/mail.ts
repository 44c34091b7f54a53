import type { Api } from "./api";
import type { components } from "./schemas";

type Schemas = components["schemas"];

export type MailInfo = Schemas["MailInfo"];
export type MailRow = Schemas["MailRow"];
export type MailDetail = Schemas["MailDetail"];
export type MailContent = Schemas["MailContent"];
export type MailTemplate = Schemas["TemplateInfo"];
export type MailTemplateText = Schemas["TemplateText"];
export type MailTemplateShown = Schemas["TemplateShown"];
export type MailTemplateVersion = Schemas["TemplateVersion"];
export type MailPreview = Schemas["TemplatePreview"];
export type MailSuppression = Schemas["SuppressionInfo"];
export type MailReceived = Schemas["ReceivedRow"];
export type MailReceivedDetail = Schemas["ReceivedDetail"];

export type MailDesk = ReturnType<typeof createMailDesk>;

/** What admins ask of mail. Every one may throw an `ApiError`. */
export function createMailDesk({ call }: Pick<Api, "call">) {
  const get = <T>(path: string, query: Record<string, string | null> = {}) => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
    return call<T>("GET", `/v1/mail${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`);
  };
  const one = (id: string, rest = "") => `/ledger/${encodeURIComponent(id)}${rest}`;
  const template = (name: string, locale: string, rest = "") =>
    `/templates/${encodeURIComponent(name)}/${encodeURIComponent(locale)}${rest}`;
  return {
    info: () => get<MailInfo>(""),
    /** From now on another token, and the one of before none. */
    rotateToken: () => call<MailInfo>("POST", "/v1/mail/inbound/token", {}),
    ledger: (state: string, recipient: string, before: string | null = null) =>
      get<{ mails: MailRow[]; next: string | null }>("/ledger", { state, recipient, before, limit: "50" }),
    record: (id: string) => get<MailDetail>(one(id)),
    resend: (id: string) => call<void>("POST", `/v1/mail${one(id, "/resend")}`, {}),
    test: (to: string) => call<{ mail: string }>("POST", "/v1/mail/test", { to }),
    templates: () => get<{ templates: MailTemplate[] }>("/templates"),
    template: (name: string, locale: string) => get<MailTemplateShown>(template(name, locale)),
    /** Null: what engage brings counts again. */
    setTemplate: (name: string, locale: string, text: MailTemplateText | null, expected_version: number) =>
      call<MailTemplateVersion>("PUT", `/v1/mail${template(name, locale)}`, { text, expected_version }),
    versions: (name: string, locale: string) =>
      get<{ versions: MailTemplateVersion[] }>(template(name, locale, "/versions")),
    preview: (name: string, locale: string, text: MailTemplateText) =>
      call<MailPreview>("POST", `/v1/mail${template(name, locale, "/preview")}`, text),
    suppressions: (search: string, after: string | null = null) =>
      get<{ suppressions: MailSuppression[]; next: string | null }>("/suppressions", { search, after, limit: "50" }),
    suppress: (address: string, key: string) =>
      call<MailSuppression>("POST", "/v1/mail/suppressions", { address }, key),
    unsuppress: (address: string) => call<void>("DELETE", `/v1/mail/suppressions/${encodeURIComponent(address)}`),
    received: (state: string, before: string | null = null) =>
      get<{ mails: MailReceived[]; next: string | null }>("/received", { state, before, limit: "50" }),
    receivedOne: (id: string) => get<MailReceivedDetail>(`/received/${encodeURIComponent(id)}`),
  };
}
