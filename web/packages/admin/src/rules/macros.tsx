import { plain } from "@engage/react";
import { useKnown } from "../shell/known";
import { t } from "../words";
import { Actions } from "./actions";
import { CardSetting } from "./cards";
import { Line } from "./inputs";
import { freeName, type Macro, readMacros, writeMacro } from "./model";
import { own, sayActions, useNames } from "./said";

const MOST = 100;

/** What staff do with tickets in one go. */
export default function Macros() {
  const names = useNames();
  return (
    <CardSetting<Macro>
      name="tickets.macros"
      title={t("macro.title")}
      hint={t("macro.hint")}
      read={readMacros}
      write={writeMacro}
      most={MOST}
      add={t("macro.add")}
      none={t("macro.none-yet")}
      fresh={(all) => ({ name: freeName(t("macro.new"), all), team: null, does: [] })}
      say={(one) => (
        <p>
          {one.team && <span className="badge">{plain(one.team)}</span>} {sayActions(one.does, names)}
        </p>
      )}
      edit={(one, set, path) => <Edit macro={one} set={set} path={path} />}
    />
  );
}

function Edit({ macro, set, path }: { macro: Macro; set(macro: Macro): void; path: string }) {
  const { teams } = useKnown();
  const { team } = macro;
  return (
    <>
      <div className="form-row">
        <Line
          label={t("rule.name")}
          path={`${path}/name`}
          value={macro.name}
          most={60}
          set={(name) => set({ ...macro, name })}
        />
        <label className="field">
          <span>{t("macro.team")}</span>
          <select value={team ?? ""} onChange={(event) => set({ ...macro, team: event.currentTarget.value || null })}>
            <option value="">{t("canned.all")}</option>
            {[...new Set([...teams, ...(team ? [team] : [])])].map((one) => (
              <option key={one} value={one}>
                {own(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <fieldset>
        <legend>{t("rule.then")}</legend>
        <Actions actions={macro.does} path={`${path}/then`} set={(does) => set({ ...macro, does })} />
      </fieldset>
    </>
  );
}
