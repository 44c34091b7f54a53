import { useState } from "react";
import { useAdmin } from "../shell/use";
import { t } from "../words";
import { Actions } from "./actions";
import { CardSetting } from "./cards";
import { Conditions } from "./conditions";
import { Line, useFault } from "./inputs";
import { CAUSES, freeName, type Rule, readRules, writeRule } from "./model";
import { sayRule, useNames } from "./said";
import { Try } from "./try";

const MOST = 100;

/** What happens to tickets by itself. */
export default function Rules() {
  const names = useNames();
  const admin = useAdmin();
  const [trying, setTrying] = useState<readonly Rule[] | null>(null);
  return (
    <>
      <CardSetting<Rule>
        name="tickets.rules"
        title={t("rule.title")}
        hint={t("rule.hint")}
        read={readRules}
        write={writeRule}
        most={MOST}
        add={t("rule.add")}
        none={t("rule.none-yet")}
        fresh={fresh}
        rest={{ is: (rule) => rule.off, set: (rule, off) => ({ ...rule, off }) }}
        say={(rule) => <Said rule={rule} names={names} />}
        edit={(rule, set, path) => <Edit rule={rule} set={set} path={path} />}
        beside={(draft) =>
          admin &&
          draft.length > 0 && (
            <button type="button" className="button" onClick={() => setTrying(draft)}>
              {t("rule.try")}
            </button>
          )
        }
      />
      {trying && <Try rules={trying} close={() => setTrying(null)} />}
    </>
  );
}

function Said({ rule, names }: { rule: Rule; names: ReturnType<typeof useNames> }) {
  const { on, when, does } = sayRule(rule, names);
  return (
    <dl>
      <div>
        <dt>{t("rule.when")}</dt>
        <dd>{on}</dd>
      </div>
      <div>
        <dt>{t("rule.if")}</dt>
        <dd>{when}</dd>
      </div>
      <div>
        <dt>{t("rule.then")}</dt>
        <dd>{does}</dd>
      </div>
    </dl>
  );
}

function Edit({ rule, set, path }: { rule: Rule; set(rule: Rule): void; path: string }) {
  const fault = useFault(`${path}/on`);
  return (
    <>
      <Line
        label={t("rule.name")}
        path={`${path}/name`}
        value={rule.name}
        most={60}
        set={(name) => set({ ...rule, name })}
      />
      <fieldset>
        <legend>{t("rule.when")}</legend>
        <div className="rule-causes">
          {CAUSES.map((cause) => (
            <label key={cause} className="check">
              <input
                type="checkbox"
                checked={rule.on.includes(cause)}
                onChange={(event) => {
                  const on = event.currentTarget.checked;
                  set({ ...rule, on: CAUSES.filter((one) => (one === cause ? on : rule.on.includes(one))) });
                }}
              />
              {t(`rule.on.${cause}`)}
            </label>
          ))}
        </div>
        {rule.on.includes("time_passed") && <p className="quiet">{t("rule.time.hint")}</p>}
        {fault && <p className="fault">{fault}</p>}
      </fieldset>
      <fieldset>
        <legend>{t("rule.if")}</legend>
        <Conditions part={rule.when} path={`${path}/when`} set={(when) => set({ ...rule, when })} />
      </fieldset>
      <fieldset>
        <legend>{t("rule.then")}</legend>
        <Actions actions={rule.does} path={`${path}/then`} set={(does) => set({ ...rule, does })} />
      </fieldset>
    </>
  );
}

function fresh(all: readonly Rule[]): Rule {
  const name = freeName(t("rule.new"), all);
  return { name, on: ["opened"], when: { kind: "all", not: false, parts: [] }, does: [], off: false };
}
