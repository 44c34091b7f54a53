import { plain } from "@engage/react";
import { useState } from "react";
import { languageName } from "../faq/use";
import { SettingForm, SettingsProvider } from "../settings/settings";
import { Switch, text, Words } from "../settings/values";
import { Confirm } from "../shell/dialog";
import { useSubmit } from "../shell/form";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { attempt, useDesk, useLoad } from "../shell/use";
import { LOCALES, t } from "../words";
import { trouble } from "../words/trouble";
import { useMail } from "./use";

/** How mail leaves this site and comes to it. */
export default function MailSettings() {
  const desk = useDesk();
  const all = useLoad("settings", () => desk.settings(), 20_000);
  return (
    <SettingsProvider value={all}>
      <Sending />
      {all.data ? (
        <>
          <Words name="mail.from" kind="email" title={t("mail.set.from")} hint={t("mail.set.from.hint")} most={254} />
          <Words
            name="mail.from_name"
            title={t("mail.set.name")}
            hint={t("mail.set.name.hint")}
            most={100}
            dir="auto"
            must
          />
          <Locale />
          <Footer />
          <Switch name="mail.chat_replies" title={t("mail.set.replies")} hint={t("mail.set.replies.hint")} />
          <Waiting />
          <Words name="mail.reply_domain" title={t("mail.set.domain")} hint={t("mail.set.domain.hint")} most={240} />
        </>
      ) : (
        <p className="quiet">{all.error ? trouble(all.error) : t("loading")}</p>
      )}
      <Inbound />
    </SettingsProvider>
  );
}

/** Whether mails leave, and a mail to see whether they arrive. */
function Sending() {
  const mail = useMail();
  const { data, error } = useLoad("mail", () => mail.info());
  const [to, setTo] = useState("");
  const { busy, problem, submit } = useSubmit(async () => {
    const sent = await mail.test(to.trim());
    toast(t("mail.tested"));
    go(href("mail", `out/${sent.mail}`));
  });
  return (
    <form
      className="setting"
      aria-labelledby="mail-sending"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (to.trim()) void submit();
      }}
    >
      <div className="setting-main">
        <h3 id="mail-sending">{t("mail.test.title")}</h3>
        {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
        {data && (
          <p>
            {t(data.sending ? "mail.sends" : "mail.kept-here")}{" "}
            <bdi className="quiet">
              {[data.from_name, `<${data.from}>`]
                .filter(Boolean)
                .map((one) => plain(one ?? ""))
                .join(" ")}
            </bdi>
          </p>
        )}
        <div className="mail-add">
          <label className="field">
            <span>{t("mail.test.to")}</span>
            <input
              type="email"
              dir="ltr"
              maxLength={254}
              aria-invalid={problem !== ""}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <button type="submit" className="button" disabled={busy || to.trim() === ""}>
            {t("mail.test")}
          </button>
        </div>
        <p className="fault" role="alert">
          {problem}
        </p>
      </div>
    </form>
  );
}

function Locale() {
  return (
    <SettingForm<string>
      name="mail.locale"
      title={t("mail.set.locale")}
      hint={t("mail.set.locale.hint")}
      read={text}
      show={languageName}
    >
      {(of) => (
        <select
          aria-label={t("mail.set.locale")}
          value={of.draft}
          onChange={(event) => of.set(event.currentTarget.value)}
        >
          {[...new Set([...Object.keys(LOCALES), of.draft])].map((tag) => (
            <option key={tag} value={tag}>
              {languageName(tag)}
            </option>
          ))}
        </select>
      )}
    </SettingForm>
  );
}

function Footer() {
  return (
    <SettingForm<string>
      name="mail.footer"
      title={t("mail.set.footer")}
      hint={t("mail.set.footer.hint")}
      read={text}
      show={plain}
    >
      {(of) => (
        <textarea
          aria-label={t("mail.set.footer")}
          dir="auto"
          rows={3}
          maxLength={500}
          value={of.draft}
          onChange={(event) => of.set(event.currentTarget.value)}
        />
      )}
    </SettingForm>
  );
}

/** As one text, so that a line that is being typed is not lost. */
function Waiting() {
  const lines = (value: string) =>
    value
      .split("\n")
      .map((one) => one.trim())
      .filter(Boolean);
  return (
    <SettingForm<string>
      name="mail.waiting_to"
      title={t("mail.set.waiting")}
      hint={t("mail.set.waiting.hint")}
      read={(value) => (Array.isArray(value) ? value.join("\n") : "")}
      write={lines}
      show={(value) => plain(value) || t("none")}
    >
      {(of) => (
        <textarea
          aria-label={t("mail.set.waiting")}
          dir="ltr"
          rows={3}
          value={of.draft}
          onChange={(event) => of.set(event.currentTarget.value)}
        />
      )}
    </SettingForm>
  );
}

/** What whoever hands mails over has to know; shown when asked for, as it opens a door. */
function Inbound() {
  const mail = useMail();
  const { data, set } = useLoad("mail inbound", () => mail.info());
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const rotate = async () => {
    const work = mail.rotateToken();
    if (!(await attempt(work, t("mail.token.rotated")))) return;
    set(await work);
    setShown(true);
  };
  const copy = async () => {
    if (data) await attempt(navigator.clipboard.writeText(data.inbound_token), t("copied"));
  };
  return (
    <section className="setting" aria-labelledby="mail-inbound">
      <div className="setting-main">
        <h3 id="mail-inbound">{t("mail.token")}</h3>
        <p className="quiet">{t("mail.token.hint")}</p>
        <div className="secret">
          <code>{data && shown ? data.inbound_token : "••••••••••••"}</code>
          <button
            type="button"
            className="button"
            disabled={!data}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {t("mail.token.show")}
          </button>
          <button type="button" className="button" disabled={!data} onClick={copy}>
            {t("copy")}
          </button>
          <button type="button" className="button is-bad" disabled={!data} onClick={() => setAsking(true)}>
            {t("mail.token.rotate")}
          </button>
        </div>
      </div>
      {asking && (
        <Confirm
          title={t("mail.token.rotate")}
          yes={t("mail.token.rotate")}
          act={() => void rotate()}
          close={() => setAsking(false)}
        >
          <p>{t("mail.token.rotate.text")}</p>
        </Confirm>
      )}
    </section>
  );
}
