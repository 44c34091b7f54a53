import type { Look } from "@engage/elements/look";
import { plain } from "@engage/react";
import { Suspense } from "react";
import { later } from "../shell/later";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { Invitations } from "./invitations";
import { SettingForm, useSetting } from "./settings";
import { Count, Switch, text } from "./values";

const WidgetPreview = later(() => import("../look/preview"));

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
