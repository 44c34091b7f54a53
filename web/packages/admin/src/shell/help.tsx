import { t } from "../words";
import { Dialog } from "./dialog";
import { KEYS, written } from "./keys";
import { setPref, usePrefs } from "./prefs";

const GROUPS = ["go", "list", "talk"] as const;

/** The keyboard shortcuts, and the switch that turns the single keys off. */
export default function Help({ close }: { close(): void }) {
  const { keys } = usePrefs();
  return (
    <Dialog title={t("help.title")} close={close} look="help">
      <div className="help-groups">
        {GROUPS.map((group) => (
          <section key={group} aria-labelledby={`help-${group}`}>
            <h3 id={`help-${group}`}>{t(`help.${group}`)}</h3>
            <dl>
              {KEYS.filter((one) => one.group === group).map((one) => (
                <div key={one.keys}>
                  <dt>
                    {written(one.keys).map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(one.does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="quiet">{t("help.writing")}</p>
      <label className="check">
        <input type="checkbox" checked={keys} onChange={(event) => setPref("keys", event.currentTarget.checked)} />
        {t("help.single")}
      </label>
    </Dialog>
  );
}
