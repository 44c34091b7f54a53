import { uuid, type View, type ViewKind } from "@engage/client";
import { plain } from "@engage/react";
import { type ReactNode, useEffect, useState } from "react";
import { FormDialog } from "../shell/form";
import type { Choice } from "../shell/menu";
import { go } from "../shell/route";
import { attempt, isAbsent, useAdmin, useDesk, useLoad, useMe } from "../shell/use";
import { type Key, t } from "../words";
import { codeOf, trouble } from "../words/trouble";
import { ListHead, type Seeking } from "./head";

/** How often the saved views are looked at again, in ms. */
const AGAIN = 60_000;
/** Told when a view was changed here, so that each place that shows them looks again. */
const CHANGED = "engage:views";

/** The views of a list: what they are, and how a filter is one. */
export interface Views<F> {
  kind: ViewKind;
  /** Those that everybody has. */
  everybody: readonly { key: string; name: Key; filter: F }[];
  /** Where the list stands with this filter. The same filter has the same address. */
  link(filter: F): string;
  /** What a saved view shows. */
  of(view: View): F;
  /** What of a filter a view keeps. */
  kept(filter: F): F & View["filter"];
}

interface ViewsHeadProps<F> extends Seeking {
  of: Views<F>;
  filter: F;
  narrowed: number;
  label: string;
  hint?: string;
  tools?: ReactNode;
  /** The filter. `known`: the server has saved views, and what came with them. */
  children(known: boolean): ReactNode;
}

/** What stands above a list with views: which one it is, and how the present filter becomes one. */
export function ViewsHead<F>({ of, filter, children, ...head }: ViewsHeadProps<F>) {
  const { views, present } = useViews(of.kind);
  const [saving, setSaving] = useState<View | true | null>(null);
  const may = useMayChange();
  const here = of.link(filter);
  const kept = of.kept(filter);
  const shown = (one: F) => of.link(one) === here;
  const saved = views.find((view) => shown(of.of(view)));
  const known = of.everybody.find((one) => shown(one.filter));
  const choices: Choice[] = [
    ...of.everybody.map((one) => ({
      key: one.key,
      name: t(one.name),
      chosen: one === known,
      act: () => go(of.link(one.filter)),
    })),
    ...views.map((view, index) => ({
      key: view.id,
      ...(index === 0 && { group: t("view.label") }),
      name: plain(view.name),
      chosen: view === saved,
      act: () => go(of.link(of.of(view))),
    })),
  ];
  return (
    <>
      <ListHead {...head} views={choices} title={saved ? plain(saved.name) : t(known?.name ?? "view.own")}>
        {children(present)}
        {present && (
          <div className="filter-actions">
            {saved && may(saved) && (
              <button type="button" className="link" onClick={() => setSaving(saved)}>
                {t("view.edit")}
              </button>
            )}
            {!saved && !known && shown(kept) && (
              <button type="button" className="link" onClick={() => setSaving(true)}>
                {t("view.save")}
              </button>
            )}
          </div>
        )}
      </ListHead>
      {saving && (
        <SaveView
          kind={of.kind}
          filter={kept}
          {...(saving !== true && { view: saving })}
          close={() => setSaving(null)}
        />
      )}
    </>
  );
}

/** The saved views of a list, and whether the server has such. */
export function useViews(kind: ViewKind) {
  const desk = useDesk();
  const known = useMe() !== null;
  const { data, error, reload } = useLoad(known ? `views ${kind}` : null, () => desk.views(kind), AGAIN);
  useEffect(() => {
    addEventListener(CHANGED, reload);
    return () => removeEventListener(CHANGED, reload);
  }, [reload]);
  return { views: data?.views.filter((view) => view.kind === kind) ?? [], present: data !== null || !isAbsent(error) };
}

function changed(): void {
  dispatchEvent(new Event(CHANGED));
}

interface SaveViewProps {
  kind: ViewKind;
  filter: View["filter"];
  view?: View;
  close(): void;
}

/** Keeps the present filter under a name, or changes a view that is kept. */
function SaveView({ kind, filter, view, close }: SaveViewProps) {
  const desk = useDesk();
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const [version, setVersion] = useState(view?.version ?? 0);
  const [key] = useState(uuid);

  const save = async () => {
    const wanted = { name: name.trim(), filter, shared };
    if (view) await desk.setView(view.id, wanted, version);
    else await desk.addView({ kind, ...wanted }, key);
    changed();
  };
  const tell = async (error: unknown) => {
    if (!view || codeOf(error) !== "conflict") return trouble(error);
    // What is typed stays; the next press saves over what it was told of.
    const now = await desk.views(kind).catch(() => null);
    const theirs = now?.views.find((one) => one.id === view.id);
    if (!theirs) return trouble(error);
    setVersion(theirs.version);
    return t("view.conflict", { name: plain(theirs.name) });
  };
  const drop = async () => {
    if (view && (await attempt(desk.dropView(view.id)))) {
      changed();
      close();
    }
  };
  return (
    <FormDialog
      title={view ? t("view.edit") : t("view.save")}
      yes={t("save")}
      doing={t("saving")}
      ready={name.trim() !== ""}
      close={close}
      work={save}
      tell={tell}
      more={
        view && (
          <button type="button" className="button is-bad" onClick={drop}>
            {t("delete")}
          </button>
        )
      }
    >
      <label className="field">
        <span>{t("view.name")}</span>
        <input dir="auto" maxLength={60} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </label>
      <label className="check">
        <input type="checkbox" checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
        {t("view.shared")}
      </label>
    </FormDialog>
  );
}

/** Whether I may change it: its owner may, and admins those that all see. */
function useMayChange(): (view: View) => boolean {
  const me = useMe();
  const admin = useAdmin();
  return (view) => view.owner.id === me?.id || (admin && view.shared);
}
