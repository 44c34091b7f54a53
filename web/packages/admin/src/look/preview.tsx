import tokensCss from "@engage/design/tokens.css?inline";
import launcherCss from "@engage/elements/launcher.css?inline";
import { later } from "@engage/elements/lazy";
import { colours, drawing, dress, type Look } from "@engage/elements/look";
import { Panel } from "@engage/elements/panel";
import panelCss from "@engage/elements/panel.css?inline";
import { type Catalogue, compile, EngageRoot, laterTexts, type Strings, texts } from "@engage/react";
import chatCss from "@engage/react/chat.css?inline";
import { useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { spoken, t } from "../words";
import { playedClient, type Shown } from "./stage";

interface PreviewProps {
  site: string;
  greeting: string;
  fields?: unknown[];
  look?: Look;
  /** In which language it is shown; without one, in that of the panel. */
  language?: string;
  own?: Partial<Catalogue>;
  /** Offers to show a conversation too. */
  talks?: boolean;
}

/** The box around the panel is the page: it fills it, also on a phone. */
const STAGE = `:host{position:absolute;inset-block:1em 5.5em;inset-inline:auto 1em;inline-size:min(24em, 100% - 2em);block-size:auto}
.panel{position:static;inline-size:100%;block-size:100%;border:1px solid var(--e-line);border-radius:calc(var(--e-radius) + .375em);padding:0;animation:none}`;

/** The widget itself, played with what is typed here and not yet saved. Nobody else hears of it, and it cannot be touched. */
export default function WidgetPreview({ talks = false, ...shown }: PreviewProps) {
  const [talk, setTalk] = useState(false);
  return (
    <figure className="preview">
      <figcaption className="quiet">{t("set.look")}</figcaption>
      <div className="preview-stage" inert>
        <Played key={String(talk)} {...shown} talk={talk} />
        <Launcher look={shown.look ?? {}} />
      </div>
      {talks && (
        <fieldset className="tabs">
          <legend className="aside">{t("set.look")}</legend>
          {[false, true].map((one) => (
            <button key={String(one)} type="button" aria-pressed={talk === one} onClick={() => setTalk(one)}>
              {t(one ? "look.talk" : "look.begin")}
            </button>
          ))}
        </fieldset>
      )}
    </figure>
  );
}

function Played({
  site,
  greeting,
  fields = [],
  look = {},
  language = spoken(),
  own = {},
  talk,
}: PreviewProps & { talk: boolean }) {
  const said = talk ? { name: "Ada", question: t("look.question"), answer: t("look.answer") } : null;
  const shown: Shown = { site, greeting, fields, said };
  const [{ client, show }] = useState(() => playedClient(shown));
  const [host, root] = useShadow(look, [tokensCss, chatCss, panelCss, STAGE]);
  const [usual, setUsual] = useState<Partial<Strings> | null>(null);
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  useEffect(() => show(shown), [show, JSON.stringify(shown)]);
  useEffect(() => {
    let live = true;
    Promise.all([texts(language), laterTexts(language)]).then(
      ([first, rest]) => live && setUsual(compile({ ...first, ...rest }, language)),
      () => {},
    );
    return () => {
      live = false;
    };
  }, [language]);
  const strings = useMemo(
    () => usual && compile(own, language, { greeting: "", heading: look.title ?? "", ...usual } as Strings),
    [usual, language, look.title, JSON.stringify(own)],
  );
  return (
    <div ref={host} lang={language} dir={language === "ar" ? "rtl" : "ltr"}>
      {root &&
        strings &&
        createPortal(
          <EngageRoot client={client} strings={strings} locale={language}>
            <Panel shown focus={false} close={() => {}} invitation={null} pages={() => []} forgotten={() => {}} />
          </EngageRoot>,
          root as unknown as Element,
        )}
    </div>
  );
}

function Launcher({ look }: { look: Look }) {
  const [host, root] = useShadow(look, [launcherCss, ":host{position:absolute}"]);
  useEffect(() => {
    if (!root) return;
    const button = document.createElement("button");
    button.type = "button";
    button.part.add("launcher");
    button.append(drawing(look.icon));
    root.replaceChildren(button);
  }, [root, look.icon]);
  return <div ref={host} />;
}

/** A shadow root that wears these style sheets and the look. */
function useShadow(look: Look, css: string[]) {
  const host = useRef<HTMLDivElement>(null);
  const accent = useRef<CSSStyleSheet>(undefined);
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (!element || element.shadowRoot) return;
    const [own, colour] = [new CSSStyleSheet(), new CSSStyleSheet()];
    own.replaceSync(css.join(""));
    accent.current = colour;
    const shadow = element.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [own, later, colour];
    setRoot(shadow);
  }, []);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    for (const name of ["style", "data-theme", "data-position"]) element.removeAttribute(name);
    dress(element, look);
    accent.current?.replaceSync(`:host{${colours(look)}}`);
  }, [root, JSON.stringify(look)]);
  return [host, root] as const;
}
