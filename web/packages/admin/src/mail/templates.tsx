import type { MailTemplate } from "@engage/client";
import { plain } from "@engage/react";
import { Suspense, useState } from "react";
import { languageName } from "../faq/use";
import { Icon } from "../shell/icon";
import { later } from "../shell/later";
import { go, href } from "../shell/route";
import { useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { templateName, useMail } from "./use";

const Editor = later(() => import("./template"));

/** Every kind of mail with the languages that it is written in; one of them is open in the editor. */
export default function Templates({ id }: { id: string | null }) {
  const mail = useMail();
  const { data, error, reload } = useLoad("templates", () => mail.templates(), 30_000);
  if (!data) return <p className="quiet">{error ? trouble(error) : t("loading")}</p>;
  const [name, locale] = (id ?? "").split("/");
  const open = data.templates.find((one) => one.name === name);
  if (open && locale) {
    return (
      <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
        <a className="link mail-up" href={href("mail", "templates")}>
          <Icon name="back" /> {t("mail.templates")}
        </a>
        <h3 className="mail-template-title" dir="auto">
          {templateName(open.name)}
        </h3>
        <Languages template={open} locale={locale} />
        <Editor key={`${open.name}/${locale}`} template={open} locale={locale} changed={reload} />
      </Suspense>
    );
  }
  return (
    <>
      <p className="quiet">{t("mail.templates.hint")}</p>
      <ul className="cards">
        {data.templates.map((one) => (
          <li key={one.name} className="card-form">
            <div className="hook-who">
              <h3 dir="auto">{templateName(one.name)}</h3>
              {templateName(one.name) === one.name ? (
                <p className="quiet">{plain(one.about)}</p>
              ) : (
                <p className="quiet">
                  <code>{one.name}</code>
                </p>
              )}
            </div>
            <Languages template={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Languages({ template, locale }: { template: MailTemplate; locale?: string }) {
  return (
    <nav className="faq-languages" aria-label={t("mail.languages", { name: templateName(template.name) })}>
      {template.locales.map((one) => (
        <a
          key={one.locale}
          className="chip mail-language"
          href={href("mail", `templates/${template.name}/${one.locale}`)}
          aria-current={one.locale === locale ? "page" : undefined}
        >
          {languageName(one.locale)}
          {one.changed && <span className="badge is-label">{t("mail.changed")}</span>}
        </a>
      ))}
      <AddLanguage template={template.name} />
    </nav>
  );
}

/** A language that engage does not bring begins with the English text. */
function AddLanguage({ template }: { template: string }) {
  const [tag, setTag] = useState("");
  return (
    <form
      className="mail-add-language"
      onSubmit={(event) => {
        event.preventDefault();
        if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(tag)) go(href("mail", `templates/${template}/${tag}`));
      }}
    >
      <input
        aria-label={t("faq.language.add")}
        placeholder={t("faq.language.add")}
        maxLength={35}
        autoCapitalize="off"
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value.toLowerCase().trim())}
      />
    </form>
  );
}
