import type { Look } from "@engage/elements/look";
import { plain } from "@engage/react";
import { Suspense } from "react";
import { later } from "../shell/later";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { Invitations } from "./invitations";
import { SettingForm, useSetting } from "./settings";

const WidgetPreview = later(() => import("../look/preview"));

const yes = (value: unknown) => value === true;
const text = (value: unknown) => (typeof value === "string" ? value : "");
const onOff = (value: boolean) => (value ? t("on") : t("off"));

/** How conversations come to agents. */
export function General() {
  return (
    <>
      <Switch name="chat.auto_assign" title={t("set.auto")} hint={t("set.auto.hint")} />
      <Count
        name="chat.capacity"
        title={t("set.capacity")}
        hint={t("set.capacity.hint")}
        none={t("set.capacity.none")}
        least={1}
        most={1_000}
        usual={5}
      />
      <Count
        name="chat.reassign_after_s"
        title={t("set.reassign")}
        hint={t("set.reassign.hint")}
        none={t("set.reassign.none")}
        least={10}
        most={86_400}
        usual={180}
      />
      <Switch name="chat.page_trail" title={t("set.trail")} hint={t("set.trail.hint")} />
      <Switch name="chat.typing_preview" title={t("set.preview")} hint={t("set.preview.hint")} />
    </>
  );
}

/** What visitors read first. */
export function Welcome() {
  const fields = useSetting("chat.fields");
  const site = useSelect((state) => state.site?.name ?? "");
  return (
    <>
      <SettingForm<string>
        name="chat.greeting"
        title={t("set.greeting")}
        hint={t("set.greeting.hint")}
        read={text}
        show={plain}
        beside={(draft) => <Beside site={site} greeting={draft} fields={fields?.value} />}
      >
        {(of) => (
          <label className="field">
            <span className="aside">{t("set.greeting")}</span>
            <textarea
              dir="auto"
              rows={3}
              maxLength={500}
              value={of.draft}
              onChange={(event) => of.set(event.currentTarget.value)}
            />
            <span className="quiet">{t("write.left", { n: 500 - Array.from(of.draft).length })}</span>
          </label>
        )}
      </SettingForm>
      <Switch name="chat.offline_email" title={t("set.email")} hint={t("set.email.hint")} />
      <Invitations />
    </>
  );
}

/** The widget as visitors would see it. */
export function Beside({ fields, ...shown }: { site: string; greeting: string; fields: unknown }) {
  const look = useSetting("chat.look")?.value as Look | undefined;
  return (
    <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
      <WidgetPreview {...shown} fields={Array.isArray(fields) ? fields : []} {...(look && { look })} />
    </Suspense>
  );
}

export function Switch({ name, title, hint }: { name: string; title: string; hint: string }) {
  return (
    <SettingForm<boolean> name={name} title={title} hint={hint} read={yes} show={onOff}>
      {(of) => (
        <label className="check">
          <input
            type="checkbox"
            role="switch"
            aria-checked={of.draft}
            checked={of.draft}
            onChange={(event) => of.set(event.currentTarget.checked)}
          />
          {onOff(of.draft)}
        </label>
      )}
    </SettingForm>
  );
}

interface CountProps {
  name: string;
  title: string;
  hint: string;
  /** What it means when there is none. */
  none: string;
  least: number;
  most: number;
  usual: number;
}

function Count({ name, title, hint, none, least, most, usual }: CountProps) {
  const read = (value: unknown) => (typeof value === "number" ? String(value) : "");
  return (
    <SettingForm<string>
      name={name}
      title={title}
      hint={hint}
      read={read}
      write={(draft) => (draft === "" ? null : Number(draft))}
      show={(value) => value || none}
    >
      {(of) => (
        <div className="count-field">
          <label className="check">
            <input
              type="checkbox"
              checked={of.draft !== ""}
              onChange={(event) => of.set(event.currentTarget.checked ? String(usual) : "")}
            />
            {t("set.limited")}
          </label>
          {of.draft === "" ? (
            <span className="quiet">{none}</span>
          ) : (
            <input
              type="number"
              aria-label={title}
              min={least}
              max={most}
              step={1}
              value={of.draft}
              onChange={(event) => of.set(event.currentTarget.value || String(least))}
            />
          )}
        </div>
      )}
    </SettingForm>
  );
}
